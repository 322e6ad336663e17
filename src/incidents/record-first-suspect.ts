// Which change the ranker named first, and when that became another: for the timeline, and to judge it by what people find
// out. It depends on when it was asked, so the comment never shows it.
import type { Incident } from '../domain/incident.ts'
import type { Ranking } from '../domain/ranking.ts'
import type { Work } from '../work.ts'
import type { GatheredCandidate } from './gather-candidates.ts'
import type { Said } from './read-timeline.ts'
import { changeLink } from './rollback-kit.ts'

/** Before a person has said what caused it. Of the incident's own repository only: others may become unreadable later. */
export async function recordFirstSuspect(
  work: Work,
  incident: Incident,
  { suspects }: Ranking,
  candidates: readonly GatheredCandidate[],
  { entries }: Said,
): Promise<void> {
  const first = suspects[0]
  const change = candidates.find(({ candidate }) => candidate.id === first?.id)?.change
  if (!first || change?.repositoryId !== incident.repositoryId) return
  const named = entries.flatMap(({ fact }) => (fact.kind === 'ranking' ? [fact] : []))
  const name = changeLink(change).text
  if (named.at(-1)?.name === name) return
  const [at, key] = [work.now(), `ranking ${named.length + 1}`]
  const fact = { kind: 'ranking' as const, name, probability: first.probability }
  await work.tenant.timeline.add(incident.id, [{ key, at, saidAt: at, by: null, text: '', url: change.url, fact }])
}
