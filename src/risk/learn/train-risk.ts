// Learns what features and words are worth: small steps on one feature at a time (boosted stumps), so that the sum stays
// a sum and each part of it can be said. Features that are evidence of harm only ever get steps upward. Pure, deterministic.
import { baseRateOf, logistic, logit, type RiskModel } from '../model.ts'
import { riskFeatures } from '../risk-features.ts'
import type { RiskRow, RiskSet } from './risk-set.ts'

const ROUNDS = 200
const RATE = 0.05
const BINS = 32
/** Draws steps towards 0: as if so much evidence had been seen against them. */
const RIDGE = 30
const WORD_RIDGE = 5
const WORDS_A_ROUND = 10
/** Good changes are many: so many of them a bad one are looked at, each for all those it stands for. */
const GOOD_PER_BAD = 6
const MIN_WORD_SETS = 4
const MIN_WORD_CHANGES = 20
const PRIOR = { rate: 0.02, ratePrior: 500 }

export type LearnedSet = Pick<RiskSet, 'name' | 'hash'> & { rows: readonly RiskRow[] }

type Sample = { row: RiskRow; weight: number }

export function trainRisk(
  sets: readonly LearnedSet[],
  options: { version: string; description: string; without?: readonly string[] },
): RiskModel {
  const samples = sets.flatMap(sampleOf)
  const columns = riskFeatures
    .map((feature, column) => binned(samples, column, feature.isHarm === true))
    .filter(({ above, name }) => above.length > 0 && !isLeftOut(name, options.without ?? []))
  const groups = [...Map.groupBy(columns, ({ name }) => name.slice(0, name.indexOf('.'))).values()]
  const words = isLeftOut('words', options.without ?? []) ? [] : wordColumns(sets, samples)
  const scores = Float64Array.from(samples, ({ row }) => logit(baseRateOf(row.base, PRIOR)))
  const slopes = new Float64Array(samples.length)
  const curves = new Float64Array(samples.length)
  let bias = 0

  for (let round = 0; round < ROUNDS; round++) {
    for (const [at, { row, weight }] of samples.entries()) {
      const probability = logistic(scores[at]!)
      slopes[at] = weight * ((row.isBad ? 1 : 0) - probability)
      curves[at] = weight * probability * (1 - probability)
    }
    const shift = sum(slopes) / (sum(curves) + 1e-9)
    bias += shift * RATE
    for (let at = 0; at < scores.length; at++) scores[at]! += shift * RATE
    // One step a group at once: features of a group say much the same, those of different groups do not.
    for (const group of groups) {
      const step = best(group.map((column) => bestStep(column, slopes, curves)))
      if (step === null) continue
      const { column, bin, size } = step
      column.steps[bin]! += size
      for (let at = 0; at < scores.length; at++) if (column.bins[at]! > bin) scores[at]! += size
    }
    const steps = words.map((word) => wordStep(word, slopes, curves)).sort((a, b) => b.gain - a.gain)
    for (const { column, size } of steps.slice(0, WORDS_A_ROUND)) {
      column.weight += size
      for (const at of column.samples) scores[at]! += size
    }
  }
  const features = columns.filter(({ steps }) => steps.some((step) => step !== 0)).map((column) => featureOf(column, samples))
  const kept = words.filter(({ weight }) => weight !== 0).sort((a, b) => (a.word < b.word ? -1 : 1))
  const total = samples.reduce((all, { weight }) => all + weight, 0)
  const wordMean = kept.reduce(
    (all, each) => all + (each.weight * each.samples.reduce((mass, at) => mass + samples[at]!.weight, 0)) / total,
    0,
  )
  return {
    version: options.version,
    trainedOn: {
      description: options.description,
      sets: sets.map(({ name, hash, rows }) => ({ name, hash, changes: rows.length, positives: rows.filter(({ isBad }) => isBad).length })),
    },
    ...PRIOR,
    bias: rounded(bias + features.reduce((all, { mean }) => all + mean, 0) + wordMean),
    features,
    words: Object.fromEntries(kept.map(({ word, weight }) => [word, rounded(weight)])),
    wordMean: rounded(wordMean),
    accuracy: null,
  }
}

/** `without` names features, or groups of them. */
const isLeftOut = (name: string, without: readonly string[]): boolean =>
  without.some((each) => name === each || name.startsWith(`${each}.`))

