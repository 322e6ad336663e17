// `deployment` and `deployment_status` as facts. A status carries its whole deployment, so either may come first.
import { z } from 'zod'
import type { DeploymentState } from '../domain/deployment.ts'
import type { DeploymentEvent, DeploymentStatusEvent, Ignored } from '../domain/event.ts'
import { line, person, repositoryOf, repositoryPart, text, when } from './payload-parts.ts'
import { id, ignored, readPayload, sha } from './read-payload.ts'

const STATES: readonly DeploymentState[] = ['pending', 'queued', 'in_progress', 'success', 'failure', 'error', 'inactive']

const deploymentPart = z.object({
  id,
  sha,
  ref: line,
  task: line.nullish(),
  environment: line.nullish(),
  original_environment: line.nullish(),
  // An object, a JSON string, or an empty string.
  payload: z.unknown().optional(),
  creator: person,
  created_at: when,
  updated_at: when.nullish(),
  transient_environment: z.boolean().nullish(),
  production_environment: z.boolean().nullish(),
})

const base = z.object({
  installation: z.object({ id }),
  repository: repositoryPart,
  deployment: deploymentPart,
  workflow: z.object({ name: line.nullish(), path: line.nullish() }).nullish().catch(null),
})

const statusPayload = base.extend({
  deployment_status: z.object({
    state: line,
    environment: line.nullish(),
    created_at: when,
    target_url: text.nullish(),
    log_url: text.nullish(),
    environment_url: text.nullish(),
  }),
})

export function deploymentEvent(payload: unknown): DeploymentEvent | Ignored {
  const read = readPayload(base, payload)
  if ('reason' in read) return ignored(read.reason)
  const { installation, repository } = read.data
  return { kind: 'deployment', repository: repositoryOf(repository, installation.id), facts: factsOf(read.data) }
}

export function deploymentStatusEvent(payload: unknown): DeploymentStatusEvent | Ignored {
  const read = readPayload(statusPayload, payload)
  if ('reason' in read) return ignored(read.reason)
  const { installation, repository, deployment_status: status } = read.data
  // `waiting` (for a protection rule) is not among the documented states but is sent.
  const state = status.state === 'waiting' ? 'pending' : STATES.find((known) => known === status.state)
  if (!state) return ignored(`deployment_status: unknown state ${status.state.slice(0, 50)}`)
  return {
    kind: 'deployment-status',
    repository: repositoryOf(repository, installation.id),
    facts: factsOf(read.data),
    change: { state, at: status.created_at, url: firstUrl(status.log_url, status.target_url, status.environment_url) },
  }
}

function factsOf({ deployment, workflow }: z.infer<typeof base>): DeploymentEvent['facts'] {
  // A status may name another environment; the deployment says which one it was made for.
  const environment = deployment.environment ?? deployment.original_environment ?? 'production'
  return {
    source: 'deployment',
    externalId: String(deployment.id),
    environment,
    task: deployment.task ?? null,
    workflow: workflow?.name ?? workflow?.path ?? null,
    statedService: statedService(deployment.payload),
    sha: deployment.sha,
    ref: deployment.ref,
    creator: deployment.creator,
    createdAt: deployment.created_at,
    url: null,
    isTransient: deployment.transient_environment ?? false,
    isProduction: deployment.production_environment === true || /^prod/i.test(environment),
  }
}

const LONGEST_PAYLOAD = 100_000

function statedService(payload: unknown): string | null {
  let value = payload
  if (typeof value === 'string' && value.length <= LONGEST_PAYLOAD) {
    try {
      value = JSON.parse(value)
    } catch {
      return null
    }
  }
  const read = z.object({ service: line.pipe(z.string().trim().min(1).max(200)) }).safeParse(value)
  return read.success ? read.data.service : null
}

function firstUrl(...urls: (string | null | undefined)[]): string | null {
  return urls.find((url) => url?.startsWith('https://') || url?.startsWith('http://')) ?? null
}
