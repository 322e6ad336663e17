import { addDeployment, setDeploymentState } from '../deployments.ts'
import { resolve } from '../git-graph.ts'
import type { Call, Routes } from '../http.ts'
import { notFound, numberIn, Refusal, repositoryOf, text } from '../http.ts'
import { deploymentShape, deploymentStatusShape, releaseShape, workflowRunShape } from '../shapes/deployment.ts'
import type { Deployment, DeploymentState, JsonObject, Repository } from '../state.ts'

const READ = { name: 'deployments', level: 'read' } as const
const WRITE = { name: 'deployments', level: 'write' } as const

function deploymentOf(repository: Repository, call: Call): Deployment {
  const id = numberIn(call, 'deployment_id')
  const deployment = repository.deployments.find((one) => one.id === id)
  if (deployment === undefined) throw notFound()
  return deployment
}

function matches(deployment: Deployment, query: URLSearchParams): boolean {
  return (['sha', 'ref', 'task', 'environment'] as const).every((key) => {
    const wanted = query.get(key)
    return wanted === null || wanted === 'none' || deployment[key] === wanted
  })
}

export const deploymentRoutes: Routes = {
  'GET /repos/{owner}/{repo}/deployments': (context, call) => {
    const repository = repositoryOf(context, call, READ)
    const list = repository.deployments.filter((deployment) => matches(deployment, call.query)).toReversed()
    return { list: list.map((deployment) => deploymentShape(context.state, repository, deployment)) }
  },
  'POST /repos/{owner}/{repo}/deployments': (context, call) => {
    const repository = repositoryOf(context, call, WRITE)
    const { body } = call
    const ref = text(body, 'ref') ?? ''
    const commit = resolve(repository.git, ref)
    if (commit === null) throw new Refusal(422, `No ref found for: ${ref}`)
    const deployment = addDeployment(context, repository, {
      ref,
      sha: commit.sha,
      task: text(body, 'task') ?? 'deploy',
      environment: text(body, 'environment') ?? 'production',
      description: text(body, 'description'),
      payload: (body.payload ?? {}) as JsonObject | string,
      by: context.state.app.bot,
      byApp: true,
    })
    return { status: 201, body: deploymentShape(context.state, repository, deployment) }
  },
  'GET /repos/{owner}/{repo}/deployments/{deployment_id}': (context, call) => {
    const repository = repositoryOf(context, call, READ)
    return { status: 200, body: deploymentShape(context.state, repository, deploymentOf(repository, call)) }
  },
  'GET /repos/{owner}/{repo}/deployments/{deployment_id}/statuses': (context, call) => {
    const repository = repositoryOf(context, call, READ)
    const deployment = deploymentOf(repository, call)
    return { list: deployment.statuses.toReversed().map((status) => deploymentStatusShape(context.state, repository, deployment, status)) }
  },
  'POST /repos/{owner}/{repo}/deployments/{deployment_id}/statuses': (context, call) => {
    const repository = repositoryOf(context, call, WRITE)
    const deployment = deploymentOf(repository, call)
    const status = setDeploymentState(context, repository, deployment, {
      state: text(call.body, 'state') as DeploymentState,
      description: text(call.body, 'description') ?? '',
      logUrl: text(call.body, 'log_url') ?? text(call.body, 'target_url') ?? '',
      environmentUrl: text(call.body, 'environment_url') ?? '',
      autoInactive: call.body.auto_inactive !== false,
      by: context.state.app.bot,
      byApp: true,
    })
    return { status: 201, body: deploymentStatusShape(context.state, repository, deployment, status) }
  },
  'GET /repos/{owner}/{repo}/releases': (context, call) => {
    const repository = repositoryOf(context, call, { name: 'contents', level: 'read' })
    return { list: repository.releases.toReversed().map((release) => releaseShape(context.state, repository, release)) }
  },
  'GET /repos/{owner}/{repo}/actions/runs': (context, call) => {
    const repository = repositoryOf(context, call, { name: 'actions', level: 'read' })
    const list = repository.runs.toReversed().map((run) => workflowRunShape(context.state, repository, run))
    return { list, wrap: (runs) => ({ total_count: list.length, workflow_runs: runs }) }
  },
}
