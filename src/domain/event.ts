// What webhooks tell about code, deployments and installations, as facts in our words. Issues have issue-event.ts.
import type { Person } from './change.ts'
import type { DeploymentFacts, DeploymentStateChange } from './deployment.ts'
import type { Repository } from './repository.ts'

/** A merged pull request as its webhook shows it. */
export type MergedPullRequest = {
  number: number
  title: string
  body: string
  labels: string[]
  author: Person
  merger: Person | null
  baseRef: string
  headRef: string
  headSha: string
  /** What it landed as; null in old payloads. */
  mergeSha: string | null
  mergedAt: Date
  updatedAt: Date
  url: string
}

export type MergeEvent = { kind: 'merge'; repository: Repository; pullRequest: MergedPullRequest }

/** Title, body or labels of a pull request changed after it was merged. */
export type ChangeEditEvent = { kind: 'change-edit'; repository: Repository; pullRequest: MergedPullRequest }

export type PushEvent = {
  kind: 'push'
  repository: Repository
  branch: string
  /** Null when the push created the branch. */
  before: string | null
  after: string
  /** Shas as listed, oldest first; GitHub lists at most 2,048. */
  shas: string[]
  isTruncated: boolean
  /** Paths that the listed commits added, modified or removed, without repeats. */
  paths: string[]
  pushedAt: Date | null
}

export type DeploymentEvent = { kind: 'deployment'; repository: Repository; facts: Omit<DeploymentFacts, 'repositoryId'> }

export type DeploymentStatusEvent = {
  kind: 'deployment-status'
  repository: Repository
  facts: Omit<DeploymentFacts, 'repositoryId'>
  change: DeploymentStateChange
}

export type ReleaseEvent = {
  kind: 'release'
  repository: Repository
  id: number
  tag: string
  isPrerelease: boolean
  author: Person
  publishedAt: Date
  url: string
}

export type WorkflowRunEvent = {
  kind: 'workflow-run'
  repository: Repository
  id: number
  /** A re-run deploys again: each attempt is a deployment of its own. */
  attempt: number
  name: string
  path: string | null
  /** What started it: `push`, `pull_request` … */
  trigger: string
  headSha: string
  headBranch: string | null
  isSuccess: boolean
  actor: Person
  startedAt: Date
  completedAt: Date
  url: string
}

/** Repositories that come with installation events; only their name and visibility are told. */
export type GrantedRepository = { id: number; owner: string; name: string; isPrivate: boolean }

export type InstallationEvent = {
  kind: 'installation'
  action: 'created' | 'deleted' | 'suspend' | 'unsuspend' | 'new_permissions_accepted'
  installationId: number
  accountLogin: string
  suspendedAt: Date | null
  permissions: Record<string, string>
  updatedAt?: Date | null
  repositories: GrantedRepository[]
}

export type InstallationRepositoriesEvent = {
  kind: 'installation-repositories'
  installationId: number
  accountLogin: string
  suspendedAt: Date | null
  permissions: Record<string, string>
  added: GrantedRepository[]
  removed: GrantedRepository[]
}

export type RepositoryAction =
  'created' | 'edited' | 'renamed' | 'transferred' | 'archived' | 'unarchived' | 'privatized' | 'publicized' | 'deleted'

export type RepositoryEvent = { kind: 'repository'; action: RepositoryAction; repository: Repository }

/** A delivery that tells us nothing, and why. */
export type Ignored = { kind: 'ignored'; reason: string }
