// A merged change that is under suspicion in an incident, as its own pull request tells of it.
import type { Incident, IncidentStatus, Outcome } from './incident.ts'
import type { Evidence } from './ranking.ts'
import type { Link } from './report.ts'
import { verdictsOf } from './verdicts.ts'

/** Where a change stands in one incident. The last three are ends, until somebody says otherwise. */
type Standing = 'suspected' | 'confirmed' | 'cleared' | 'inconclusive'

export type Weighed = {
  standing: Standing
  /** As last ranked; null when it was not among the candidates. */
  probability: number | null
  evidence: Evidence[]
  /** Why it stands where it stands: plain words, no markup. */
  reason: string | null
  /** Whether its pull request was ever to hear of it. What is at least probable is kept too, for the verdict on its deployment. */
  isShown: boolean
}

export type Implication = {
  changeId: number
  /** Of the change. */
  repositoryId: number
  incidentId: number
  weighed: Weighed
}

/** Everything the comment on an implicated pull request says. */
export type ImplicatedReport = {
  repositoryId: number
  number: number
  link: Link
  isReverted: boolean
  /** What is known of where it is live; plain sentences. */
  whereabouts: string[]
  /** Newest incident first. */
  incidents: (Omit<Weighed, 'isShown'> & {
    link: Link
    title: string
    status: IncidentStatus
    services: string[]
    severity: number | null
    detectedAt: Date
  })[]
}

type Judged = Pick<Incident, 'status' | 'retractedAt'>

/**
 * What people said and the facts show, for one change: their newest word on it counts; "no change did" clears all until
 * somebody names one again. `ruledOut` is the ranking's own reason against it. Pure.
 */
export function standingOf(
  incident: Judged,
  outcomes: readonly Outcome[],
  changeId: number,
  ruledOut: string | null,
): Pick<Weighed, 'standing' | 'reason'> {
  if (incident.retractedAt) return { standing: 'cleared', reason: 'The issue is no longer tracked as an incident.' }
  const { byChange, isNoChange } = verdictsOf(outcomes)
  const own = byChange.get(changeId)
  if (own === 'caused') return { standing: 'confirmed', reason: null }
  if (own === 'did-not-cause') return { standing: 'cleared', reason: 'Somebody with write access said that this change did not cause it.' }
  if (isNoChange) return { standing: 'cleared', reason: 'Somebody with write access said that no change caused it.' }
  if ([...byChange.values()].includes('caused')) return { standing: 'cleared', reason: 'Another change was confirmed as the cause.' }
  if (ruledOut !== null) return { standing: 'cleared', reason: ruledOut }
  if (incident.status === 'resolved') return { standing: 'inconclusive', reason: 'The incident is over and nobody said what caused it.' }
  return { standing: 'suspected', reason: null }
}
