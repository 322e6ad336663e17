// The weights of the features, by maximum likelihood of a conditional logit: which of the candidates was it? Pure and
// deterministic: measured cases in, weights out.
import { featureNames } from '../features.ts'
import type { Measured } from './measure-cases.ts'
import { curveOf, type List } from './listwise-curve.ts'
import { minimiseWithSigns } from './minimise-with-signs.ts'
import type { SuspectModel } from '../model.ts'

/** No training data: prepared histories know neither services, deployments and stack frames nor who bumps what. */
const HAND_SET: Readonly<Record<string, number>> = {
  'stack-frame.file': 1,
  'stack-frame.near': 0.7,
  'stack-frame.line': 1.5,
  'named-change.number': 4,
  'named-change.sha': 5,
  'named-path.path': 0.5,
  'named-symbol.enclosing': 0.2,
  'time.since-merged': 0.05,
  'service.same': 1.2,
  'service.near': 0.5,
  'dependency-bump.named': 1.5,
}
/** What matches the report speaks for a change, however a handful of cases would bend it. */
const MATCHING = /^(stack-frame|named-change|named-path|named-symbol|identifier|text|service|past-incident|past-change)\./

export const handSetNames: readonly string[] = featureNames.filter((name) => name in HAND_SET)

/**
 * Learns from the cases, by repository, whose culprit is in the pool. `penalty` is on the squares of the standardised
 * weights. The loss is convex: `start`, weights of a similar fit, saves steps and does not change where they lead.
 */
export function fitOrder(
  repositories: readonly (readonly Measured[])[],
  penalty: number,
  start?: SuspectModel['features'],
): SuspectModel['features'] {
  const usable = repositories.map((cases) => cases.filter(({ culprits }) => culprits.length > 0))
  const learned = usable.flat()
  const standard = standardOf(learned)
  const fitted = featureNames.flatMap((name, at) => (name in HAND_SET || standard.scales[at]! < 1e-9 ? [] : [at]))
  const shares = sharesOf(usable.map(({ length }) => length))
  const lists = learned.map((each, at) => listOf(each, fitted, shares[at]!))
  const scales = Float64Array.from(fitted, (at) => standard.scales[at]!)
  const weights = minimiseWithSigns(
    curveOf(lists, scales, penalty, new Float64Array(scales.length)),
    fitted.map((at) => MATCHING.test(featureNames[at]!)),
    start && Float64Array.from(fitted, (at) => start.find(({ name }) => name === featureNames[at])?.weight ?? 0),
  )
  return featureNames.map((name, at) => {
    if (name in HAND_SET) return { name, weight: HAND_SET[name]!, mean: 0, scale: 1 }
    const place = fitted.indexOf(at)
    return place === -1
      ? { name, weight: 0, mean: 0, scale: 1 }
      : { name, weight: round(weights[place]!), mean: round(standard.means[at]!), scale: round(standard.scales[at]!) }
  })
}

/**
 * How much each case counts, 1 on average. A repository counts with the root of its number of cases: a large one tells
 * more, but what holds there need not hold elsewhere.
 */
function sharesOf(counts: readonly number[]): number[] {
  const shares = counts.flatMap((count) => Array.from({ length: count }, () => 1 / Math.sqrt(count)))
  const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length
  return shares.map((share) => share / mean)
}

type Standard = { means: Float64Array; scales: Float64Array }

/** Scales are those within a pool: what differs only between pools says nothing about who it was. */
function standardOf(cases: readonly Measured[]): Standard {
  const means = new Float64Array(featureNames.length)
  const scales = new Float64Array(featureNames.length)
  const count = Math.max(
    1,
    cases.reduce((sum, { pool }) => sum + pool, 0),
  )
  for (let at = 0; at < featureNames.length; at++) {
    let squares = 0
    for (const { columns, pool } of cases) {
      const column = columns[at]!
      let sum = 0
      for (let index = 0; index < pool; index++) sum += column[index]!
      const mean = sum / Math.max(1, pool)
      for (let index = 0; index < pool; index++) squares += (column[index]! - mean) ** 2
      means[at]! += sum / count
    }
    scales[at] = Math.sqrt(squares / count)
  }
  return { means, scales }
}

function listOf({ columns, pool, culprits }: Measured, fitted: readonly number[], share: number): List {
  const offsets = new Float64Array(pool)
  for (const [at, name] of featureNames.entries()) {
    const weight = HAND_SET[name]
    if (weight !== undefined) for (let index = 0; index < pool; index++) offsets[index]! += weight * columns[at]![index]!
  }
  return { share, columns: fitted.map((at) => columns[at]!), offsets, pool, culprits }
}

/** More digits than matter: the file stays readable. */
const round = (value: number): number => Number(value.toPrecision(5))
