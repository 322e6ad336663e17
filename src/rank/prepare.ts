// Candidates and reports cut into terms once, so that replaying thousands of incidents over overlapping pools
// does not tokenise the same change again and again.
import type { Candidate, IncidentQuery } from '../domain/ranking.ts'
import { findMentions, type Mentions } from './mentions.ts'
import { terms } from './text.ts'

/** The fields of a change that are compared with a report, in packing order. */
export const FIELDS = ['title', 'body', 'paths', 'identifiers', 'symbols'] as const
export type Field = (typeof FIELDS)[number]

const FIELD_BITS = 6
const FIELD_MASK = (1 << FIELD_BITS) - 1
const MAX_BODY_LENGTH = 4_000
const MAX_PATHS = 200

export type PreparedCandidate = {
  candidate: Candidate
  /** Term → its count in each field, six bits a field: five lookups become one, which halves ranking time. */
  terms: ReadonlyMap<string, number>
  /** Number of terms of each field, in the order of FIELDS. */
  lengths: readonly number[]
  /** Lower-case paths, and their file names with and without extension. */
  paths: readonly string[]
  names: readonly string[]
  stems: readonly string[]
  /** Folders of the paths, at every depth, without repeats. */
  folders: readonly string[]
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
  const packed = new Map<string, number>()
  const shown = candidate.paths.slice(0, MAX_PATHS)
  const texts = [
    candidate.title,
    candidate.body.slice(0, MAX_BODY_LENGTH),
    shown.join(' '),
    candidate.identifiers.join(' '),
    candidate.symbols.join(' '),
  ]
  const lengths = texts.map((text, field) => {
    const found = terms(text)
    for (const term of found) {
      const before = packed.get(term) ?? 0
      if (countIn(before, field) < FIELD_MASK) packed.set(term, before + (1 << (field * FIELD_BITS)))
    }
    return found.length
  })
  const paths = shown.map((path) => path.toLowerCase())
  const names = [...new Set(paths.map(fileName))]
  const stems = [...new Set(names.map(withoutExtension))]
  return { candidate, terms: packed, lengths, paths, names, stems, folders: foldersOf(paths) }
}

/** Count of a term in one field (by its place in FIELDS) from the packed number; at most 63. */
export function countIn(packed: number, field: number): number {
  return (packed >> (field * FIELD_BITS)) & FIELD_MASK
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
    for (let slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
      const folder = path.slice(0, slash)
      if (folders.has(folder)) break
      folders.add(folder)
    }
  }
  return [...folders]
}
