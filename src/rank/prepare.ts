// Candidates and reports cut into terms once, so that replaying thousands of incidents over overlapping pools
// does not tokenise the same change again and again.
import type { Candidate, IncidentQuery } from '../domain/ranking.ts'
import { findMentions, type Mentions } from './mentions.ts'
import { termHash } from './term-hash.ts'
import { hashedTerms, TERM_PLACES, terms } from './text.ts'
import { titleTraits, type TitleTraits } from './title-traits.ts'

export { termHash } from './term-hash.ts'

/** The fields of a change that are compared with a report, in packing order. */
export const FIELDS = ['title', 'body', 'paths', 'identifiers', 'symbols'] as const

/** Packing of a term's counts: the field at place n takes the n-th six bits. */
export const FIELD_BITS = 6
export const FIELD_MASK = (1 << FIELD_BITS) - 1
const MAX_BODY_LENGTH = 4_000
const MAX_PATHS = 200
/** Folders nested deeper are not compared: two thousand levels in each of 200 paths cost seconds. */
const MAX_FOLDER_LENGTH = 256
/** Sixteen kilobytes of cells at least: small enough for the first-level cache while a whole pool is scanned. */
const MIN_CELLS = 1 << 12
/** Cells for each hash: most of what is not looked for then meets an empty one. */
const CELLS_PER_HASH = 8

export type PreparedCandidate = {
  candidate: Candidate
  /** Distinct terms, hashed, ascending. Scanning numbers is several times faster than asking a map of strings for each candidate. */
  termHashes: Uint32Array
  /** For each of them its count in each field, six bits a field. */
  termCounts: Int32Array
  /** Number of terms of each field, in the order of FIELDS. */
  lengths: readonly number[]
  /** Lower-case paths, and their file names with and without extension. */
  paths: readonly string[]
  names: readonly string[]
  stems: readonly string[]
  /** Folders of the paths, at every depth, without repeats. */
  folders: readonly string[]
  traits: TitleTraits
  /** Hashes of paths, of folders, and of everything a report could name a file by (names, stems, folders). */
  pathHashes: Uint32Array
  folderHashes: Uint32Array
  nameHashes: Uint32Array
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
  const found: number[] = []
  const lengths = texts.map((text, field) => hashedTerms(text, found, field))
  const { termHashes, termCounts } = packTerms(found)
  const { paths, names, stems, folders } = placesOf(candidate)
  return {
    candidate,
    termHashes,
    termCounts,
    lengths,
    paths,
    names,
    stems,
    folders,
    traits: titleTraits(candidate.title),
    pathHashes: Uint32Array.from(paths, termHash),
    folderHashes: Uint32Array.from(folders, termHash),
    nameHashes: Uint32Array.from([...names, ...stems, ...folders], termHash),
  }
}

/** Where a change worked, in strings. */
export function placesOf({ paths: all }: Candidate): Pick<PreparedCandidate, 'paths' | 'names' | 'stems' | 'folders'> {
  const paths = all.slice(0, MAX_PATHS).map((path) => path.toLowerCase())
  const names = [...new Set(paths.map(fileName))]
  return { paths, names, stems: [...new Set(names.map(withoutExtension))], folders: foldersOf(paths) }
}

/** Sorting numbers natively is several times faster than counting in a map. */
function packTerms(found: readonly number[]): { termHashes: Uint32Array; termCounts: Int32Array } {
  const keys = new Float64Array(found).sort()
  const hashes = new Uint32Array(keys.length)
  const counts = new Int32Array(keys.length)
  let last = -1
  for (let at = 0; at < keys.length; at++) {
    const hash = Math.floor(keys[at]! / TERM_PLACES)
    if (last === -1 || hashes[last] !== hash) hashes[++last] = hash
    const field = keys[at]! % TERM_PLACES
    if (countIn(counts[last]!, field) < FIELD_MASK) counts[last]! += 1 << (field * FIELD_BITS)
  }
  return { termHashes: hashes.slice(0, last + 1), termCounts: counts.slice(0, last + 1) }
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

/** Calls `found` with the slot and the packed counts of each term of the change that is looked for. */
export function matchTerms(
  slots: HashSlots,
  { termHashes, termCounts }: PreparedCandidate,
  found: (slot: number, counts: number) => void,
): void {
  const { cells, mask } = slots
  for (let at = 0; at < termHashes.length; at++) {
    const hash = termHashes[at]!
    if (cells[hash & mask] === 0) continue
    const slot = slotOf(slots, hash)
    if (slot !== -1) found(slot, termCounts[at]!)
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

function withoutExtension(name: string): string {
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
