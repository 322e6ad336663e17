// What people said about changes, laid over what the ranker thinks: what they ruled out is not weighed, and what they
// confirmed is no matter of probability any more.
import type { Incident } from '../domain/incident.ts'
import type { Ranking, RuledOut, Suspect } from '../domain/ranking.ts'
import { confirmedCauses, verdictsOf, type Verdicts } from '../domain/verdicts.ts'
import type { Work } from '../work.ts'
import { candidateOf, type GatheredCandidate } from './gather-candidates.ts'
import { seeReadable, type Scope } from './scope.ts'

const RULED_OUT: RuledOut = { reason: 'outcome', sentence: 'Somebody with write access said that it did not cause this.' }
const NO_CHANGE: RuledOut = { reason: 'outcome', sentence: 'Somebody with write access said that no change caused this.' }

export type Judged = {
  candidates: GatheredCandidate[]
  verdicts: Verdicts
  /** Confirmed causes, wherever they came from; those that readers here may see. */
  confirmed: GatheredCandidate[]
}

/** Verdicts on what is merely reported are none: nobody with write access stands behind it. */
export async function heedVerdicts(work: Work, incident: Incident, scope: Scope, gathered: GatheredCandidate[]): Promise<Judged> {
  const verdicts = verdictsOf(incident.isTrusted ? await work.tenant.incidents.outcomes(incident.id) : [])
  const candidates = gathered.map((each) => ({ ...each, candidate: { ...each.candidate, ruledOut: judged(each, verdicts) } }))
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
  return { candidates: [...candidates, ...confirmed.slice(found.length)], verdicts, confirmed }
}

function judged({ change, candidate }: GatheredCandidate, { byChange, isNoChange }: Verdicts): RuledOut | null {
  const verdict = byChange.get(change.id)
  // A person's word counts more than a fact that speaks against it.
  if (verdict === 'caused') return null
  if (verdict === 'did-not-cause') return RULED_OUT
  return candidate.ruledOut ?? (isNoChange ? NO_CHANGE : null)
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
