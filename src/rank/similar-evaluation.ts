// How well the similarity ranking finds the earlier report that people said was the same. Pure: reports in, figures out.
import { accuracyOf } from './metrics.ts'
import { scoreSimilar } from './similar.ts'
import type { ComparableIncident } from './similar-features.ts'
import { textIndex } from './similar-index.ts'

export type SimilarSet = {
  name: string
  /** In time order; `id` is the place in this list. */
  incidents: readonly ComparableIncident[]
  /** Place of a report → places of the earlier ones that are the same. */
  pairs: ReadonlyMap<number, ReadonlySet<number>>
}

export type SimilarAccuracy = { recall1: number; recall5: number; recall10: number; mrr: number }
export type SimilarResult = SimilarAccuracy & {
  name: string
  queries: number
  msP50: number
  msP95: number
  /** How well the probability of the first tells whether it is right. */
  auc: number
  baselines: { bm25f: SimilarAccuracy; latest: SimilarAccuracy }
}

const RAREST = 24
const CANDIDATES = 200

/** Judges the last `share` of the queries by time. `clock` gives milliseconds, for the time a query takes. */
export function evaluateSimilar(set: SimilarSet, share: number, clock: () => number): SimilarResult {
  const index = textIndex()
  const queries = [...set.pairs.keys()].sort((a, b) => a - b)
  const judged = new Set(queries.slice(queries.length - Math.round(queries.length * share)))
  const ranks: Record<'model' | 'bm25f' | 'latest', (number | null)[]> = { model: [], bm25f: [], latest: [] }
  const firsts: { probability: number; isRight: boolean }[] = []
  const times: number[] = []
  for (const [place, query] of set.incidents.entries()) {
    const same = set.pairs.get(place)
    if (same !== undefined && judged.has(place)) {
      const startedAt = clock()
      const found = index.search(query, RAREST, CANDIDATES)
      const candidates = found.documents.flatMap((document) => set.incidents[document] ?? [])
      const { scored } = scoreSimilar(query, candidates, found, query.openedAt)
      times.push(clock() - startedAt)
      const first = scored[0]
      firsts.push({ probability: first?.probability ?? 0, isRight: first !== undefined && same.has(first.incident.id) })
      ranks.model.push(
        rankOf(
          scored.map(({ incident }) => incident.id),
          same,
        ),
      )
      ranks.bm25f.push(rankOf(index.search(query, Infinity, CANDIDATES).documents, same))
      ranks.latest.push(place - Math.max(...same))
    }
    index.add(query)
  }
  times.sort((a, b) => a - b)
  const at = (quantile: number): number => Math.round((times[Math.floor(times.length * quantile)] ?? 0) * 10) / 10
  return {
    name: set.name,
    queries: judged.size,
    ...recallOf(ranks.model),
    msP50: at(0.5),
    msP95: at(0.95),
    auc: aucOf(firsts),
    baselines: { bm25f: recallOf(ranks.bm25f), latest: recallOf(ranks.latest) },
  }
}

function recallOf(ranks: readonly (number | null)[]): SimilarAccuracy {
  const { top1, top5, top10, mrr } = accuracyOf(ranks)
  return { recall1: top1, recall5: top5, recall10: top10, mrr }
}

function rankOf(places: readonly number[], same: ReadonlySet<number>): number | null {
  const at = places.findIndex((place) => same.has(place))
  return at === -1 ? null : at + 1
}

/** Chance that a right first is surer than a wrong one; 0.5 where one of the two is missing. */
export function aucOf(firsts: readonly { probability: number; isRight: boolean }[]): number {
  const right = firsts.filter(({ isRight }) => isRight).map(({ probability }) => probability)
  const wrong = firsts.filter(({ isRight }) => !isRight).map(({ probability }) => probability)
  if (right.length === 0 || wrong.length === 0) return 0.5
  let wins = 0
  for (const a of right) for (const b of wrong) wins += a > b ? 1 : a === b ? 0.5 : 0
  return wins / (right.length * wrong.length)
}
