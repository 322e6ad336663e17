// Known incidents as numbers: what every kind of evidence says of each candidate, measured once, so that any number of
// models can be learned from and judged on them. Nothing in here depends on a model.
import type { Candidate, RepositoryPast } from '../../domain/ranking.ts'
import { baselineOrders, type BaselineName, randomAccuracy } from '../baselines.ts'
import { measureAll } from '../features.ts'
import type { Accuracy } from '../metrics.ts'
import { type NoneFacts, noneFactsOf } from '../none-of-these.ts'
import { type PreparedCandidate, type PreparedQuery, termHash, termHashesOf } from '../prepare.ts'
import { quietMoments } from './quiet-moments.ts'
import { contextOf } from '../rank.ts'
import { type KnownCase, type Moment, replayCases } from './replay-cases.ts'

/** A case with what its source says of it; null where it says nothing. */
type JudgedCase = KnownCase & { titleRun: number | null; describesChange: boolean | null }

type SetToMeasure = { name: string; changes: readonly Candidate[]; cases: readonly JudgedCase[] }

/** One question as the model sees it. Candidates stand in order of id. */
export type Measured = {
  /** In the order of `featureNames`. Single precision halves the memory; the models' weights have fewer digits. */
  columns: readonly Float32Array[]
  pool: number
  /** Whether each may be it, by what was told; null when nothing was. */
  open: readonly boolean[] | null
  /** Places of the candidates that caused it; empty when none of them did. */
  culprits: readonly number[]
  facts: NoneFacts
}

export type MeasuredCase = Measured & {
  id: string
  random: Accuracy
  baselines: Record<BaselineName, number | null>
  /** From taking effect to the incident, of the culprit that took effect last; null when none is in the pool. */
  culpritAgeMs: number | null
  titleRun: number | null
  describesChange: boolean | null
  /** The same question with every culprit taken out of the pool. */
  twin: Measured
}

export type MeasuredSet = {
  name: string
  cases: readonly MeasuredCase[]
  /** The cases' reports asked at moments when nothing known went wrong. */
  quiet: readonly Measured[]
}

export function measureSet(set: SetToMeasure, onProgress: (done: number) => void = () => {}): MeasuredSet {
  const cases: MeasuredCase[] = []
  const quiet: Measured[] = []
  const known = new Map(set.cases.map((each) => [each.id, each]))
  const asked: KnownCase[] = [...set.cases, ...quietMoments(set)]
  asked.sort((a, b) => a.at.getTime() - b.at.getTime() || (a.id < b.id ? -1 : 1))
  for (const moment of replayCases(set.changes, asked)) {
    const judged = known.get(moment.case.id)
    if (judged === undefined) {
      quiet.push(measure(moment, moment.pool))
      continue
    }
    cases.push(measureCase(moment, judged))
    onProgress(cases.length)
  }
  return { name: set.name, cases, quiet }
}

function measureCase(moment: Moment, { id, titleRun, describesChange }: JudgedCase): MeasuredCase {
  const { query, pool, culprits } = moment
  const open = pool.filter((change) => mayBe(moment, change))
  const orders = baselineOrders(query, open)
  const listed = pool.filter(({ candidate }) => culprits.has(candidate.id))
  const without = pool.filter(({ candidate }) => !culprits.has(candidate.id))
  return {
    id,
    ...measure(moment, pool),
    random: randomAccuracy(open.length, listed.length),
    baselines: {
      recency: placeOf(orders.recency, culprits),
      bm25: placeOf(orders.bm25, culprits),
      bm25decay: placeOf(orders.bm25decay, culprits),
    },
    culpritAgeMs: listed.length === 0 ? null : Math.min(...listed.map((change) => ageOf(query, change))),
    titleRun,
    describesChange,
    twin: withoutPast(moment, listed, (past) => measure({ ...moment, past }, without)),
  }
}

function measure(moment: Moment, pool: readonly PreparedCandidate[]): Measured {
  const { query, past, culprits } = moment
  const context = contextOf(query, pool, past)
  return {
    columns: measureAll(context).map((column) => new Float32Array(column)),
    pool: context.candidates.length,
    open: moment.case.workedAt === undefined ? null : context.candidates.map((change) => mayBe(moment, change)),
    culprits: context.candidates.flatMap(({ candidate }, place) => (culprits.has(candidate.id) ? [place] : [])),
    facts: noneFactsOf(context),
  }
}

const mayBe = ({ case: { workedAt } }: Moment, { candidate }: PreparedCandidate): boolean =>
  workedAt === undefined || candidate.mergedAt > workedAt

/**
 * As if these changes had never landed: a twin must differ from its case by the culprit's absence alone, and words or
 * files counted for a change that is not in the list would give it away.
 */
function withoutPast<T>({ past }: Moment, changes: readonly PreparedCandidate[], ask: (past: RepositoryPast) => T): T {
  const histories = changes.flatMap(({ candidate }) => candidate.paths.flatMap((path) => past.files.get(path) ?? []))
  const landedAt = new Map<number, number>()
  for (const { candidate } of changes) {
    const at = candidate.mergedAt.getTime()
    landedAt.set(at, (landedAt.get(at) ?? 0) + 1)
  }
  const ids = new Set(changes.map(({ candidate }) => candidate.id))
  const holds = changes.map((change) => new Set(termHashesOf(change)))
  for (const history of histories) history.changes--
  try {
    return ask({
      ...past,
      documentCount: past.documentCount - changes.length,
      ...earlierWithout(past, ids),
      documentFrequency: new Map(
        [...past.documentFrequency].map(([term, count]) => [term, count - holds.filter((hashes) => hashes.has(termHash(term))).length]),
      ),
      landedAt: past.landedAt.filter((at) => {
        const left = landedAt.get(at.getTime()) ?? 0
        if (left > 0) landedAt.set(at.getTime(), left - 1)
        return left === 0
      }),
    })
  } finally {
    for (const history of histories) history.changes++
  }
}

function earlierWithout({ earlier = [], earlierHolding }: RepositoryPast, ids: ReadonlySet<string>) {
  const gone = [...earlier.keys()].filter((place) => ids.has(earlier[place]!.id))
  const holding: RepositoryPast['earlierHolding'] = (hash, found) => {
    earlierHolding?.(hash, (place, counts) => {
      if (!gone.includes(place)) found(place - gone.filter((each) => each < place).length, counts)
    })
  }
  return { earlier: earlier.filter(({ id }) => !ids.has(id)), ...(earlierHolding && { earlierHolding: holding }) }
}

function ageOf({ atMs }: PreparedQuery, { candidate }: PreparedCandidate): number {
  return Math.max(0, atMs - (candidate.liveAt ?? candidate.mergedAt).getTime())
}

/** From 1; null when none of them is in the list. */
function placeOf(ids: readonly string[], culprits: ReadonlySet<string>): number | null {
  const place = ids.findIndex((id) => culprits.has(id))
  return place === -1 ? null : place + 1
}
