// The one comment of an incident: gather what is known, rank it, say it, keep it true.
import type { Work } from '../work.ts'
import { keepComment } from '../github/keep-comment.ts'
import { shippedSuspectModel } from '../rank/model.ts'
import { rank } from '../rank/rank.ts'
import { renderReport } from '../render/report.ts'
import { renderRetracted } from '../render/retracted.ts'
import { buildReport } from './build-report.ts'
import { withLateRollback } from './find-fix.ts'
import { gatherCandidates } from './gather-candidates.ts'
import { gatherPast, queryOf } from './gather-past.ts'
import { gatherSimilar, indexIncident } from './gather-similar.ts'
import { implicateChanges } from './implicate-changes.ts'
import { scopeOf } from './scope.ts'

/** Makes the comment say what is known now. Does nothing when it already does. */
export async function answerIncident(work: Work, incidentId: number): Promise<void> {
  const known = await work.tenant.incidents.byId(incidentId)
  const incident = known && (await withLateRollback(work, known))
  const repository = incident && (await work.tenant.repositories.byId(incident.repositoryId))
  if (!incident || !repository || repository.removedAt || repository.isArchived) return
  const subject = { repository, issueNumber: incident.issueNumber }
  if (incident.retractedAt) {
    // A comment that was never made, or is gone, needs no word that it is no longer kept.
    const comment = await work.tenant.comments.get(repository.id, incident.issueNumber)
    if (comment && comment.deletedAt === null) {
      await keepComment(work, { ...subject, body: renderRetracted(repository.id, incident.issueNumber) })
    }
    return implicateChanges(work, incident, null)
  }
  await indexIncident(work, incident)
  const scope = await scopeOf(work, incident, repository)
  const gathered = await gatherCandidates(work, incident, scope)
  const past = await gatherPast(work, incident, gathered.candidates)
  const ranking = rank(
    queryOf(incident),
    gathered.candidates.map(({ candidate }) => candidate),
    past,
    shippedSuspectModel(),
  )
  const similar = await gatherSimilar(work, incident, scope)
  const report = await buildReport(work, { incident, scope, gathered, ranking, similar })
  const result = await keepComment(work, { ...subject, body: renderReport(report, gathered.asOf) })
  work.log.info({ incident: incident.issueNumber, pool: ranking.pool, ...result }, 'incident answered')
  await implicateChanges(work, incident, { ranking, candidates: gathered.candidates, catalogs: scope.catalogs })
}
