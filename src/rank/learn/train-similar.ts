// Learns the order of similar incidents and "is the first right" from reports whose earlier twin is known. Pure and
// deterministic: sets in, model out; each set's queries after its first share are only measured.
import { minimise } from './minimise.ts'
import { casesOf, splitByTime, type SimilarCase, type SimilarSet } from './similar-cases.ts'
import { figuresOf, judge } from './similar-evaluation.ts'
import { FEATURE_NAMES, type FeatureName } from '../similar/similar-features.ts'
import { firstFeatures } from '../similar/similar-first.ts'
import { FIRST_NAMES, type SimilarModel } from '../similar/similar-model.ts'

/** Public trackers know neither services and labels of one team, nor what ended a report, nor enough traces. */
const HAND_SET: { name: FeatureName; weight: number }[] = [
  { name: 'sameService', weight: 0.8 },
  { name: 'sharedLabels', weight: 0.5 },
  { name: 'sameStack', weight: 3 },
  { name: 'sharedFiles', weight: 1 },
  { name: 'resolutionCovered', weight: 0.5 },
]
const LEARNED = FEATURE_NAMES.filter((name) => HAND_SET.every((each) => each.name !== name))
const ORDER_PENALTY = 20
const FIRST_PENALTY = 10
const FOLDS = 5
/** Candidates behind this place only happen to share words. */
const CHANCE_PLACE = 50
const THRESHOLD = 0.2

type Row = { values: Float64Array; isSame: boolean }
type Example = { hash: string; place: number; case: SimilarCase; rows: Row[] }
type Standard = { means: Float64Array; scales: Float64Array }

/** `share` of each set's queries, by time, are learned from. Throws when none of them is found by the index. */
export function trainSimilar(sets: readonly SimilarSet[], share: number, tell: (progress: string) => void): SimilarModel {
  const training = sets.map((set) => ({ set, ...splitByTime(set, share) }))
  const examples = training.map(({ set, first }) => {
    const found = [...casesOf(set, new Set(first))].map((each) => exampleOf(set, each))
    tell(`${set.name}: ${found.length} queries read`)
    return found
  })
  const all = examples.flat()
  if (!all.some(({ rows }) => rows.some(({ isSame }) => isSame)))
    throw new Error('Nothing to learn from: in no training query does the text index find the report that is the same. Give larger sets.')
  const standard = standardOf(all)
  const weights = fitOrder(all, standard)
  tell('order learned')
  const order = [
    ...LEARNED.map((name, at) => ({
      name,
      weight: round(weights[at]!),
      mean: round(standard.means[at]!),
      scale: round(standard.scales[at]!),
    })),
    ...HAND_SET.map(({ name, weight }) => ({ name, weight, mean: 0, scale: 1 })),
  ]
  const { chance, first } = fitFirst(examples, standard, tell)
  const model: SimilarModel = {
    version: 'similar-1',
    trainedOn: {
      description: `Listwise softmax with L2 penalty ${ORDER_PENALTY} over the index's 200 candidates of the first ${Math.round(share * 100)} % of each set's queries by time; "the first is right" on orders cross-validated in ${FOLDS} blocks of time, L2 penalty ${FIRST_PENALTY}.`,
      handSet: HAND_SET.map(({ name }) => name),
      sets: training.flatMap(({ set, first: places }) => {
        const [from, to] = [places[0], places.at(-1)]
        if (from === undefined || to === undefined) return []
        const at = (place: number): string => set.incidents[place]!.openedAt.toISOString()
        return [{ name: set.name, queries: places.length, firstAt: at(from), lastAt: at(to) }]
      }),
      cases: all.map(({ hash }) => hash).sort(),
    },
    order,
    chance,
    first,
    threshold: THRESHOLD,
    accuracy: null,
  }
  return { ...model, accuracy: measured(model, training) }
}

function measured(model: SimilarModel, training: readonly { set: SimilarSet; rest: number[] }[]): SimilarModel['accuracy'] {
  const answers = training.flatMap(({ set, rest }) => [...casesOf(set, new Set(rest))].map((each) => judge(model, each)))
  if (answers.length === 0) return null
  const { recall1, recall5, recall10, mrr, auc, brierSkill } = figuresOf(answers)
  return {
    queries: answers.length,
    recall1: round(recall1),
    recall5: round(recall5),
    recall10: round(recall10),
    mrr: round(mrr),
    auc: round(auc),
    brierSkill: round(brierSkill),
    how: 'on the later queries of the same sets, none of which was learned from',
  }
}

function exampleOf(set: SimilarSet, each: SimilarCase): Example {
  const rows = each.rows.map((features, at): Row => ({
    values: Float64Array.from(LEARNED, (name) => features[name]),
    isSame: each.isSame[at]!,
  }))
  return { hash: set.hashes.get(each.place)!, place: each.place, case: each, rows }
}

function standardOf(examples: readonly Example[]): Standard {
  const rows = examples.flatMap((example) => example.rows)
  const means = Float64Array.from(LEARNED, (_, at) => rows.reduce((sum, { values }) => sum + values[at]!, 0) / Math.max(1, rows.length))
  const scales = Float64Array.from(LEARNED, (_, at) => {
    const variance = rows.reduce((sum, { values }) => sum + (values[at]! - means[at]!) ** 2, 0) / Math.max(1, rows.length)
    return variance < 1e-9 ? 1 : Math.sqrt(variance)
  })
  return { means, scales }
}

