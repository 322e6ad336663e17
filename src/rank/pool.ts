// The candidates of one question as an index: which of them hold a term, a path, a folder or a name. A report asks
// about a few hundred of these, a pool of 5,000 holds a million: looking up is a hundred times less work than scanning.
import { FIELDS, type HashSlots, type PreparedCandidate } from './prepare.ts'

/** Candidates by place, in order of id. Those that were ruled out before are not in it. */
export type CandidatePool = {
  candidates: readonly PreparedCandidate[]
  /** When the last of them landed, in milliseconds; −∞ without any. */
  lastMergedMs: number
  /** When each took effect, in milliseconds: went live, else landed. */
  effectiveMs: Float64Array
  /** Places of the candidates, the one that took effect last first. */
  latestFirst: Uint32Array
  /** Number of terms of each candidate's fields, and their mean (at least 1), in the order of FIELDS. */
  lengths: readonly Float64Array[]
  meanLengths: readonly number[]
  /** With the packed counts of each term in each field. */
  terms: Postings & { counts: Int32Array }
  paths: Postings
  folders: Postings
  /** File names with and without extension, and folders. */
  names: Postings
}

/** For each distinct hash, by slot, the places of the candidates that hold it: from `starts[slot]` to `starts[slot + 1]`, ascending. */
export type Postings = HashSlots & { starts: Uint32Array; places: Uint32Array }

const pools = new WeakMap<readonly PreparedCandidate[], CandidatePool>()

/** The index of a list, made once: whoever asks many reports of one list must hand over the same one and leave it as it is. */
export function poolOf(candidates: readonly PreparedCandidate[]): CandidatePool {
  let pool = pools.get(candidates)
  if (pool === undefined) pools.set(candidates, (pool = makePool(candidates)))
  return pool
}

function makePool(given: readonly PreparedCandidate[]): CandidatePool {
  const candidates = given
    .filter(({ candidate }) => candidate.ruledOut === null)
    .sort((a, b) => (a.candidate.id < b.candidate.id ? -1 : a.candidate.id > b.candidate.id ? 1 : 0))
  const effectiveMs = new Float64Array(candidates.length)
  for (const [place, { candidate }] of candidates.entries()) effectiveMs[place] = (candidate.liveAt ?? candidate.mergedAt).getTime()
  const lengths = FIELDS.map((_, field) => {
    const column = new Float64Array(candidates.length)
    for (let place = 0; place < column.length; place++) column[place] = candidates[place]!.lengths[field]!
    return column
  })
  return {
    candidates,
    lastMergedMs: candidates.reduce((last, { candidate }) => Math.max(last, candidate.mergedAt.getTime()), -Infinity),
    effectiveMs,
    latestFirst: Uint32Array.from(candidates.keys()).sort((a, b) => effectiveMs[b]! - effectiveMs[a]!),
    lengths,
    meanLengths: lengths.map((column) => Math.max(1, column.reduce((sum, length) => sum + length, 0) / Math.max(1, column.length))),
    terms: postingsOf(
      candidates.map(({ termHashes }) => termHashes),
      candidates.map(({ termCounts }) => termCounts),
    ),
    paths: postingsOf(candidates.map(({ pathHashes }) => pathHashes)),
    folders: postingsOf(candidates.map(({ folderHashes }) => folderHashes)),
    names: postingsOf(candidates.map(({ nameHashes }) => nameHashes)),
  }
}

const FIRST_CELLS = 1 << 10

/** Lists of hashes, one a candidate, turned round. `values` run along with the hashes. */
function postingsOf(lists: readonly Uint32Array[], values: readonly Int32Array[] = []): Postings & { counts: Int32Array } {
  const total = lists.reduce((sum, { length }) => sum + length, 0)
  const found = distinct(lists, total)
  const starts = new Uint32Array(found.hashes.length + 1)
  for (let at = 0; at < total; at++) starts[found.slots[at]! + 1]!++
  for (let slot = 0; slot < found.hashes.length; slot++) starts[slot + 1]! += starts[slot]!
  const next = starts.slice()
  const places = new Uint32Array(total)
  const counts = new Int32Array(values.length === 0 ? 0 : total)
  let at = 0
  for (let place = 0; place < lists.length; place++) {
    const { length } = lists[place]!
    const packed = values[place]
    for (let index = 0; index < length; index++, at++) {
      const to = next[found.slots[at]!]!++
      places[to] = place
      if (packed !== undefined) counts[to] = packed[index]!
    }
  }
  return { hashes: found.hashes, cells: found.cells, mask: found.mask, starts, places, counts }
}

/** The distinct hashes as an open hash table that grows, and the slot of each hash of the lists, one after another. */
function distinct(lists: readonly Uint32Array[], total: number): HashSlots & { slots: Uint32Array } {
  const slots = new Uint32Array(total)
  const known = new Uint32Array(total)
  let cells = new Uint32Array(FIRST_CELLS)
  let mask = FIRST_CELLS - 1
  let count = 0
  let at = 0
  for (const list of lists) {
    for (let index = 0; index < list.length; index++, at++) {
      const hash = list[index]!
      let cell = hash & mask
      while (cells[cell] !== 0 && known[cells[cell]! - 1] !== hash) cell = (cell + 1) & mask
      if (cells[cell] === 0) {
        known[count] = hash
        cells[cell] = ++count
      }
      slots[at] = cells[cell]! - 1
      if (count * 2 > mask) {
        cells = spread(known, count, cells.length * 4)
        mask = cells.length - 1
      }
    }
  }
  return { hashes: known.slice(0, count), cells, mask, slots }
}

function spread(known: Uint32Array, count: number, size: number): Uint32Array<ArrayBuffer> {
  const cells = new Uint32Array(size)
  for (let slot = 0; slot < count; slot++) {
    let cell = known[slot]! & (size - 1)
    while (cells[cell] !== 0) cell = (cell + 1) & (size - 1)
    cells[cell] = slot + 1
  }
  return cells
}
