// What the repository's own past tells the ranker, as known when the incident began.
import type { Incident } from '../domain/incident.ts'
import { type EarlierChange, type IncidentQuery, isInPool, type RepositoryPast } from '../domain/ranking.ts'
import { summarize } from '../rank/earlier-change.ts'
import { packChange, unpackEarlier } from '../rank/kept-change.ts'
import { prepareCandidate } from '../rank/prepare.ts'
import { uniqueTerms } from '../rank/text.ts'
import type { Reader } from '../domain/repository.ts'
import type { Work } from '../work.ts'
import { candidateOf, type GatheredCandidate } from './gather-candidates.ts'

const MOST_PATHS = 2_000
const MOST_TERMS = 200
const MOST_EARLIER = 6_000
/** Cutting one into terms takes a tenth of a millisecond, so what comes of it is kept. */
const CUT_AT_ONCE = 500

export function queryOf(incident: Incident): IncidentQuery {
  return { at: incident.detectedAt, title: incident.title, text: incident.body, services: incident.services }
}

/** Earlier changes cut into terms, by sha: whoever asks for many moments of one repository cuts each only once. */
export type KnownChanges = Map<string, EarlierChange>

/** `culpritIds`: the repositories whose incidents are in it. */
export async function gatherPast(
  work: Work,
  incident: Incident,
  candidates: GatheredCandidate[],
  reader: Reader,
  known: KnownChanges = new Map(),
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
      earlier: await earlierChanges(work, incident, known),
      culprits: past.culprits.map(({ incidentRepositoryId: _, ...culprit }) => ({ ...culprit, changeId: String(culprit.changeId) })),
    },
    culpritIds: past.culprits.map((culprit) => culprit.incidentRepositoryId),
  }
}

async function earlierChanges(work: Work, { repositoryId, detectedAt }: Incident, known: KnownChanges): Promise<EarlierChange[]> {
  const earlier = await work.tenant.changes.earlier(repositoryId, detectedAt, MOST_EARLIER)
  for (const { mergeSha, title, gist } of earlier) {
    const kept = known.has(mergeSha) || gist === null ? null : unpackEarlier(mergeSha, title, gist)
    if (kept) known.set(mergeSha, kept)
  }
  const uncut = earlier.filter(({ mergeSha }) => !known.has(mergeSha)).map(({ id }) => id)
  for (let from = 0; from < uncut.length; from += CUT_AT_ONCE) {
    const changes = await work.tenant.changes.byIds(uncut.slice(from, from + CUT_AT_ONCE))
    const gists = changes.map((change) => {
      const cut = prepareCandidate(candidateOf(change, null, null, null))
      known.set(change.mergeSha, summarize(cut))
      return { id: change.id, gist: packChange(cut) }
    })
    await work.tenant.changes.setGists(gists)
  }
  return earlier.flatMap(({ mergeSha }) => known.get(mergeSha) ?? [])
}
