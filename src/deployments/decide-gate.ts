// A deployment that waits for our word: decided, told to GitHub, kept. Whatever goes wrong approves, with the reason.
import { setTimeout as delay } from 'node:timers/promises'
import { nameGlob } from '../catalog/glob.ts'
import { seeRepository } from '../changes/see-repository.ts'
import { RateLimited } from '../github/github.ts'
import type { GateDecision, GateRequest, GateRequestedEvent } from '../domain/gate.ts'
import type { Repository } from '../domain/repository.ts'
import type { Work } from '../work.ts'
import { gateDecision } from './gate-decision.ts'
import { gatherGateFacts } from './gather-gate-facts.ts'

/** A job waits for this: without a decision by then it goes on. */
const LONGEST_DECISION_MS = 5_000
/** A hold is looked at again this often even when nothing seems to have happened. */
const LOOK_AGAIN_MS = 5 * 60_000

export async function openGateRequest(work: Work, event: GateRequestedEvent): Promise<void> {
  const { repository, request: told } = event
  const facts = { ...told, repositoryId: repository.id, requestedAt: told.requestedAt ?? work.now() }
  const request = await work.tenant.gate.upsert(facts, work.now())
  // Without the deployment's id another attempt of the same run looks like this one told twice: the job must not wait.
  if (told.deploymentId === '' && request.state !== 'pending' && request.state !== 'held')
    return answer(work, repository, request, request.state === 'rejected' ? 'rejected' : 'approved', request.reason)
  await decideGate(work, request.id, repository)
}

/** Idempotent: what was decided stays, a hold is told again only when its reason changed. */
export async function decideGate(work: Work, requestId: number, seen?: Repository, longestMs = LONGEST_DECISION_MS): Promise<void> {
  const request = await work.tenant.gate.byId(requestId)
  const repository = request && (seen ?? (await work.tenant.repositories.byId(request.repositoryId)))
  if (!request || !repository || repository.removedAt || (request.state !== 'pending' && request.state !== 'held')) return
  const { decision, reason } = await inTime(longestMs, () => consider(work, repository, request)).catch((error: unknown): GateDecision => {
    if (error instanceof RateLimited) work.log.warn({ run: request.runId }, 'GitHub asks us to wait; the deployment is let through')
    else work.log.warn({ run: request.runId, err: error }, 'The gate could not decide; the deployment is let through')
    return { decision: 'approve', reason: 'Causeway could not decide in time, and in doubt it lets a deployment through.' }
  })
  work.log.info({ run: request.runId, environment: request.environment, decision, reason }, 'deployment gate')
  if (decision === 'hold') return hold(work, repository, request, reason)
  await answer(work, repository, request, decision === 'approve' ? 'approved' : 'rejected', reason)
  await work.tenant.gate.decide(request.id, decision === 'approve' ? 'approved' : 'rejected', reason)
}

async function hold(work: Work, repository: Repository, request: GateRequest, reason: string): Promise<void> {
  if (request.reason !== reason) await answer(work, repository, request, null, `Held: ${reason}`)
  await work.tenant.gate.hold(request.id, reason, new Date(work.now().getTime() + LOOK_AGAIN_MS))
}

/** A request that GitHub no longer knows (the run was cancelled, an administrator let it through) needs no answer. */
async function answer(
  work: Work,
  repository: Repository,
  { runId, environment }: GateRequest,
  state: 'approved' | 'rejected' | null,
  reason: string,
): Promise<void> {
  const isWaiting = await work.github
    .answerProtectionRule(repository, { runId, environment, state, comment: reason })
    .catch((error: unknown) => {
      const isForbidden = error instanceof Error && 'status' in error && error.status === 403 && !(error instanceof RateLimited)
      if (!isForbidden) throw error
      work.log.error(
        { run: runId, environment },
        'A deployment waits and the App may not answer: grant it "Deployments: write", or remove the rule',
      )
      return true
    })
  if (!isWaiting) work.log.info({ run: runId, environment }, 'nothing waits for the gate there any more')
}

async function consider(work: Work, repository: Repository, request: GateRequest): Promise<GateDecision> {
  const catalog = await seeRepository(work, repository)
  const policy = catalog.settings.gate
  const isGated = policy?.environments.some((pattern) => nameGlob(pattern)(request.environment)) ?? false
  if (!policy || !isGated)
    return { decision: 'approve', reason: 'The gate is not switched on for this environment in .github/causeway.yml.' }
  return gateDecision(policy, await gatherGateFacts(work, repository, catalog, policy, request), work.now())
}

async function inTime<T>(ms: number, decide: () => Promise<T>): Promise<T> {
  const abort = new AbortController()
  const late = delay(ms, undefined, { signal: abort.signal, ref: false }).then(() => {
    throw new Error(`no decision within ${ms} ms`)
  })
  late.catch(() => undefined)
  try {
    return await Promise.race([decide(), late])
  } finally {
    abort.abort()
  }
}
