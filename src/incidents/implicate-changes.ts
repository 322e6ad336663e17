// Which merged changes are under suspicion strongly enough that their own pull requests say so. Enters: one incident's
// ranking and verdicts. Leaves: what each implicated change stands for, and word to the lanes that tell it.
import { standingOf, type Implication, type Weighed } from '../domain/implication.ts'
import type { Change } from '../domain/change.ts'
import type { Incident } from '../domain/incident.ts'
import type { Ranking } from '../domain/ranking.ts'
import type { Catalog } from '../domain/service.ts'
import { followImplication } from '../deployments/follow-implication.ts'
import type { Work } from '../work.ts'
import type { GatheredCandidate } from './gather-candidates.ts'

/** From here on `comments: probable` speaks without waiting for a person. */
const PROBABLE = 0.5
const MOST_EVIDENCE = 4

export type Ranked = { ranking: Ranking; candidates: GatheredCandidate[] }

/**
 * Keeps what every implicated change of this incident stands for and has it told. Without a ranking (the incident is no
 * longer kept) those known are cleared. A change once told of stays told of, however the ranking turns. Idempotent.
 */
export async function implicateChanges(work: Work, incident: Incident, ranked: Ranked | null): Promise<void> {
  // Anybody can open an issue: nobody's pull request hears of it before someone with write access stands behind it.
  if (incident.status === 'reported') return
  const known = new Map((await work.tenant.implications.ofIncident(incident.id)).map((each) => [each.changeId, each.weighed]))
  const outcomes = await work.tenant.incidents.outcomes(incident.id)
  const implicated = new Map<number, Implication>()
  const weigh = async (change: Change, found: GatheredCandidate | null): Promise<void> => {
    const { id: changeId, repositoryId } = change
    const suspect = found && ranked?.ranking.suspects.find((each) => each.id === found.candidate.id)
    const weighed = {
      ...standingOf(incident, outcomes, changeId, found?.candidate.ruledOut?.sentence ?? null),
      probability: suspect?.probability ?? null,
      evidence: suspect?.evidence.slice(0, MOST_EVIDENCE) ?? [],
    }
    const before = known.get(changeId)
    const isProbable = weighed.standing === 'suspected' && (weighed.probability ?? 0) >= PROBABLE
    if (!before && !isProbable && weighed.standing !== 'confirmed') return
    const isShown = before?.isShown === true || isToBeTold(weighed, isProbable, (await work.tenant.catalogs.get(repositoryId))?.catalog)
    implicated.set(changeId, { changeId, repositoryId, incidentId: incident.id, weighed: { ...weighed, isShown } })
  }
  for (const found of ranked?.candidates ?? []) if (found.change.number !== null) await weigh(found.change, found)
  for (const change of await work.tenant.changes.byIds(missing([...known.keys()], outcomes, implicated)))
    if (change.number !== null) await weigh(change, null)
  for (const implication of implicated.values()) await tell(work, incident, implication)
}

function isToBeTold({ standing }: Pick<Weighed, 'standing'>, isProbable: boolean, catalog: Catalog | null | undefined): boolean {
  const threshold = catalog?.settings.pullRequests.comments ?? 'confirmed'
  if (threshold === 'never') return false
  return standing === 'confirmed' || (threshold === 'probable' && isProbable)
}

/** What was told of before or judged by a person, but is among no candidates (any more). */
function missing(known: number[], outcomes: { changeId: number | null }[], found: ReadonlyMap<number, unknown>): number[] {
  const ids = new Set([...known, ...outcomes.flatMap(({ changeId }) => changeId ?? [])])
  return [...ids].filter((id) => !found.has(id))
}

/** Only a repository's own lane writes on its pull requests. */
async function tell(work: Work, incident: Incident, implication: Implication): Promise<void> {
  const { changeId, repositoryId } = implication
  if (!(await work.tenant.implications.save(implication)) && repositoryId !== incident.repositoryId) return
  if (repositoryId === incident.repositoryId) await followImplication(work, changeId)
  else await work.followUp({ kind: 'pull-request', repositoryId, changeId })
  await work.tenant.implications.told(changeId, incident.id)
}
