// Reads a repository's past, one page a turn. Enters: a note for a step. Leaves: facts in the store, as webhooks would have
// left them, and a note for the next step. It answers no incident.
import { refreshOpenAnswers } from '../changes/refresh-open-answers.ts'
import { seeRepository } from '../changes/see-repository.ts'
import type { Backfill, BackfillNote, BackfillPhase } from '../domain/backfill.ts'
import { measureAccuracy } from '../incidents/measure-accuracy.ts'
import { learnOutcomes } from '../risk/learn-outcomes.ts'
import type { Work } from '../work.ts'
import { linkPastChanges } from './link-past-changes.ts'
import type { PastReading, PhaseResult } from './phase.ts'
import { readPastChanges } from './read-past-changes.ts'
import { readPastDeployments, settlePastDeployments } from './read-past-deployments.ts'
import { readPastIncidents } from './read-past-incidents.ts'
import { readPastLines } from './read-past-lines.ts'

const PHASES: Record<BackfillPhase, (reading: PastReading) => Promise<PhaseResult>> = {
  changes: readPastChanges,
  links: linkPastChanges,
  deployments: readPastDeployments,
  'going-live': settlePastDeployments,
  incidents: readPastIncidents,
  lines: readPastLines,
  accuracy: finishReading,
}
const ORDER = Object.keys(PHASES) as BackfillPhase[]

type StepOptions = { failures: number; enqueue: (note: BackfillNote) => Promise<void> }

/** Idempotent: a step that was done only makes sure that the next one is asked for. */
export async function runBackfillStep(work: Work, { repositoryId, run, step }: BackfillNote, options: StepOptions): Promise<void> {
  const backfill = await work.tenant.backfills.get(repositoryId)
  const repository = await work.tenant.repositories.byId(repositoryId)
  if (!backfill || backfill.run !== run || backfill.finishedAt || !repository || repository.removedAt) return
  if (step === backfill.step - 1) return options.enqueue({ repositoryId, run, step: backfill.step })
  if (step !== backfill.step) return
  const catalog = await seeRepository(work, repository)
  const next = await take({ work, repository, catalog, backfill, failures: options.failures })
  await work.tenant.backfills.save(next)
  const facts = { repository: `${repository.owner}/${repository.name}`, phase: backfill.phase, step }
  if (next.finishedAt) {
    const { pullRequests, deployments, incidents, problems } = next
    work.log.info({ ...facts, pullRequests, deployments, incidents, problems }, 'The past of a repository is read')
    return
  }
  work.log.debug(facts, 'One step of the past is read')
  await options.enqueue({ repositoryId, run, step: next.step })
}

async function take(reading: PastReading): Promise<Backfill> {
  const { work, backfill } = reading
  let result: PhaseResult
  const problems = [...backfill.problems]
  try {
    result = await PHASES[backfill.phase](reading)
  } catch (error) {
    const refusal = refusalOf(error)
    if (refusal === null) throw error
    // A permission that was not given costs its phase, not the others.
    problems.push(`${backfill.phase}: ${refusal}`)
    work.log.warn(
      { repository: reading.repository.id, phase: backfill.phase, reason: refusal },
      'GitHub lets this part of the past not be read',
    )
    result = { cursor: null }
  }
  const isOver = result.cursor === null
  const following = ORDER[ORDER.indexOf(backfill.phase) + 1]
  const now = work.now()
  return {
    ...backfill,
    phase: isOver ? (following ?? backfill.phase) : backfill.phase,
    cursor: result.cursor,
    step: backfill.step + 1,
    updatedAt: now,
    finishedAt: isOver && following === undefined ? now : null,
    pullRequests: backfill.pullRequests + (result.found?.pullRequests ?? 0),
    deployments: backfill.deployments + (result.found?.deployments ?? 0),
    incidents: backfill.incidents + (result.found?.incidents ?? 0),
    problems,
  }
}

function refusalOf(error: unknown): string | null {
  const status = error instanceof Error && 'status' in error ? error.status : null
  const isRefusal = status === 403 || status === 404 || status === 410 || status === 451
  return isRefusal && error instanceof Error && error.name !== 'RateLimited' ? error.message.slice(0, 200) : null
}

/** What the past says of the ranker itself; and incidents reported meanwhile are answered from all of it now. */
async function finishReading({ work, repository }: PastReading): Promise<PhaseResult> {
  await measureAccuracy(work, repository.id, true)
  await learnOutcomes(work, repository.id, true)
  await refreshOpenAnswers(work)
  return { cursor: null }
}
