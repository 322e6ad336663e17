// Deployments, and what else may stand for one: releases and workflow runs. Check runs too, since they share the app.
import type { CheckRun, Deployment, DeploymentStatus, JsonObject, Release, Repository, State, WorkflowRun } from '../state.ts'
import { appShape, nodeId, time, timeOrNull, userShape } from './account.ts'
import { pushedCommitShape } from './commit.ts'
import { repositoryPage, repositoryShape, repositoryUrl } from './repository.ts'

export function deploymentShape(state: State, repository: Repository, deployment: Deployment): JsonObject {
  const url = `${repositoryUrl(state, repository)}/deployments/${deployment.id}`
  return {
    url,
    id: deployment.id,
    node_id: nodeId('DE', deployment.id),
    task: deployment.task,
    original_environment: deployment.environment,
    environment: deployment.environment,
    description: deployment.description,
    created_at: time(deployment.createdAt),
    updated_at: time(deployment.updatedAt),
    statuses_url: `${url}/statuses`,
    repository_url: repositoryUrl(state, repository),
    creator: userShape(state, deployment.creator),
    sha: deployment.sha,
    ref: deployment.ref,
    payload: deployment.payload,
    transient_environment: false,
    production_environment: deployment.environment.startsWith('prod'),
    performed_via_github_app: deployment.byApp ? appShape(state, state.app) : null,
  }
}

export function deploymentStatusShape(state: State, repository: Repository, deployment: Deployment, status: DeploymentStatus): JsonObject {
  const url = `${repositoryUrl(state, repository)}/deployments/${deployment.id}`
  return {
    url: `${url}/statuses/${status.id}`,
    id: status.id,
    node_id: nodeId('DES', status.id),
    state: status.state,
    creator: userShape(state, status.creator),
    description: status.description,
    environment: deployment.environment,
    target_url: status.logUrl,
    created_at: time(status.createdAt),
    updated_at: time(status.createdAt),
    deployment_url: url,
    repository_url: repositoryUrl(state, repository),
    environment_url: status.environmentUrl,
    log_url: status.logUrl,
    performed_via_github_app: status.byApp ? appShape(state, state.app) : null,
  }
}

export function checkRunShape(state: State, repository: Repository, check: CheckRun): JsonObject {
  const url = `${repositoryUrl(state, repository)}/check-runs/${check.id}`
  const page = `${repositoryPage(state, repository)}/runs/${check.id}`
  return {
    id: check.id,
    name: check.name,
    node_id: nodeId('CR', check.id),
    head_sha: check.headSha,
    external_id: check.externalId,
    url,
    html_url: page,
    details_url: check.detailsUrl ?? page,
    status: check.status,
    conclusion: check.conclusion,
    started_at: time(check.startedAt),
    completed_at: timeOrNull(check.completedAt),
    output: {
      title: check.output.title,
      summary: check.output.summary,
      text: check.output.text,
      annotations_count: check.output.annotations.length,
      annotations_url: `${url}/annotations`,
    },
    check_suite: { id: check.suiteId },
    app: appShape(state, state.app),
    pull_requests: [],
  }
}

export function releaseShape(state: State, repository: Repository, release: Release): JsonObject {
  const url = `${repositoryUrl(state, repository)}/releases/${release.id}`
  return {
    url,
    assets_url: `${url}/assets`,
    upload_url: `${url}/assets{?name,label}`,
    html_url: `${repositoryPage(state, repository)}/releases/tag/${release.tag}`,
    id: release.id,
    author: userShape(state, release.author),
    node_id: nodeId('RE', release.id),
    tag_name: release.tag,
    target_commitish: release.target,
    name: release.name,
    draft: false,
    immutable: false,
    prerelease: release.isPrerelease,
    created_at: time(release.publishedAt),
    updated_at: time(release.publishedAt),
    published_at: time(release.publishedAt),
    assets: [],
    tarball_url: `${repositoryUrl(state, repository)}/tarball/${release.tag}`,
    zipball_url: `${repositoryUrl(state, repository)}/zipball/${release.tag}`,
    body: release.body,
  }
}

export function workflowRunShape(state: State, repository: Repository, run: WorkflowRun): JsonObject {
  const url = `${repositoryUrl(state, repository)}/actions/runs/${run.id}`
  const head = repository.git.commits.get(run.headSha)
  const commit = head === undefined ? null : pushedCommitShape(state, repository, head)
  const person = (who: unknown) => ({ name: (who as JsonObject).name, email: (who as JsonObject).email })
  return {
    id: run.id,
    name: run.name,
    node_id: nodeId('WFR', run.id),
    head_branch: run.headBranch,
    head_sha: run.headSha,
    path: run.path,
    display_title: run.name,
    run_number: run.number,
    event: run.event,
    status: run.status,
    conclusion: run.conclusion,
    workflow_id: run.workflowId,
    check_suite_id: run.id + 1,
    check_suite_node_id: nodeId('CS', run.id + 1),
    url,
    html_url: `${repositoryPage(state, repository)}/actions/runs/${run.id}`,
    pull_requests: [],
    created_at: time(run.createdAt),
    updated_at: time(run.updatedAt),
    actor: userShape(state, run.actor),
    run_attempt: 1,
    referenced_workflows: [],
    run_started_at: time(run.createdAt),
    triggering_actor: userShape(state, run.actor),
    jobs_url: `${url}/jobs`,
    logs_url: `${url}/logs`,
    check_suite_url: `${repositoryUrl(state, repository)}/check-suites/${run.id + 1}`,
    artifacts_url: `${url}/artifacts`,
    cancel_url: `${url}/cancel`,
    rerun_url: `${url}/rerun`,
    previous_attempt_url: null,
    workflow_url: `${repositoryUrl(state, repository)}/actions/workflows/${run.workflowId}`,
    head_commit:
      commit === null
        ? null
        : {
            id: commit.id,
            tree_id: commit.tree_id,
            message: commit.message,
            timestamp: commit.timestamp,
            author: person(commit.author),
            committer: person(commit.committer),
          },
    repository: repositoryShape(state, repository),
    head_repository: repositoryShape(state, repository),
  }
}
