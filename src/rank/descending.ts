// Sorting thousands of numbers by their digits: several times faster than comparing them two by two.

const DIGIT_BITS = 11
const DIGITS = 1 << DIGIT_BITS
const SIGN = 0x80000000

/** Places of the values, the highest first; equal ones in order of place. No value may be NaN. */
export function descending(values: Float64Array): Uint32Array {
  const { low, high } = keysOf(values)
  let from = new Uint32Array(values.length)
  for (let place = 0; place < from.length; place++) from[place] = place
  let to = new Uint32Array(values.length)
  const next = new Uint32Array(DIGITS)
  for (const words of [low, high]) {
    for (let shift = 0; shift < 32; shift += DIGIT_BITS) {
      next.fill(0)
      for (let at = 0; at < words.length; at++) next[(words[at]! >>> shift) & (DIGITS - 1)]!++
      for (let digit = 0, before = 0; digit < DIGITS; digit++) {
        const count = next[digit]!
        next[digit] = before
        before += count
      }
      for (let at = 0; at < from.length; at++) {
        const place = from[at]!
        to[next[(words[place]! >>> shift) & (DIGITS - 1)]!++] = place
      }
      ;[from, to] = [to, from]
    }
  }
  return from
}

/** For each value how many are higher: its place when sorted, equal ones sharing one. */
export function countsAbove(values: Float64Array): Uint32Array {
  const above = new Uint32Array(values.length)
  const order = descending(values)
  for (let at = 1; at < order.length; at++) {
    const [before, place] = [order[at - 1]!, order[at]!]
    above[place] = values[place] === values[before] ? above[before]! : at
  }
  return above
}

/** Numbers of two words that are in ascending order where the values are in descending order. */
function keysOf(values: Float64Array): { low: Uint32Array; high: Uint32Array } {
  const low = new Uint32Array(values.length)
  const high = new Uint32Array(values.length)
  const value = new Float64Array(1)
  const words = new Uint32Array(value.buffer)
  for (let at = 0; at < values.length; at++) {
    // Adding 0 makes −0 the same as 0.
    value[0] = values[at]! + 0
    const isNegative = words[1]! >= SIGN
    low[at] = isNegative ? words[0]! : ~words[0]!
    high[at] = isNegative ? words[1]! : ~words[1]! ^ SIGN
  }
  return { low, high }
}
