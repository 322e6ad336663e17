// What happens to deployments, whoever asks for it: the App over HTTP or a person of the story.
import type { Context } from './http.ts'
import { deploymentShape, deploymentStatusShape } from './shapes/deployment.ts'
import type { Account, Deployment, DeploymentState, DeploymentStatus, JsonObject, Repository } from './state.ts'

export type NewDeployment = {
  ref: string
  sha: string
  task: string
  environment: string
  description: string | null
  payload: JsonObject | string
  by: Account
  byApp: boolean
}

export function addDeployment(context: Context, repository: Repository, wanted: NewDeployment): Deployment {
  const { state, webhooks } = context
  const now = state.now()
  const { by, ...facts } = wanted
  const deployment: Deployment = { ...facts, id: state.nextId(), creator: by, createdAt: now, updatedAt: now, statuses: [] }
  repository.deployments.push(deployment)
  webhooks.emit('deployment', repository, by, {
    action: 'created',
    deployment: deploymentShape(state, repository, deployment),
    workflow: null,
    workflow_run: null,
  })
  return deployment
}

export type NewStatus = {
  state: DeploymentState
  description: string
  logUrl: string
  environmentUrl: string
  autoInactive: boolean
  by: Account
  byApp: boolean
}

function addStatus(context: Context, repository: Repository, deployment: Deployment, wanted: NewStatus): DeploymentStatus {
  const { state, webhooks } = context
  const { by, autoInactive: _, ...facts } = wanted
  const status: DeploymentStatus = { ...facts, id: state.nextId(), creator: by, createdAt: state.now() }
  deployment.statuses.push(status)
  deployment.updatedAt = status.createdAt
  webhooks.emit('deployment_status', repository, by, {
    action: 'created',
    deployment_status: deploymentStatusShape(state, repository, deployment, status),
    deployment: deploymentShape(state, repository, deployment),
    check_run: null,
    workflow: null,
    workflow_run: null,
  })
  return status
}

/** A new status; a success makes the environment's earlier successful deployments inactive, as GitHub does by default. */
export function setDeploymentState(context: Context, repository: Repository, deployment: Deployment, wanted: NewStatus): DeploymentStatus {
  const status = addStatus(context, repository, deployment, wanted)
  if (wanted.state !== 'success' || !wanted.autoInactive) return status
  for (const earlier of repository.deployments) {
    const isLive = earlier !== deployment && earlier.environment === deployment.environment && earlier.statuses.at(-1)?.state === 'success'
    if (isLive) addStatus(context, repository, earlier, { ...wanted, state: 'inactive', description: '', logUrl: '', environmentUrl: '' })
  }
  return status
}
