// `deployment_protection_rule.requested`: a workflow job waits for our word before it may deploy.
import { z } from 'zod'
import type { Ignored } from '../domain/event.ts'
import type { GateRequestedEvent } from '../domain/gate.ts'
import { line, repositoryOf, repositoryPart, when } from './payload-parts.ts'
import { id, ignored, readPayload, sha } from './read-payload.ts'

const rulePayload = z.object({
  action: line,
  installation: z.object({ id }),
  repository: repositoryPart,
  environment: line.pipe(z.string().min(1).max(255)),
  deployment_callback_url: z.string().max(2000),
  sha: sha.nullish().catch(null),
  ref: line.nullish(),
  deployment: z.object({ id, sha, ref: line.nullish(), created_at: when }).nullish().catch(null),
})

/** Only the run's number is taken from the callback address: where to ask is known without a webhook's word. */
export function deploymentProtectionRuleEvent(payload: unknown): GateRequestedEvent | Ignored {
  const read = readPayload(rulePayload, payload)
  if ('reason' in read) return ignored(read.reason)
  const { action, installation, repository, environment, deployment, ...told } = read.data
  if (action !== 'requested') return ignored(`deployment_protection_rule.${action}: nothing waits`)
  const run = /\/actions\/runs\/(\d{1,15})\/deployment_protection_rule$/.exec(told.deployment_callback_url)?.[1]
  if (run === undefined) return ignored('deployment_protection_rule: no run in its callback address')
  return {
    kind: 'gate-requested',
    repository: repositoryOf(repository, installation.id),
    request: {
      runId: Number(run),
      environment,
      deploymentId: deployment ? String(deployment.id) : '',
      sha: deployment?.sha ?? told.sha ?? '',
      ref: deployment?.ref ?? told.ref ?? '',
      requestedAt: deployment?.created_at ?? null,
    },
  }
}
