// What the repository's own past tells the ranker, as known when the incident began.
import type { Incident } from '../domain/incident.ts'
import { type IncidentQuery, isInPool, type RepositoryPast } from '../domain/ranking.ts'
import { uniqueTerms } from '../rank/text.ts'
import type { Reader } from '../domain/repository.ts'
import type { Work } from '../work.ts'
import { type GatheredCandidate } from './gather-candidates.ts'
import { gatherEarlier } from './gather-earlier.ts'

const MOST_PATHS = 2_000
const MOST_TERMS = 200

export function queryOf(incident: Incident): IncidentQuery {
  return { at: incident.detectedAt, title: incident.title, text: incident.body, services: incident.services }
}

/** `culpritIds`: the repositories whose incidents are in it. */
export async function gatherPast(
  work: Work,
  incident: Incident,
  candidates: GatheredCandidate[],
  reader: Reader,
): Promise<{ past: RepositoryPast; culpritIds: number[] }> {
  const paths = new Set<string>()
  for (const { candidate } of candidates) {
    if (!isInPool(candidate)) continue
    for (const path of candidate.paths) if (paths.size < MOST_PATHS) paths.add(path)
  }
  const past = await work.tenant.changes.past(incident.repositoryId, {
    before: incident.detectedAt,
    paths: [...paths],
    terms: uniqueTerms(`${incident.title}\n${incident.body}`).slice(0, MOST_TERMS),
    reader,
  })
  return {
    past: {
      ...past,
      ...(await gatherEarlier(work, incident.repositoryId, incident.detectedAt)),
      culprits: past.culprits.map(({ incidentRepositoryId: _, ...culprit }) => ({ ...culprit, changeId: String(culprit.changeId) })),
    },
    culpritIds: past.culprits.map((culprit) => culprit.incidentRepositoryId),
  }
}
