// Walks through known incidents in time order, each with only what was known then. Pure: data in, moments out.
import type { Candidate, IncidentQuery, RepositoryPast } from '../../domain/ranking.ts'
import { prepareCandidate, type PreparedCandidate, prepareQuery, type PreparedQuery } from '../prepare.ts'
import { recordPast } from '../repository-past.ts'

export type KnownCase = {
  id: string
  at: Date
  text: string
  /** Ids of the changes that caused it: any of them counts. */
  culprits: readonly string[]
  /** Its candidates are `changes.slice(poolStart, poolEnd)`. */
  poolStart: number
  poolEnd: number
  /** When it was last seen to work: what had landed by then is none of the causes. */
  workedAt?: Date
}

/** One incident as it looked when it happened. `past` is live: use it before asking for the next moment. */
export type Moment<Case extends KnownCase = KnownCase> = {
  case: Case
  query: PreparedQuery
  pool: readonly PreparedCandidate[]
  past: RepositoryPast
  culprits: ReadonlySet<string>
}

/**
 * Moments of `cases` (by time) over `changes` (by landing). A case's outcome is known to later cases only.
 * Prepared changes are dropped once no later pool can hold them, so memory follows the pools, not the history.
 */
export function* replayCases<Case extends KnownCase>(changes: readonly Candidate[], cases: readonly Case[]): Generator<Moment<Case>> {
  const recorder = recordPast()
  const prepared = new Map<number, PreparedCandidate>()
  const places = new Map(changes.map((change, place) => [change.id, place]))
  const firstNeeded = earliestPoolFrom(cases)
  const known: { at: Date; culprits: Case }[] = []
  let landed = 0
  let told = 0
  for (const [at, incident] of cases.entries()) {
    for (; landed < incident.poolEnd; landed++) {
      const change = prepareCandidate(changes[landed]!)
      recorder.landed(change)
      if (landed >= firstNeeded[at]!) prepared.set(landed, change)
    }
    while (told < known.length && known[told]!.at.getTime() < incident.at.getTime()) {
      tellOutcome(known[told++]!.culprits)
    }
    const pool: PreparedCandidate[] = []
    for (let place = incident.poolStart; place < incident.poolEnd; place++) {
      let change = prepared.get(place)
      if (change === undefined) prepared.set(place, (change = prepareCandidate(changes[place]!)))
      pool.push(change)
    }
    const query = prepareQuery(queryOf(incident))
    yield { case: incident, query, pool, past: recorder.past(query), culprits: new Set(incident.culprits) }
    known.push({ at: incident.at, culprits: incident })
    for (const place of prepared.keys()) if (place < (firstNeeded[at + 1] ?? Infinity)) prepared.delete(place)
  }

  function tellOutcome(incident: Case): void {
    for (const id of incident.culprits) {
      const place = places.get(id)
      const change = place === undefined ? undefined : changes[place]
      if (change === undefined) continue
      const ageMs = Math.max(0, incident.at.getTime() - (change.liveAt ?? change.mergedAt).getTime())
      recorder.culprit({ changeId: id, paths: change.paths, title: change.title, text: incident.text, ageMs, incidentAt: incident.at })
    }
  }
}

function queryOf(incident: KnownCase): IncidentQuery {
  return { at: incident.at, title: '', text: incident.text, services: [] }
}

/** For each case, where the earliest pool of it and all later ones begins. */
function earliestPoolFrom(cases: readonly KnownCase[]): number[] {
  const earliest: number[] = []
  let first = Infinity
  for (let at = cases.length - 1; at >= 0; at--) earliest[at] = first = Math.min(first, cases[at]!.poolStart)
  return earliest
}
