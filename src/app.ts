// The Probot app: which event leads to which use case. Everything it can do begins here.
import type { Probot } from 'probot'
import { editChange } from './changes/edit-change.ts'
import { isActive, recordInstallation, recordInstallationRepositories } from './changes/record-installation.ts'
import { recordRelease } from './changes/record-release.ts'
import { recordRepository } from './changes/record-repository.ts'
import { keepRepository } from './changes/see-repository.ts'
import { recordWorkflowRun } from './changes/record-workflow-run.ts'
import type { BackfillNote } from './domain/backfill.ts'
import type { Ignored } from './domain/event.ts'
import type { Repository } from './domain/repository.ts'
import { checkRunEvent, checkSuiteEvent } from './events/check-run.ts'
import { requestBackfill } from './backfill/request-backfill.ts'
import { deploymentProtectionRuleEvent } from './events/deployment-protection-rule.ts'
import { deploymentEvent, deploymentStatusEvent } from './events/deployment.ts'
import { issueCommentEvent, issueEvent } from './events/issues.ts'
import { installationEvent, installationRepositoriesEvent } from './events/installation.ts'
import { pullRequestEvent } from './events/pull-request.ts'
import { pushEvent } from './events/push.ts'
import { releaseEvent } from './events/release.ts'
import { repositoryEvent } from './events/repository.ts'
import { workflowRunEvent } from './events/workflow-run.ts'
import { announceDeployment } from './deployments/announce-deployment.ts'
import { followImplication } from './deployments/follow-implication.ts'
import { reviewDeployment } from './deployments/review-deployment.ts'
import { decideGate, openGateRequest } from './deployments/decide-gate.ts'
import { followLive } from './deployments/follow-live.ts'
import type { GitHub } from './github/github.ts'
import { followComment } from './incidents/follow-comment.ts'
import { followIssue } from './incidents/follow-issue.ts'
import { hasLeft, moveIncident } from './incidents/move-incident.ts'
import { measureAccuracy } from './incidents/measure-accuracy.ts'
import { learnOutcomes } from './risk/learn-outcomes.ts'
import { refreshAnswers, refreshAsAsked } from './incidents/refresh-answers.ts'
import { followDocument, followMergedDocument } from './postmortems/follow-document.ts'
import { followPostmortem } from './postmortems/follow-postmortem.ts'
import { followMerge } from './pull-requests/follow-merge.ts'
import { followPush } from './pull-requests/follow-push.ts'
import { rerunCheck } from './pull-requests/rerun-check.ts'
import { reviewPullRequest } from './pull-requests/review-pull-request.ts'
import { backfillDelivery } from './inbox/backfill-call.ts'
import { followUpDelivery } from './inbox/follow-up-call.ts'
import { refreshDelivery } from './inbox/refresh-call.ts'
import type { Store } from './store/store.ts'
import type { FollowUp, Log, Touched, Work } from './work.ts'

export type AppDeps = {
  store: Store
  githubFor: (installationId: number) => GitHub | Promise<GitHub>
  now: () => Date
  log: Log
  observe?: Work['observe']
  /** How far back a new repository's past is read; absent: not at all. */
  backfill?: { changesMs: number; incidentsMs: number }
}

export function app(probot: Probot, deps: AppDeps): void {
  const { installations } = deps.store
  const on = listener(probot, deps)

  on('pull_request', pullRequestEvent, async (work, event) => {
    if (event.kind === 'pull-request') return reviewPullRequest(work, event)
    if (event.kind !== 'merge') return editChange(work, event)
    const touched = await followMerge(work, event)
    await followMergedDocument(work, event)
    return touched
  })
  on('check_run', checkRunEvent, rerunCheck)
  on('check_suite', checkSuiteEvent, rerunCheck)
  on('deployment_protection_rule', deploymentProtectionRuleEvent, openGateRequest)
  on('push', pushEvent, async (work, event) => {
    const touched = await followPush(work, event)
    await followDocument(work, event)
    return touched
  })
  on('deployment', deploymentEvent, announceDeployment)
  on('deployment_status', deploymentStatusEvent, announceDeployment)
  on('release', releaseEvent, recordRelease)
  on('workflow_run', workflowRunEvent, recordWorkflowRun)
  on('installation', installationEvent, async (work, event) => {
    await recordInstallation(work, installations, event)
    if (event.action === 'created') await readPasts(deps, event.installationId, event.repositories)
  })
  on('installation_repositories', installationRepositoriesEvent, async (work, event) => {
    await recordInstallationRepositories(work, installations, event)
    await readPasts(deps, event.installationId, event.added)
  })
  on('repository', repositoryEvent, recordRepository)
  on('issues', issueEvent, async (work, event) => {
    await followPostmortem(work, event)
    return hasLeft(event) ? moveIncident(work, event) : followIssue(work, event)
  })
  on('issue_comment', issueCommentEvent, followComment)
}

