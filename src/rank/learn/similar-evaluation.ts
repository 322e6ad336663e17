// How well the similarity ranking finds the earlier report that people said was the same. Pure: reports in, figures out.
import { accuracyOf, bootstrapInterval, seededRandom } from '../metrics.ts'
import type { SimilarCase, SimilarSet } from './similar-cases.ts'
import { bm25fIndex } from '../similar/bm25f-index.ts'
import { textIndex } from '../similar/similar-index.ts'
import { matchProbabilities } from '../similar/similar-first.ts'
import { linear, type SimilarModel } from '../similar/similar-model.ts'
import { scoreSimilar } from '../similar/similar.ts'

/** One judged query: where the first of the same ones stands, and how sure the first place was. */
export type SimilarAnswer = { rank: number | null; probability: number; isRight: boolean }
export type SimilarAccuracy = { recall1: number; recall5: number; recall10: number; mrr: number }
type Interval = { low: number; high: number }

export type SimilarResult = SimilarAccuracy & {
  name: string
  queries: number
  /** Milliseconds a query: asking the index and ranking its candidates, all read anew. */
  msP50: number
  msP95: number
  cpuMsP50: number
  cpuMsP95: number
  /** How well the probability of the first tells whether it is right. */
  auc: number
  brierSkill: number
  /** Share of queries with a true one among the index's 200 candidates: no order of them does better. */
  candidates: number
  /** 95 %, by drawing queries again. */
  intervals: { recall1: Interval; recall5: Interval; recall10: Interval; mrr: Interval; auc: Interval }
  baselines: Record<'bm25f' | 'bm25fDecay' | 'index' | 'latest' | 'random', SimilarAccuracy>
}

export type Clock = { wallMs(): number; cpuMs(): number }

const CANDIDATES = 200
/** Of "BM25 × age decay": what other tools look back. */
const HALF_LIFE_MS = 180 * 86_400_000
const DRAWS = 1_000

/** Judges the queries at `places`. */
export function evaluateSimilar(set: SimilarSet, places: ReadonlySet<number>, model: SimilarModel, clock: Clock): SimilarResult {
  const index = textIndex()
  const words = bm25fIndex()
  const answers: SimilarAnswer[] = []
  const others: Record<'bm25f' | 'bm25fDecay' | 'index' | 'latest', (number | null)[]> = {
    bm25f: [],
    bm25fDecay: [],
    index: [],
    latest: [],
  }
  const times: number[] = []
  const cpuTimes: number[] = []
  let random = { recall1: 0, recall5: 0, recall10: 0, mrr: 0 }
  for (const [place, query] of set.incidents.entries()) {
    const same = set.pairs.get(place)
    if (same !== undefined && places.has(place)) {
      const startedAt = clock.wallMs()
      const startedCpu = clock.cpuMs()
      const found = index.search(query, CANDIDATES)
      const candidates = found.documents.map((document) => set.incidents[document]!)
      const { scored } = scoreSimilar(query, candidates, found, query.openedAt, model)
      times.push(clock.wallMs() - startedAt)
      cpuTimes.push(clock.cpuMs() - startedCpu)
      const ids = scored.map(({ incident }) => incident.id)
      answers.push({ rank: rankOf(ids, same), probability: scored[0]?.probability ?? 0, isRight: ids[0] !== undefined && same.has(ids[0]) })
      others.index.push(rankOf(found.documents, same))
      others.bm25f.push(rankOf(words.search(query, CANDIDATES), same))
      const decay = (document: number): number =>
        0.5 ** ((query.openedAt.getTime() - set.incidents[document]!.openedAt.getTime()) / HALF_LIFE_MS)
      others.bm25fDecay.push(rankOf(words.search(query, CANDIDATES, decay), same))
      others.latest.push(place - Math.max(...same))
      random = plus(random, randomOf(place, same.size))
    }
    index.add(query)
    words.add(query)
  }
  const figures = figuresOf(answers)
  const count = Math.max(1, answers.length)
  const mean = {
    recall1: random.recall1 / count,
    recall5: random.recall5 / count,
    recall10: random.recall10 / count,
    mrr: random.mrr / count,
  }
  return {
    name: set.name,
    queries: answers.length,
    recall1: figures.recall1,
    recall5: figures.recall5,
    recall10: figures.recall10,
    mrr: figures.mrr,
    msP50: quantile(times, 0.5),
    msP95: quantile(times, 0.95),
    auc: figures.auc,
    brierSkill: figures.brierSkill,
    cpuMsP50: quantile(cpuTimes, 0.5),
    cpuMsP95: quantile(cpuTimes, 0.95),
    candidates: others.index.filter((rank) => rank !== null).length / count,
    intervals: intervalsOf(answers),
    baselines: {
      bm25f: recallOf(others.bm25f),
      bm25fDecay: recallOf(others.bm25fDecay),
      index: recallOf(others.index),
      latest: recallOf(others.latest),
      random: mean,
    },
  }
}

