// Lists of hashes turned round: which of the lists hold a hash.
import { type HashSlots, slotOf } from './prepare.ts'

/** For each distinct hash, by slot, the places of the lists that hold it: from `starts[slot]` to `starts[slot + 1]`, ascending. */
export type Postings = HashSlots & { starts: Uint32Array; places: Uint32Array }

/** With a number kept beside each place. */
export type CountedPostings = Postings & { counts: Uint16Array }

const FIRST_CELLS = 1 << 10

/** The places of the lists that hold a hash. */
export function placesOf(postings: Postings, hash: number): Uint32Array {
  const slot = slotOf(postings, hash)
  return slot === -1 ? postings.places.subarray(0, 0) : postings.places.subarray(postings.starts[slot], postings.starts[slot + 1])
}

export function postingsOf(lists: readonly Uint32Array[]): Postings {
  const total = lists.reduce((sum, { length }) => sum + length, 0)
  const { slots, ...found } = distinct(lists, total)
  const next = found.starts.slice()
  const places = new Uint32Array(total)
  let at = 0
  for (let place = 0; place < lists.length; place++) {
    for (let left = lists[place]!.length; left > 0; left--, at++) places[next[slots[at]!]!++] = place
  }
  return { ...found, places }
}

/** `counts` run along with the hashes. */
export function countedPostingsOf(lists: readonly Uint32Array[], counts: readonly Uint16Array[]): CountedPostings {
  const total = lists.reduce((sum, { length }) => sum + length, 0)
  const { slots, ...found } = distinct(lists, total)
  const next = found.starts.slice()
  const places = new Uint32Array(total)
  const turned = new Uint16Array(total)
  let at = 0
  for (let place = 0; place < lists.length; place++) {
    const along = counts[place]!
    for (let index = 0; index < along.length; index++, at++) {
      const to = next[slots[at]!]!++
      places[to] = place
      turned[to] = along[index]!
    }
  }
  return { ...found, places, counts: turned }
}

/** The distinct hashes as an open hash table that grows, where each begins, and the slot of each hash of the lists, one after another. */
function distinct(lists: readonly Uint32Array[], total: number): HashSlots & { starts: Uint32Array; slots: Uint32Array } {
  const slots = new Uint32Array(total)
  const known = new Uint32Array(total)
  const counts = new Uint32Array(total)
  let cells = new Uint32Array(FIRST_CELLS)
  let mask = FIRST_CELLS - 1
  let count = 0
  let at = 0
  for (const list of lists) {
    for (let index = 0; index < list.length; index++, at++) {
      const hash = list[index]!
      let cell = hash & mask
      let slot = cells[cell]!
      while (slot !== 0 && known[slot - 1] !== hash) {
        cell = (cell + 1) & mask
        slot = cells[cell]!
      }
      if (slot === 0) {
        known[count] = hash
        cells[cell] = slot = ++count
        if (count * 2 > mask) {
          cells = spread(known, count, cells.length * 4)
          mask = cells.length - 1
        }
      }
      slots[at] = slot - 1
      counts[slot - 1]!++
    }
  }
  const starts = new Uint32Array(count + 1)
  for (let slot = 0; slot < count; slot++) starts[slot + 1] = starts[slot]! + counts[slot]!
  return { hashes: known.slice(0, count), cells, mask, starts, slots }
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
