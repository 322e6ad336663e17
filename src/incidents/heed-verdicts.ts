// What people said about changes, laid over what the ranker thinks: what they ruled out is not weighed, and what they
// confirmed is no matter of probability any more.
import { formatDistanceStrict } from 'date-fns/formatDistanceStrict'
import type { Incident } from '../domain/incident.ts'
import type { Candidate, Ranking, RuledOut, Suspect } from '../domain/ranking.ts'
import type { LastWorked } from '../domain/report.ts'
import type { TimelineEntry } from '../domain/timeline.ts'
import { confirmedCauses, verdictsOf, type Verdicts } from '../domain/verdicts.ts'
import type { Work } from '../work.ts'
import { candidateOf, type GatheredCandidate } from './gather-candidates.ts'
import { lastWorked } from './last-worked.ts'
import { seeReadable, type Scope } from './scope.ts'

const RULED_OUT: RuledOut = { reason: 'outcome', sentence: 'Somebody with write access said that it did not cause this.' }
const NO_CHANGE: RuledOut = { reason: 'outcome', sentence: 'Somebody with write access said that no change caused this.' }

export type Judged = {
  candidates: GatheredCandidate[]
  verdicts: Verdicts
  /** Confirmed causes, wherever they came from; those that readers here may see. */
  confirmed: GatheredCandidate[]
  worked: LastWorked | null
}

/** What is said of something merely reported counts for nothing: nobody with write access stands behind it. */
export async function heedVerdicts(
  work: Work,
  incident: Incident,
  scope: Scope,
  gathered: GatheredCandidate[],
  told: readonly TimelineEntry[],
): Promise<Judged> {
  const verdicts = verdictsOf(incident.isTrusted ? await work.tenant.incidents.outcomes(incident.id) : [])
  const worked = incident.isTrusted ? lastWorked(incident, told) : null
  const candidates = gathered.map((each) => ({ ...each, candidate: { ...each.candidate, ruledOut: judged(each, verdicts, worked) } }))
  const ids = confirmedCauses(verdicts)
  const found = candidates.filter(({ change }) => ids.includes(change.id))
  const others = ids.filter((id) => !found.some(({ change }) => change.id === id))
  const said = await work.tenant.changes.byIds(others)
  await seeReadable(
    work,
    scope,
    said.map(({ repositoryId }) => repositoryId),
  )
  const elsewhere = said.filter(({ repositoryId }) => scope.readable.has(repositoryId))
  const confirmed = [
    ...found,
    ...elsewhere.map((change) => ({ change, live: null, services: [], candidate: candidateOf(change, null, null, null) })),
  ]
  return { candidates: [...candidates, ...confirmed.slice(found.length)], verdicts, confirmed, worked }
}

function judged({ change, candidate }: GatheredCandidate, { byChange, isNoChange }: Verdicts, worked: LastWorked | null): RuledOut | null {
  const verdict = byChange.get(change.id)
  // A person's word counts more than a fact that speaks against it.
  if (verdict === 'caused') return null
  if (verdict === 'did-not-cause') return candidate.ruledOut ?? RULED_OUT
  return candidate.ruledOut ?? liveWhenItWorked(candidate, worked) ?? (isNoChange ? NO_CHANGE : null)
}

/** Live by then, or merged where no deployment tells. */
function liveWhenItWorked({ liveAt, mergedAt }: Candidate, worked: LastWorked | null): RuledOut | null {
  const since = liveAt ?? mergedAt
  if (worked === null || since > worked.at) return null
  const before = since < worked.at ? `${formatDistanceStrict(since, worked.at)} before` : 'when'
  return { reason: 'worked-since', sentence: `${liveAt === null ? 'Merged' : 'Live'} ${before} it was last seen to work.` }
}

/** The ranking with the confirmed ones alone, where there are any; their evidence stays. Pure. */
export function confirmedRanking(ranking: Ranking, { confirmed }: Judged): Ranking {
  if (confirmed.length === 0) return ranking
  const suspects = confirmed.map(({ candidate: { id } }): Suspect => {
    const evidence = ranking.suspects.find((suspect) => suspect.id === id)?.evidence ?? []
    return { id, probability: 1 / confirmed.length, evidence }
  })
  return { ...ranking, suspects: suspects.sort((a, b) => (a.id < b.id ? -1 : 1)), none: 0 }
}