/** What one lane asked another to do. */
export async function followUp(work: Work, what: FollowUp): Promise<void> {
  switch (what.kind) {
    case 'pull-request':
      return followImplication(work, what.changeId)
    case 'accuracy':
      await measureAccuracy(work, what.repositoryId)
      return refreshAsAsked(work, what.repositoryId, work.now())
    case 'outcomes':
      return learnOutcomes(work, what.repositoryId)
    case 'deployment':
      await reviewDeployment(work, what.deploymentId)
      return
    case 'gate':
      return decideGate(work, what.requestId)
  }
}

async function readPasts({ store, backfill, now }: AppDeps, installationId: number, repositories: { id: number }[]): Promise<void> {
  if (!backfill || !(await isActive(store.installations, installationId))) return
  const at = now()
  const ago = (ms: number) => new Date(at.getTime() - ms)
  for (const { id: repositoryId } of repositories) {
    const request = { repositoryId, since: ago(backfill.changesMs), incidentsSince: ago(backfill.incidentsMs) }
    const enqueue = (note: BackfillNote) => store.deliveries.add([backfillDelivery(installationId, note, at)])
    await requestBackfill(store.tenant(installationId), request, { now: at, enqueue })
  }
}

/** One unit of work for one installation. */
async function workFor({ store, githubFor, now, log, observe }: AppDeps, installationId: number): Promise<Work> {
  return {
    tenant: store.tenant(installationId),
    github: await githubFor(installationId),
    now,
    log,
    observe,
    // The worker looks into the inbox again when this lane is done.
    followUp: (what, once) => store.deliveries.add([followUpDelivery(installationId, what, now(), once)]),
    refreshLater: (repositoryId, what) => store.deliveries.add([refreshDelivery(installationId, { repositoryId, what }, now())]),
  }
}

type Recordable = { repository: Repository } | { installationId: number; accountLogin: string }

/** For what is not a webhook; null while the installation is suspended, or when it is gone. */
export async function activeWork(deps: AppDeps, installationId: number): Promise<Work | null> {
  return (await isActive(deps.store.installations, installationId)) ? workFor(deps, installationId) : null
}

/** Translate, record, and let the answers follow. What is ignored is said in the log. */
function listener(probot: Probot, deps: AppDeps) {
  return <E extends Recordable>(
    name: Parameters<Probot['on']>[0] & string,
    translate: (payload: unknown) => E | Ignored,
    record: (work: Work, event: E) => Promise<Touched | void>,
  ): void => {
    probot.on(name, async (context) => {
      const event = translate(context.payload)
      if ('reason' in event) return deps.log.debug({ delivery: context.id, event: name, reason: event.reason }, 'ignored')
      const isOfRepository = 'repository' in event
      const id = isOfRepository ? event.repository.installationId : event.installationId
      if (isOfRepository && !(await isActive(deps.store.installations, id)))
        return deps.log.debug({ delivery: context.id, event: name, installation: id }, 'ignored: the installation is suspended or gone')
      const work = await workFor(deps, id)
      if (isOfRepository) await announce(deps, work, event.repository)
      const touched = (await record(work, event)) ?? []
      await refreshAnswers(work, touched)
      if (isOfRepository) await followLive(work, event.repository.id, touched)
    })
  }
}

/**
 * An installation whose own webhook was never seen (the App was installed before) is known by its first event. Its
 * repository comes first, with the past that it may have under an earlier installation: what is read already is not asked
 * for again. The installation comes last: a crash before it has all of this done again.
 */
async function announce(deps: AppDeps, work: Work, repository: Repository): Promise<void> {
  const { installations } = deps.store
  const { installationId: id, owner } = repository
  if (await installations.byId(id)) return
  await keepRepository(work, repository)
  await readPasts(deps, id, [repository])
  await installations.upsert({ id, accountLogin: owner, suspendedAt: null, removedAt: null, permissions: {} })
}