/** All bad changes, and good ones evenly over time; every repository counts the same. */
function sampleOf({ rows }: LearnedSet): Sample[] {
  const bad = rows.filter(({ isBad }) => isBad)
  const good = rows.filter(({ isBad }) => !isBad)
  const wanted = Math.min(good.length, bad.length * GOOD_PER_BAD + 200)
  const taken = Array.from({ length: wanted }, (_, at) => good[Math.floor(((at + 0.5) * good.length) / wanted)]!)
  return [...bad.map((row) => ({ row, weight: 1 })), ...taken.map((row) => ({ row, weight: good.length / wanted }))]
}

type Binned = { name: string; isHarm: boolean; above: number[]; bins: Uint8Array; steps: Float64Array }

function binned(samples: readonly Sample[], column: number, isHarm: boolean): Binned {
  const values = Float64Array.from(samples, ({ row }) => row.values[column]!)
  const sorted = values.toSorted()
  const edges = Array.from({ length: BINS - 1 }, (_, at) => Number(sorted[Math.floor(((at + 1) * sorted.length) / BINS)]!.toPrecision(5)))
  const above = [...new Set(edges)].filter((edge) => edge < sorted.at(-1)!)
  const bins = Uint8Array.from(values, (value) => above.reduce((bin, edge) => (value > edge ? bin + 1 : bin), 0))
  return { name: riskFeatures[column]!.name, isHarm, above, bins, steps: new Float64Array(above.length) }
}

/** The step that helps most on one feature: every value above an edge moves by `size`. */
function bestStep(column: Binned, slopes: Float64Array, curves: Float64Array) {
  const count = column.above.length + 1
  const slope = new Float64Array(count)
  const curve = new Float64Array(count)
  const { bins } = column
  for (let at = 0; at < bins.length; at++) {
    slope[bins[at]!]! += slopes[at]!
    curve[bins[at]!]! += curves[at]!
  }
  let found: { column: Binned; bin: number; size: number; gain: number } | null = null
  let above = 0
  let weight = 0
  for (let bin = count - 1; bin > 0; bin--) {
    above += slope[bin]!
    weight += curve[bin]!
    if (column.isHarm && above <= 0) continue
    const gain = (above * above) / (weight + RIDGE)
    if (found === null || gain > found.gain) found = { column, bin: bin - 1, size: (RATE * above) / (weight + RIDGE), gain }
  }
  return found
}

type WordColumn = { word: string; samples: Uint32Array; weight: number }

/** Words that several repositories use often. */
function wordColumns(sets: readonly LearnedSet[], samples: readonly Sample[]): WordColumn[] {
  const inSets = new Map<string, number>()
  for (const { rows } of sets) {
    const counts = new Map<string, number>()
    for (const { words } of rows) for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1)
    for (const [word, count] of counts) if (count >= MIN_WORD_CHANGES) inSets.set(word, (inSets.get(word) ?? 0) + 1)
  }
  const places = new Map<string, number[]>()
  for (const [at, { row }] of samples.entries())
    for (const word of row.words) if ((inSets.get(word) ?? 0) >= MIN_WORD_SETS) places.set(word, [...(places.get(word) ?? []), at])
  return [...places].sort(([a], [b]) => (a < b ? -1 : 1)).map(([word, at]) => ({ word, samples: Uint32Array.from(at), weight: 0 }))
}

function wordStep(column: WordColumn, slopes: Float64Array, curves: Float64Array) {
  let slope = 0
  let curve = 0
  for (const at of column.samples) {
    slope += slopes[at]!
    curve += curves[at]!
  }
  return { column, size: (RATE * slope) / (curve + WORD_RIDGE), gain: (slope * slope) / (curve + WORD_RIDGE) }
}

const best = <Step extends { gain: number } | null>(steps: readonly Step[]): Step | null =>
  steps.reduce<Step | null>((found, step) => (step !== null && (found === null || step.gain > found.gain) ? step : found), null)

function featureOf({ name, above, bins, steps }: Binned, samples: readonly Sample[]): RiskModel['features'][number] {
  const kept = [...steps.keys()].filter((bin) => steps[bin] !== 0)
  const sums = new Float64Array(above.length + 1)
  for (let bin = 1; bin < sums.length; bin++) sums[bin] = sums[bin - 1]! + steps[bin - 1]!
  const total = samples.reduce((all, { weight }) => all + weight, 0)
  const mean = samples.reduce((all, { weight }, at) => all + weight * sums[bins[at]!]!, 0) / total
  return { name, mean: rounded(mean), above: kept.map((bin) => above[bin]!), steps: kept.map((bin) => rounded(steps[bin]!)) }
}

const sum = (values: Float64Array): number => values.reduce((a, b) => a + b, 0)
const rounded = (value: number): number => Number(value.toPrecision(6))
