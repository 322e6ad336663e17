// Candidates and reports cut into terms once, so that replaying thousands of incidents over overlapping pools
// does not tokenise the same change again and again.
import type { Candidate, IncidentQuery } from '../domain/ranking.ts'
import { findMentions, type Mentions } from './mentions.ts'
import { countKinds } from './path-kinds.ts'
import { termHash } from './term-hash.ts'
import { hashedTerms, TERM_PLACES, terms } from './text.ts'
import { titleTraits, type TitleTraits } from './title-traits.ts'

export { termHash } from './term-hash.ts'

/** The fields of a change that are compared with a report. Two by two they make its lists of terms: words, code, symbols. */
export const FIELDS = ['title', 'body', 'paths', 'identifiers', 'symbols'] as const
export const FIELDS_OF_LIST = 2
export const [WORDS, CODE, SYMBOLS] = [0, 1, 2] as const
export const LISTS = [WORDS, CODE, SYMBOLS]

/** Packing of a term's counts: the field at place n takes the n-th six bits; in a list, the first field of that list the first. */
export const FIELD_BITS = 6
export const FIELD_MASK = (1 << FIELD_BITS) - 1
const LIST_BITS = FIELDS_OF_LIST * FIELD_BITS
const MAX_BODY_LENGTH = 4_000
const MAX_PATHS = 200
/** Folders nested deeper are not compared: two thousand levels in each of 200 paths cost seconds. */
const MAX_FOLDER_LENGTH = 256
/** Sixteen kilobytes of cells at least: small enough for the first-level cache while a whole pool is scanned. */
const MIN_CELLS = 1 << 12
/** Cells for each hash: most of what is not looked for then meets an empty one. */
const CELLS_PER_HASH = 8

/**
 * Distinct terms, hashed, ascending, each with its counts in the two fields of the list, six bits a field. Scanning
 * numbers is several times faster than asking a map of strings for each candidate.
 */
export type TermList = { hashes: Uint32Array; counts: Uint16Array }

/** No strings but the candidate's own: what is compared with a report by the thousand is compared as hashes. */
export type PreparedCandidate = {
  candidate: Candidate
  /** Its words (title and body), its code (paths and identifiers) and its symbols. */
  lists: readonly TermList[]
  /** Number of terms of each field, in the order of FIELDS. */
  lengths: readonly number[]
  traits: TitleTraits
  /** How many of its paths are of each kind, in the order of PATH_KINDS. */
  kindCounts: readonly number[]
  /** Hashes of its lower-case paths, of their folders at every depth, and of their file names with and without extension. */
  pathHashes: Uint32Array
  folderHashes: Uint32Array
  nameHashes: Uint32Array
  stemHashes: Uint32Array
}

export type PreparedQuery = {
  query: IncidentQuery
  atMs: number
  /** Distinct terms of title and text with their counts. */
  counts: ReadonlyMap<string, number>
  mentions: Mentions
}

/** Cuts a change into terms. Pure: the same candidate always gives the same. */
export function prepareCandidate(candidate: Candidate): PreparedCandidate {
  const shown = candidate.paths.slice(0, MAX_PATHS)
  const texts = [
    candidate.title,
    candidate.body.slice(0, MAX_BODY_LENGTH),
    shown.join(' '),
    candidate.identifiers.join(' '),
    candidate.symbols.join(' '),
  ]
  const cut = LISTS.map((list) => cutList(texts.slice(list * FIELDS_OF_LIST, (list + 1) * FIELDS_OF_LIST)))
  const paths = pathsOf(candidate)
  const names = [...new Set(paths.map(fileName))]
  return {
    candidate,
    lists: cut.map(({ terms }) => terms),
    lengths: cut.flatMap(({ lengths }) => lengths),
    traits: titleTraits(candidate.title),
    kindCounts: countKinds(paths),
    pathHashes: Uint32Array.from(paths, termHash),
    folderHashes: Uint32Array.from(foldersOf(paths), termHash),
    nameHashes: Uint32Array.from(names, termHash),
    stemHashes: Uint32Array.from(new Set(names.map(withoutExtension)), termHash),
  }
}

// A memo, invisible to callers: files of the same name are compared by path with each of a report's frames.
const pathsByCandidate = new WeakMap<Candidate, readonly string[]>()

/** The paths that are compared, lower case. */
export function pathsOf(candidate: Candidate): readonly string[] {
  let paths = pathsByCandidate.get(candidate)
  if (paths === undefined) {
    paths = candidate.paths.slice(0, MAX_PATHS).map((path) => path.toLowerCase())
    pathsByCandidate.set(candidate, paths)
  }
  return paths
}

