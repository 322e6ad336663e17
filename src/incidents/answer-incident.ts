// The one comment of an incident: gather what is known, rank it, say it, keep it true.
import type { Work } from '../work.ts'
import { keepComment } from '../github/keep-comment.ts'
import { rankPrepared } from '../rank/rank.ts'
import { renderReport } from '../render/report.ts'
import { renderRetracted } from '../render/retracted.ts'
import { adjustedModel } from './adjusted-model.ts'
import { buildReport } from './build-report.ts'
import { cutCandidates } from './cut-candidates.ts'
import { withLateRollback } from './find-fix.ts'
import { gatherCandidates } from './gather-candidates.ts'
import { gatherPast, queryOf } from './gather-past.ts'
import { measureLater } from './measure-accuracy.ts'
import { gatherSimilar, indexIncident } from './gather-similar.ts'
import { confirmedRanking, heedVerdicts } from './heed-verdicts.ts'
import { implicateChanges } from './implicate-changes.ts'
import { learnCause } from './learn-cause.ts'
import { postmortemFacts } from '../postmortems/postmortem-facts.ts'
import { quotedRepositories } from './quoted-repositories.ts'
import { readSaid, readTimeline } from './read-timeline.ts'
import { recordFirstSuspect } from './record-first-suspect.ts'
import { areReadable } from '../catalog/readable.ts'
import { scopeOf } from './scope.ts'
import { writePostmortem } from '../postmortems/write-postmortem.ts'
import { incidentMetrics } from '../reports/incident-metrics.ts'
import { withdrawStaleQuotes } from './withdraw-stale-quotes.ts'
import { seeRepository } from '../changes/see-repository.ts'
import { showState } from './show-state.ts'

/** Makes the comment say what is known now. Does nothing when it already does. */
export async function answerIncident(work: Work, incidentId: number): Promise<void> {
  await work.tenant.followUps.noteOverdue(incidentId, work.now())
  const known = await work.tenant.incidents.byId(incidentId)
  const incident = known && (await withLateRollback(work, known))
  const repository = incident && (await work.tenant.repositories.byId(incident.repositoryId))
  if (!incident || !repository || repository.removedAt || repository.isArchived) return
  if (await work.tenant.backfills.isQuiet(repository.id, incident.issueNumber)) return
  const subject = { repository, issueNumber: incident.issueNumber }
  await withdrawStaleQuotes(work, repository, incident.issueNumber)
  if (incident.retractedAt) {
    // A comment that was never made, or is gone, needs no word that it is no longer kept.
    const comment = await work.tenant.comments.get(repository.id, incident.issueNumber)
    if (comment && comment.deletedAt === null) {
      await keepComment(work, { ...subject, body: renderRetracted(repository.id, incident.issueNumber) })
    }
    await showState(work, incident, repository, await seeRepository(work, repository))
    return implicateChanges(work, incident, null)
  }
  await learnCause(work, incident)
  await indexIncident(work, incident)
  const scope = await scopeOf(work, incident, repository)
  const found = await gatherCandidates(work, incident, scope)
  const said = await readSaid(work.tenant, incident)
  const judged = await heedVerdicts(work, incident, scope, found.candidates, said.entries)
  const gathered = { ...found, candidates: judged.candidates }
  const { past, culpritIds } = await gatherPast(work, incident, gathered.candidates, repository)
  const accuracy = await work.tenant.accuracies.get(repository.id)
  const candidates = await cutCandidates(work, gathered.candidates)
  const from = performance.now()
  const weighed = rankPrepared(queryOf(incident), candidates, past, adjustedModel(accuracy))
  work.observe?.({ kind: 'ranked', ms: performance.now() - from })
  const ranking = confirmedRanking(weighed, judged)
  if (judged.confirmed.length === 0) await recordFirstSuspect(work, incident, weighed, gathered.candidates, said)
  const similar = await gatherSimilar(work, incident, scope, said)
  const report = await buildReport(work, { incident, scope, gathered, ranking, similar, judged, said, accuracy })
  const quoted = quotedRepositories(scope, gathered, similar, culpritIds)
  await work.tenant.quotes.add(repository.id, incident.issueNumber, quoted, repository.isPrivate)
  const postmortem = await writePostmortem(work, { incident, repository, catalog: scope.catalog }, async () => {
    const metrics = report.metrics ?? (await incidentMetrics(work.tenant, incident))
    const from = { scope, candidates: gathered.candidates, quoted, metrics }
    return postmortemFacts(incident, report, await readTimeline(work.tenant, incident), from)
  })
  const told = { ...report, postmortem: postmortem.link, postmortemProblem: postmortem.problem }
  const result = await keepComment(work, { ...subject, body: renderReport(told, gathered.asOf) })
  if (result.action === 'created') work.observe?.({ kind: 'answered', afterMs: work.now().getTime() - incident.openedAt.getTime() })
  work.log.info({ incident: incident.issueNumber, pool: ranking.pool, ...result }, 'incident answered')
  // Another lane may have learned meanwhile that one of them is no longer shared: then this was written in vain.
  if (!(await areReadable(work.tenant, repository, quoted))) return answerIncident(work, incidentId)
  await showState(work, incident, repository, scope.catalog)
  await implicateChanges(work, incident, { ranking, candidates: gathered.candidates })
  // The answer does not wait for it: the lane measures afterwards, and says it by an edit.
  await measureLater(work, repository.id, accuracy)
}
