// Which earlier incidents are like this one. Enters: the incident and at most a few hundred candidates that the text
// index found; leaves: those worth showing, best first, each with its reason. Nothing here reads a clock or a store.
import { messageTemplate } from './fingerprint.ts'
import {
  featuresOf,
  idfOf,
  readIncident,
  type ComparableIncident,
  type Features,
  type ReadIncident,
  type TextStatistics,
} from './similar-features.ts'
import { linear, matchProbability, similarityModel, type SimilarityModel } from './similar-model.ts'
import { sharedReason } from './similar-reason.ts'
import { uniqueTerms } from './text.ts'

export type SimilarMatch = {
  id: number
  /** Higher is more alike; comparable within one answer only. */
  score: number
  /** Chance that it is the same kind of trouble. */
  probability: number
  /** Plain words; foreign text in it is raw. */
  reason: string
  /** Words of the incident that both have, rarest first. */
  sharedTerms: string[]
  /** Near-copies folded into this one, newest first. */
  copyIds: number[]
}

type Scored<T> = { incident: T; read: ReadIncident; features: Features; score: number; probability: number }

const MAX_INDEXED = 400
const WEEK_MS = 7 * 86_400_000
/** 1970-01-05 was a Monday. */
const FIRST_MONDAY_MS = 4 * 86_400_000

/** What the text index keeps of an incident, and is asked with: the title's terms first, each once, at most 400. */
export function similarTerms(incident: { title: string; body: string }): string[] {
  return [...new Set([...uniqueTerms(incident.title), ...uniqueTerms(incident.body)])].slice(0, MAX_INDEXED)
}

/**
 * Candidates worth showing, best first; none when none is alike enough. Incidents opened after `now` and the query
 * itself are left out. Ties are broken by id. `statistics` are the text index's, for the query's terms.
 */
export function rankSimilar(
  query: ComparableIncident,
  candidates: readonly ComparableIncident[],
  statistics: TextStatistics,
  now: Date,
  model: SimilarityModel = similarityModel,
): SimilarMatch[] {
  const { read, scored } = scoreSimilar(query, candidates, statistics, now, model)
  const idf = idfOf(read, statistics)
  const worth = scored.filter(({ probability }) => probability >= model.threshold)
  return foldCopies(worth).map(({ best, copies }) => ({
    id: best.incident.id,
    score: best.score,
    probability: best.probability,
    ...sharedReason(`${query.title}\n${query.body}`, read, best.read, best.features, idf),
    copyIds: copies.map(({ incident }) => incident.id),
  }))
}

/** Every candidate with its score, best first, shown or not. */
export function scoreSimilar<T extends ComparableIncident>(
  query: ComparableIncident,
  candidates: readonly T[],
  statistics: TextStatistics,
  now: Date,
  model: SimilarityModel = similarityModel,
): { read: ReadIncident; scored: Scored<T>[] } {
  const read = readIncident(query)
  const earlier = candidates.filter(({ id, openedAt }) => id !== query.id && openedAt.getTime() <= now.getTime())
  const reads = earlier.map(readIncident)
  const rows = featuresOf(read, reads, statistics, now)
  const scored = earlier.flatMap((incident, index): Scored<T>[] => {
    const features = rows[index]
    const own = reads[index]
    if (features === undefined || own === undefined) return []
    return [{ incident, read: own, features, score: linear(model.order, features), probability: matchProbability(model, features) }]
  })
  scored.sort((a, b) => b.score - a.score || a.incident.id - b.incident.id)
  return { read, scored }
}

/** The same alarm again and again is one past incident that happened often; the newest speaks for all. */
function foldCopies<T extends ComparableIncident>(scored: readonly Scored<T>[]): { best: Scored<T>; copies: Scored<T>[] }[] {
  const groups = new Map<string, Scored<T>[]>()
  for (const each of scored) {
    const key = JSON.stringify([messageTemplate(each.incident.title), [...each.read.services].sort()])
    groups.set(key, [...(groups.get(key) ?? []), each])
  }
  return [...groups.values()].flatMap((group) => {
    const newestFirst = group.toSorted(
      (a, b) => b.incident.openedAt.getTime() - a.incident.openedAt.getTime() || a.incident.id - b.incident.id,
    )
    const [best, ...copies] = newestFirst
    return best === undefined ? [] : [{ best, copies }]
  })
}

/**
 * Why an open incident elsewhere may be the same trouble, or null when nothing says so. `distance`: edges between its
 * services and ours (0: the same); null when unconnected.
 */
export function relatedReason(other: {
  distance: number | null
  isSimilar: boolean
  services: readonly string[]
  sharesDeployment?: boolean
}): string | null {
  const reasons: string[] = []
  if (other.sharesDeployment === true) reasons.push('changed by the same deployment')
  const name = other.services.slice(0, 2).join(' and ')
  if (other.distance === 0) reasons.push(name === '' ? 'same service' : `same service ${name}`)
  else if (other.distance === 1) reasons.push(name === '' ? 'depends on it directly' : `${name} is directly connected`)
  else if (other.distance !== null) reasons.push(`${name === '' ? 'a service' : name} is ${other.distance} dependencies away`)
  if (other.isSimilar) reasons.push('similar text')
  return reasons.length === 0 ? null : reasons.join('; ')
}

/** How many fell into each of the last `weeks` ISO weeks (Monday to Sunday, UTC), oldest first, ending with that of `now`. */
export function heatmap(times: readonly Date[], now: Date, weeks: number): { weekStart: Date; count: number }[] {
  const last = weekOf(now)
  const counts = new Map<number, number>()
  for (const time of times) counts.set(weekOf(time), (counts.get(weekOf(time)) ?? 0) + 1)
  return Array.from({ length: Math.max(0, weeks) }, (_, index) => {
    const week = last - weeks + 1 + index
    return { weekStart: new Date(FIRST_MONDAY_MS + week * WEEK_MS), count: counts.get(week) ?? 0 }
  })
}

const weekOf = (at: Date): number => Math.floor((at.getTime() - FIRST_MONDAY_MS) / WEEK_MS)
