/** A smooth function with its gradient. */
export type Loss = (at: Float64Array) => { value: number; gradient: Float64Array }

const MEMORY = 10
const MOST_STEPS = 300
const MOST_HALVINGS = 40

/**
 * The lowest point of a convex function by L-BFGS: the same numbers for the same input, no randomness. It ends when a
 * step gains less than `tolerance` of the value.
 */
export function minimise(loss: Loss, start: Float64Array, tolerance = 1e-10): Float64Array {
  let at: Float64Array = start
  let { value, gradient }: ReturnType<Loss> = loss(at)
  const past: { step: Float64Array; change: Float64Array; curvature: number }[] = []
  for (let count = 0; count < MOST_STEPS; count++) {
    const direction = descent(gradient, past)
    const slope = dot(direction, gradient)
    if (-slope < tolerance * Math.max(1, Math.abs(value))) break
    let length = past.length === 0 ? Math.min(1, 1 / Math.sqrt(-slope)) : 1
    let next = along(at, direction, length)
    let there = loss(next)
    for (let halving = 0; there.value > value + 1e-4 * length * slope; halving++) {
      if (halving === MOST_HALVINGS) return at
      length /= 2
      next = along(at, direction, length)
      there = loss(next)
    }
    const step = next.map((each, index) => each - at[index]!)
    const change = there.gradient.map((each, index) => each - gradient[index]!)
    const curvature = dot(step, change)
    if (curvature > 1e-12) past.push({ step, change, curvature })
    if (past.length > MEMORY) past.shift()
    const isDone = value - there.value < tolerance * Math.max(1, Math.abs(value))
    at = next
    value = there.value
    gradient = there.gradient
    if (isDone) break
  }
  return at
}

/** Against the gradient, bent by the curvature that the last steps have shown. */
function descent(gradient: Float64Array, past: readonly { step: Float64Array; change: Float64Array; curvature: number }[]): Float64Array {
  let direction: Float64Array = gradient.map((each) => -each)
  const shares: number[] = []
  for (const { step, change, curvature } of past.toReversed()) {
    const share = dot(step, direction) / curvature
    shares.push(share)
    direction = along(direction, change, -share)
  }
  const last = past.at(-1)
  if (last !== undefined) direction = direction.map((each) => (each * last.curvature) / dot(last.change, last.change))
  for (const { step, change, curvature } of past)
    direction = along(direction, step, (shares.pop() ?? 0) - dot(change, direction) / curvature)
  return direction
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let index = 0; index < a.length; index++) sum += a[index]! * b[index]!
  return sum
}

const along = (from: Float64Array, direction: Float64Array, length: number): Float64Array =>
  from.map((each, index) => each + length * direction[index]!)