/** Any of the same ones may come first: minus the log of the softmax mass that they hold together. */
function fitOrder(examples: readonly Example[], { means, scales }: Standard): Float64Array {
  const lists = examples
    .filter(({ rows }) => rows.some(({ isSame }) => isSame))
    .map(({ rows }) =>
      rows.map(({ values, isSame }) => ({ values: values.map((value, at) => (value - means[at]!) / scales[at]!), isSame })),
    )
  return minimise((weights) => {
    let value = 0
    const gradient = weights.map((weight) => ORDER_PENALTY * weight)
    for (const weight of weights) value += (ORDER_PENALTY / 2) * weight ** 2
    for (const rows of lists) {
      const scores = rows.map(({ values }) => dot(weights, values))
      const best = Math.max(...scores)
      const masses = scores.map((score) => Math.exp(score - best))
      const all = masses.reduce((sum, mass) => sum + mass, 0)
      const same = masses.reduce((sum, mass, at) => sum + (rows[at]!.isSame ? mass : 0), 0)
      value -= Math.log(same / all)
      for (const [at, { values, isSame }] of rows.entries()) {
        const pull = masses[at]! / all - (isSame ? masses[at]! / same : 0)
        for (let feature = 0; feature < values.length; feature++) gradient[feature]! += pull * values[feature]!
      }
    }
    return { value, gradient }
  }, new Float64Array(LEARNED.length))
}

/** Learned on orders that had not seen the query: a fitted order would look surer than it is. */
function fitFirst(examples: readonly (readonly Example[])[], standard: Standard, tell: (progress: string) => void) {
  const scored: { example: Example; scores: { score: number; at: number }[] }[] = []
  for (let fold = 0; fold < FOLDS; fold++) {
    const isIn = (at: number, of: readonly Example[]): boolean => Math.floor((at * FOLDS) / of.length) === fold
    const seen = examples.flatMap((set) => set.filter((_, at) => !isIn(at, set)))
    const weights = fitOrder(seen, standard)
    for (const example of examples.flatMap((set) => set.filter((_, at) => isIn(at, set)))) {
      const scores = example.rows.map(({ values }, at) => ({ at, score: scoreOf(values, weights, standard) }))
      scored.push({ example, scores: scores.sort((a, b) => b.score - a.score || a.at - b.at) })
    }
    tell(`cross-validation ${fold + 1} of ${FOLDS}`)
  }
  const behind = scored.flatMap(({ scores }) => scores.slice(CHANCE_PLACE).map(({ score }) => score))
  const chance = round(behind.reduce((sum, score) => sum + score, 0) / Math.max(1, behind.length))
  const firsts = scored
    .filter(({ scores }) => scores.length > 0)
    .map(({ example, scores }) => {
      const best = scores[0]!.at
      const features = firstFeatures(
        example.case.query,
        example.case.rows[best]!,
        scores.map(({ score }) => score),
        chance,
      )
      return { values: Float64Array.from(FIRST_NAMES, (name) => features[name]), isRight: example.rows[best]!.isSame }
    })
  return { chance, first: fitLogistic(firsts) }
}

function fitLogistic(firsts: readonly { values: Float64Array; isRight: boolean }[]): SimilarModel['first'] {
  const count = Math.max(1, firsts.length)
  const means = Float64Array.from(FIRST_NAMES, (_, at) => firsts.reduce((sum, { values }) => sum + values[at]!, 0) / count)
  const scales = Float64Array.from(FIRST_NAMES, (_, at) => {
    const variance = firsts.reduce((sum, { values }) => sum + (values[at]! - means[at]!) ** 2, 0) / count
    return variance < 1e-9 ? 1 : Math.sqrt(variance)
  })
  const rows = firsts.map(({ values, isRight }) => ({
    values: Float64Array.of(1, ...values.map((value, at) => (value - means[at]!) / scales[at]!)),
    isRight,
  }))
  const [bias, ...weights] = minimise(
    (at) => {
      // The bias is not pulled to zero.
      const gradient = at.map((weight, index) => (index === 0 ? 0 : FIRST_PENALTY * weight))
      let value = at.slice(1).reduce((sum, weight) => sum + (FIRST_PENALTY / 2) * weight ** 2, 0)
      for (const { values, isRight } of rows) {
        const logit = dot(at, values)
        value += Math.max(0, logit) + Math.log1p(Math.exp(-Math.abs(logit))) - (isRight ? logit : 0)
        const pull = 1 / (1 + Math.exp(-logit)) - (isRight ? 1 : 0)
        for (let index = 0; index < values.length; index++) gradient[index]! += pull * values[index]!
      }
      return { value, gradient }
    },
    new Float64Array(FIRST_NAMES.length + 1),
  )
  return {
    bias: round(bias ?? 0),
    features: FIRST_NAMES.map((name, at) => ({ name, weight: round(weights[at]!), mean: round(means[at]!), scale: round(scales[at]!) })),
  }
}

function scoreOf(values: Float64Array, weights: Float64Array, { means, scales }: Standard): number {
  let sum = 0
  for (let at = 0; at < values.length; at++) sum += (weights[at]! * (values[at]! - means[at]!)) / scales[at]!
  return sum
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let at = 0; at < a.length; at++) sum += a[at]! * b[at]!
  return sum
}

/** Four places more than matter: the file stays readable. */
const round = (value: number): number => Number(value.toPrecision(6))
