// Deployments are listed newest first, and what each carried follows from the one before it: so they are kept aside until
// all are listed, and then told oldest first, in the words of their webhooks.
import { z } from 'zod'
import { recordDeployment, recordDeploymentStatus } from '../changes/record-deployment.ts'
import type { Repository } from '../domain/repository.ts'
import { deploymentEvent, deploymentStatusEvent } from '../events/deployment.ts'
import type { StagedDeployment } from '../domain/backfill.ts'
import type { Work } from '../work.ts'
import type { PastReading, PhaseResult } from './phase.ts'

const SETTLED_A_STEP = 20

const named = z.object({ id: z.number() })

/** One page of a hundred: two requests. */
export async function readPastDeployments({ work, repository, catalog, backfill }: PastReading): Promise<PhaseResult> {
  if (catalog.settings.deployments.from.kind !== 'deployments') return { cursor: null }
  const page = Number(backfill.cursor ?? '1')
  const { deployments, isLast } = await work.github.deployments(repository, page)
  const wanted = deployments.filter(({ createdAt }) => createdAt >= backfill.since)
  await work.tenant.backfills.stage(
    repository.id,
    wanted.map(({ createdAt, deployment, statuses }) => ({
      externalId: String(named.parse(deployment).id),
      createdAt,
      told: { deployment, statuses },
    })),
  )
  return { cursor: isLast || wanted.length < deployments.length ? null : String(page + 1), found: { deployments: wanted.length } }
}

export async function settlePastDeployments({ work, repository }: PastReading): Promise<PhaseResult> {
  const staged = await work.tenant.backfills.staged(repository.id, SETTLED_A_STEP)
  for (const one of staged) {
    await tell(work, repository, one)
    await work.tenant.backfills.unstage(repository.id, one.externalId)
  }
  return { cursor: staged.length < SETTLED_A_STEP ? null : 'more' }
}

async function tell(work: Work, repository: Repository, { told }: StagedDeployment): Promise<void> {
  const { id, owner, name, isPrivate, isArchived, defaultBranch, updatedAt } = repository
  const base = {
    installation: { id: repository.installationId },
    repository: {
      ...{ id, name, private: isPrivate, archived: isArchived, default_branch: defaultBranch, owner: { login: owner } },
      updated_at: updatedAt?.toISOString(),
    },
    deployment: told.deployment,
  }
  const created = deploymentEvent(base)
  if ('reason' in created) return work.log.warn({ repository: id, reason: created.reason }, 'a past deployment that can not be understood')
  await recordDeployment(work, created)
  for (const status of told.statuses) {
    const event = deploymentStatusEvent({ ...base, deployment_status: status })
    if ('reason' in event) work.log.warn({ repository: id, reason: event.reason }, 'a past deployment status that can not be understood')
    else await recordDeploymentStatus(work, event)
  }
}