/** Sorting numbers natively is several times faster than counting in a map. */
function cutList(texts: readonly string[]): { terms: TermList; lengths: number[] } {
  const found: number[] = []
  const lengths = texts.map((text, field) => hashedTerms(text, found, field))
  const keys = new Float64Array(found).sort()
  const hashes = new Uint32Array(keys.length)
  const counts = new Uint16Array(keys.length)
  let last = -1
  for (let at = 0; at < keys.length; at++) {
    const hash = Math.floor(keys[at]! / TERM_PLACES)
    if (last === -1 || hashes[last] !== hash) hashes[++last] = hash
    const field = keys[at]! - hash * TERM_PLACES
    if (countIn(counts[last]!, field) < FIELD_MASK) counts[last]! += 1 << (field * FIELD_BITS)
  }
  return { terms: { hashes: hashes.slice(0, last + 1), counts: counts.slice(0, last + 1) }, lengths }
}

/** Its distinct terms, wherever they stand, ascending. */
export function termHashesOf({ lists }: PreparedCandidate): Uint32Array {
  const all = new Uint32Array(lists.reduce((sum, { hashes }) => sum + hashes.length, 0))
  let count = 0
  for (const { hashes } of lists) {
    all.set(hashes, count)
    count += hashes.length
  }
  all.sort()
  count = 0
  for (let at = 0; at < all.length; at++) if (at === 0 || all[at] !== all[at - 1]) all[count++] = all[at]!
  return all.slice(0, count)
}

/** Count of a term in one field (by its place in FIELDS) from the packed number; at most 63. */
export function countIn(packed: number, field: number): number {
  return (packed >> (field * FIELD_BITS)) & FIELD_MASK
}

/**
 * A few hashes to look for, each with its slot (its place in `hashes`), as an open hash table. Hot loops write
 * the look-up out: a call for each of a million terms costs more than everything else about them.
 */
export type HashSlots = {
  hashes: Uint32Array
  /** Slot + 1, or 0 where a cell is empty; a hash lies in the first free cell from `hash & mask` on. */
  cells: Uint32Array
  mask: number
}

/** Of equal hashes the first has the slot. */
export function slotsOf(wanted: readonly number[]): HashSlots {
  let size = MIN_CELLS
  while (size < wanted.length * CELLS_PER_HASH) size *= 2
  const slots = { hashes: Uint32Array.from(wanted), cells: new Uint32Array(size), mask: size - 1 }
  for (let slot = 0; slot < wanted.length; slot++) {
    if (slotOf(slots, wanted[slot]!) !== -1) continue
    let cell = wanted[slot]! & slots.mask
    while (slots.cells[cell] !== 0) cell = (cell + 1) & slots.mask
    slots.cells[cell] = slot + 1
  }
  return slots
}

/** The slot of a hash, or −1 when it is not looked for. */
export function slotOf({ hashes, cells, mask }: HashSlots, hash: number): number {
  let cell = hash & mask
  for (let slot = cells[cell]!; slot !== 0; slot = cells[cell]!) {
    if (hashes[slot - 1] === hash) return slot - 1
    cell = (cell + 1) & mask
  }
  return -1
}

/** Calls `found` with the slot of each term of the change that is looked for and its packed counts, list by list. */
export function matchTerms(slots: HashSlots, { lists }: PreparedCandidate, found: (slot: number, packed: number) => void): void {
  for (const [list, terms] of lists.entries()) {
    matchList(slots, terms, (slot, counts) => found(slot, counts << (list * LIST_BITS)))
  }
}

/** The same of one list, with the counts as they stand there. */
export function matchList(slots: HashSlots, { hashes, counts }: TermList, found: (slot: number, counts: number) => void): void {
  const { cells, mask } = slots
  for (let at = 0; at < hashes.length; at++) {
    const hash = hashes[at]!
    if (cells[hash & mask] === 0) continue
    const slot = slotOf(slots, hash)
    if (slot !== -1) found(slot, counts[at]!)
  }
}

/** Cuts a report into terms and finds what it names outright. */
export function prepareQuery(query: IncidentQuery): PreparedQuery {
  const text = `${query.title}\n${query.text}`
  const counts = new Map<string, number>()
  for (const term of terms(text)) counts.set(term, (counts.get(term) ?? 0) + 1)
  return { query, atMs: query.at.getTime(), counts, mentions: findMentions(text) }
}

export function fileName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

export function withoutExtension(name: string): string {
  const dot = name.indexOf('.', 1)
  return dot === -1 ? name : name.slice(0, dot)
}

/** Every folder above the given paths, deepest included, without repeats; the root is left out. */
export function foldersOf(paths: readonly string[]): string[] {
  const folders = new Set<string>()
  for (const path of paths) {
    for (let slash = path.lastIndexOf('/', MAX_FOLDER_LENGTH); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
      const folder = path.slice(0, slash)
      if (folders.has(folder)) break
      folders.add(folder)
    }
  }
  return [...folders]
}