/** How a model answers a case whose features are known. */
export function judge(model: SimilarModel, each: SimilarCase): SimilarAnswer {
  const order = each.rows
    .map((features, at) => ({ at, features, score: linear(model.order, features) }))
    .sort((a, b) => b.score - a.score || each.documents[a.at]! - each.documents[b.at]!)
  const first = order[0]
  if (first === undefined) return { rank: null, probability: 0, isRight: false }
  const [probability = 0] = matchProbabilities(
    model,
    each.query,
    first.features,
    order.map(({ score }) => score),
  )
  const rank = order.findIndex(({ at }) => each.isSame[at])
  return { rank: rank === -1 ? null : rank + 1, probability, isRight: rank === 0 }
}

export function figuresOf(answers: readonly SimilarAnswer[]): SimilarAccuracy & { auc: number; brierSkill: number } {
  return { ...recallOf(answers.map(({ rank }) => rank)), auc: aucOf(answers), brierSkill: brierSkillOf(answers) }
}

/** Chance that a right first is surer than a wrong one; 0.5 where one of the two is missing. */
export function aucOf(firsts: readonly { probability: number; isRight: boolean }[]): number {
  const sorted = firsts.toSorted((a, b) => a.probability - b.probability)
  const right = sorted.filter(({ isRight }) => isRight).length
  const wrong = sorted.length - right
  if (right === 0 || wrong === 0) return 0.5
  let wins = 0
  let wrongBelow = 0
  for (let at = 0; at < sorted.length;) {
    let end = at
    while (end < sorted.length && sorted[end]!.probability === sorted[at]!.probability) end++
    const rightHere = sorted.slice(at, end).filter(({ isRight }) => isRight).length
    const wrongHere = end - at - rightHere
    wins += rightHere * (wrongBelow + wrongHere / 2)
    wrongBelow += wrongHere
    at = end
  }
  return wins / (right * wrong)
}

/** 1 − Brier score ÷ that of always saying the base rate; 0 where there is nothing to tell apart. */
export function brierSkillOf(firsts: readonly { probability: number; isRight: boolean }[]): number {
  const rate = firsts.filter(({ isRight }) => isRight).length / Math.max(1, firsts.length)
  if (rate === 0 || rate === 1) return 0
  const score = firsts.reduce((sum, { probability, isRight }) => sum + (probability - (isRight ? 1 : 0)) ** 2, 0) / firsts.length
  return 1 - score / (rate * (1 - rate))
}

function intervalsOf(answers: readonly SimilarAnswer[]): SimilarResult['intervals'] {
  const within = (places: number): Interval => bootstrapInterval(answers.map(({ rank }) => (rank !== null && rank <= places ? 1 : 0)))
  const next = seededRandom(1)
  const aucs = Array.from({ length: DRAWS }, () => aucOf(answers.map(() => answers[Math.floor(next() * answers.length)]!))).sort(
    (a, b) => a - b,
  )
  return {
    recall1: within(1),
    recall5: within(5),
    recall10: within(10),
    mrr: bootstrapInterval(answers.map(({ rank }) => (rank === null ? 0 : 1 / rank))),
    auc: { low: aucs[Math.floor(DRAWS * 0.025)]!, high: aucs[Math.ceil(DRAWS * 0.975) - 1]! },
  }
}

function recallOf(ranks: readonly (number | null)[]): SimilarAccuracy {
  const { top1, top5, top10, mrr } = accuracyOf(ranks)
  return { recall1: top1, recall5: top5, recall10: top10, mrr }
}

/** What drawing from `pool` earlier reports without looking finds, of which `same` are the same. */
function randomOf(pool: number, same: number): SimilarAccuracy {
  let none = 1
  let mrr = 0
  const recall: number[] = []
  for (let place = 1; place <= pool - same + 1; place++) {
    const hit = none * (same / (pool - place + 1))
    mrr += hit / place
    none -= hit
    if (place <= 10) recall[place] = 1 - none
  }
  return { recall1: recall[1] ?? 1, recall5: recall[5] ?? 1, recall10: recall[10] ?? 1, mrr }
}

const plus = (a: SimilarAccuracy, b: SimilarAccuracy): SimilarAccuracy => ({
  recall1: a.recall1 + b.recall1,
  recall5: a.recall5 + b.recall5,
  recall10: a.recall10 + b.recall10,
  mrr: a.mrr + b.mrr,
})

function rankOf(places: readonly number[], same: ReadonlySet<number>): number | null {
  const at = places.findIndex((place) => same.has(place))
  return at === -1 ? null : at + 1
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return Math.round((sorted[Math.floor(sorted.length * share)] ?? 0) * 10) / 10
}
