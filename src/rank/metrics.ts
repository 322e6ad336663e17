export type Accuracy = { top1: number; top5: number; top10: number; mrr: number }

/** Shares of cases with a culprit in the first 1, 5 and 10 places, and the mean reciprocal rank; 0 for no cases. */
export function accuracyOf(ranks: readonly (number | null)[]): Accuracy {
  const count = Math.max(1, ranks.length)
  const within = (places: number): number => ranks.filter((rank) => rank !== null && rank <= places).length / count
  const mrr = ranks.reduce<number>((sum, rank) => sum + (rank === null ? 0 : 1 / rank), 0) / count
  return { top1: within(1), top5: within(5), top10: within(10), mrr }
}

/** Mean over sets: each repository counts the same, however many cases it has. */
export function macroOf(sets: readonly Accuracy[]): Accuracy {
  const mean = (pick: (set: Accuracy) => number): number => sets.reduce((sum, set) => sum + pick(set), 0) / Math.max(1, sets.length)
  return { top1: mean((s) => s.top1), top5: mean((s) => s.top5), top10: mean((s) => s.top10), mrr: mean((s) => s.mrr) }
}

export type CalibrationError = { raw: number; noise: number; ece: number }

const BINS = 15
const DRAWS = 1_000

/**
 * Expected calibration error over equal-mass bins, less the mean error of outcomes drawn from the probabilities
 * themselves: a perfectly calibrated model shows the noise, so only what exceeds it is the model's fault.
 */
export function calibrationErrorOf(forecasts: readonly { probability: number; happened: boolean }[], seed = 1): CalibrationError {
  const sorted = forecasts.toSorted((a, b) => a.probability - b.probability)
  const probabilities = sorted.map(({ probability }) => probability)
  const raw = binnedError(
    probabilities,
    sorted.map(({ happened }) => (happened ? 1 : 0)),
  )
  const random = seededRandom(seed)
  let noise = 0
  for (let draw = 0; draw < DRAWS; draw++) {
    noise +=
      binnedError(
        probabilities,
        probabilities.map((probability) => (random() < probability ? 1 : 0)),
      ) / DRAWS
  }
  return { raw, noise, ece: Math.max(0, raw - noise) }
}

/** `probabilities` ascending, with the outcome of each. */
function binnedError(probabilities: readonly number[], outcomes: readonly number[]): number {
  const count = probabilities.length
  let error = 0
  for (let bin = 0; bin < BINS; bin++) {
    let gap = 0
    for (let at = Math.floor((bin * count) / BINS); at < Math.floor(((bin + 1) * count) / BINS); at++)
      gap += outcomes[at]! - probabilities[at]!
    error += Math.abs(gap) / Math.max(1, count)
  }
  return error
}

export type Interval = { low: number; high: number }

/** 95 % bootstrap interval of a mean. */
export function bootstrapInterval(values: readonly number[], seed = 1): Interval {
  return bootstrapOf(values, (drawn) => drawn.reduce((sum, value) => sum + value, 0) / Math.max(1, drawn.length), seed)
}

/** 95 % bootstrap interval of any figure of a list. */
export function bootstrapOf<T>(values: readonly T[], figure: (drawn: T[]) => number, seed = 1): Interval {
  const random = seededRandom(seed)
  return intervalOf(Array.from({ length: DRAWS }, () => figure(drawnAgain(values, random))))
}

/** 95 % bootstrap intervals of the macro mean, drawing the cases of each set again. */
export function bootstrapMacro(sets: readonly (readonly (number | null)[])[], seed = 1): Record<keyof Accuracy, Interval> {
  const random = seededRandom(seed)
  const means = Array.from({ length: DRAWS }, () => macroOf(sets.map((ranks) => accuracyOf(drawnAgain(ranks, random)))))
  const of = (key: keyof Accuracy): Interval => intervalOf(means.map((each) => each[key]))
  return { top1: of('top1'), top5: of('top5'), top10: of('top10'), mrr: of('mrr') }
}

/** 95 % bootstrap interval of the mean over sets of each set's mean, drawing the values of each set again. */
export function bootstrapMacroOf(sets: readonly (readonly number[])[], seed = 1): Interval {
  const random = seededRandom(seed)
  const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)
  return intervalOf(Array.from({ length: DRAWS }, () => meanOf(sets.map((values) => meanOf(drawnAgain(values, random))))))
}

function drawnAgain<T>(values: readonly T[], random: () => number): T[] {
  return values.map(() => values[Math.floor(random() * values.length)]!)
}

function intervalOf(figures: number[]): Interval {
  figures.sort((a, b) => a - b)
  return { low: figures[Math.floor(DRAWS * 0.025)]!, high: figures[Math.ceil(DRAWS * 0.975) - 1]! }
}

/** 95 % interval of a share, by Wilson: it holds for few cases and never leaves 0 to 1. */
export function shareInterval(hits: number, cases: number): Interval {
  if (cases === 0) return { low: 0, high: 1 }
  const z = 1.96
  const share = hits / cases
  const middle = share + z ** 2 / (2 * cases)
  const reach = z * Math.sqrt((share * (1 - share)) / cases + z ** 2 / (4 * cases ** 2))
  const whole = 1 + z ** 2 / cases
  return { low: Math.max(0, (middle - reach) / whole), high: Math.min(1, (middle + reach) / whole) }
}

/** Uniform numbers in [0, 1) that are the same for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
