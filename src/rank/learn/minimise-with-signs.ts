/** A convex function with its gradient and (the upper half of) its second derivatives, or something close to them, row by row. */
export type Curve = (at: Float64Array) => { value: number; gradient: Float64Array; curvature: Float64Array }

/** A hundred-millionth of the loss is far below what any case can tell. */
const TOLERANCE = 1e-8
const MOST_STEPS = 60
const SHORTEST = 1e-6

/**
 * The lowest point where those marked in `isPositive` are at least 0, by Newton steps along what is not held at its
 * bound. Deterministic; the function is convex, so where it starts does not change where it ends.
 */
export function minimiseWithSigns(curve: Curve, isPositive: readonly boolean[], start?: Float64Array): Float64Array {
  const within = (each: number, index: number): number => (isPositive[index] === true ? Math.max(0, each) : each)
  let at: Float64Array = (start ?? new Float64Array(isPositive.length)).map(within)
  let here = curve(at)
  for (let count = 0; count < MOST_STEPS; count++) {
    const free = [...at.keys()].filter((index) => !(isPositive[index] === true && at[index] === 0 && here.gradient[index]! > 0))
    const step = newtonStep(here, free)
    let next = at
    let there = here
    for (let length = 1; length > SHORTEST; length /= 2) {
      next = at.map((each, index) => within(each + length * step[index]!, index))
      there = curve(next)
      if (there.value < here.value) break
    }
    const gain = here.value - there.value
    if (gain > 0) {
      at = next
      here = there
    }
    if (gain < TOLERANCE * Math.max(1, Math.abs(here.value))) break
  }
  return at
}

/** Down to where the curve would be lowest if it were a parabola; 0 for what is not free. */
function newtonStep({ gradient, curvature }: ReturnType<Curve>, free: readonly number[]): Float64Array {
  const size = gradient.length
  const count = free.length
  // Cholesky: curvature = L × Lᵀ, then forwards and backwards.
  const lower = new Float64Array(count * count)
  const solved = new Float64Array(count)
  for (let row = 0; row < count; row++) {
    for (let column = 0; column <= row; column++) {
      let left = curvature[free[column]! * size + free[row]!]!
      for (let at = 0; at < column; at++) left -= lower[row * count + at]! * lower[column * count + at]!
      lower[row * count + column] = row === column ? Math.sqrt(Math.max(left, 1e-12)) : left / lower[column * count + column]!
    }
    let left = -gradient[free[row]!]!
    for (let at = 0; at < row; at++) left -= lower[row * count + at]! * solved[at]!
    solved[row] = left / lower[row * count + row]!
  }
  const step = new Float64Array(size)
  for (let row = count - 1; row >= 0; row--) {
    let left = solved[row]!
    for (let at = row + 1; at < count; at++) left -= lower[at * count + row]! * step[free[at]!]!
    step[free[row]!] = left / lower[row * count + row]!
  }
  return step
}
