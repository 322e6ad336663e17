// What the fake GitHub remembers. Only world*.ts and the endpoints change it; shapes/ turns it into GitHub's JSON.
import type { KeyObject } from 'node:crypto'
import type { Git } from './git-graph.ts'

export type JsonObject = { [key: string]: unknown }
export type Permission = 'admin' | 'maintain' | 'write' | 'triage' | 'read' | 'none'

export type Account = { id: number; login: string; type: 'User' | 'Organization' | 'Bot'; name: string; email: string; createdAt: Date }
export type Label = { id: number; name: string; color: string; description: string }
export type Reaction = { id: number; user: Account; content: string; createdAt: Date }
export type Comment = {
  id: number
  body: string
  user: Account
  /** True when our App wrote it. */
  byApp: boolean
  createdAt: Date
  updatedAt: Date
  reactions: Reaction[]
}
export type Review = {
  id: number
  user: Account
  state: 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED'
  body: string
  commitSha: string
  submittedAt: Date
}
export type Pull = {
  baseRef: string
  /** Tip of the base branch when the pull request was opened or last pushed to. */
  baseSha: string
  headRef: string
  headSha: string
  isDraft: boolean
  mergedAt: Date | null
  mergedBy: Account | null
  mergeSha: string | null
  /** Where the base branch stood just before the merge. */
  mergeBaseTip: string | null
  reviews: Review[]
}
export type Closer = { kind: 'pull'; number: number } | { kind: 'commit'; sha: string } | null
export type Issue = {
  id: number
  number: number
  title: string
  body: string | null
  user: Account
  byApp: boolean
  labels: Label[]
  assignees: Account[]
  state: 'open' | 'closed'
  stateReason: 'completed' | 'not_planned' | 'reopened' | 'duplicate' | null
  isLocked: boolean
  createdAt: Date
  updatedAt: Date
  closedAt: Date | null
  closedBy: Account | null
  /** Each time it was closed, also when it was opened again since. */
  closings: { at: Date; by: Account; closer: Closer; reason: Issue['stateReason'] }[]
  comments: Comment[]
  reactions: Reaction[]
  pull: Pull | null
}
export type DeploymentState = 'error' | 'failure' | 'inactive' | 'pending' | 'success' | 'queued' | 'in_progress'
export type DeploymentStatus = {
  id: number
  state: DeploymentState
  description: string
  logUrl: string
  environmentUrl: string
  creator: Account
  byApp: boolean
  createdAt: Date
}
export type Deployment = {
  id: number
  sha: string
  ref: string
  task: string
  environment: string
  description: string | null
  payload: JsonObject | string
  creator: Account
  byApp: boolean
  createdAt: Date
  updatedAt: Date
  statuses: DeploymentStatus[]
}
export type Release = {
  id: number
  tag: string
  sha: string
  target: string
  name: string
  body: string
  isPrerelease: boolean
  author: Account
  publishedAt: Date
}
export type WorkflowRun = {
  id: number
  number: number
  workflowId: number
  name: string
  path: string
  headBranch: string
  headSha: string
  event: string
  status: 'queued' | 'in_progress' | 'completed'
  conclusion: 'success' | 'failure' | 'cancelled' | null
  actor: Account
  createdAt: Date
  updatedAt: Date
}
export type CheckRun = {
  id: number
  suiteId: number
  name: string
  headSha: string
  status: string
  conclusion: string | null
  externalId: string
  detailsUrl: string | null
  startedAt: Date
  completedAt: Date | null
  output: { title: string | null; summary: string | null; text: string | null; annotations: JsonObject[] }
}
/** A deployment that waits until the App, as a custom deployment protection rule, has answered. */
export type WaitingDeployment = {
  runId: number
  environment: string
  deployment: Deployment
  /** Every answer so far; the first with a state ends the wait. */
  answers: { state: 'approved' | 'rejected' | null; comment: string }[]
}
export type Repository = {
  id: number
  owner: Account
  name: string
  description: string | null
  isPrivate: boolean
  isArchived: boolean
  defaultBranch: string
  git: Git
  /** Issues and pull requests share one number series. */
  issues: Map<number, Issue>
  nextNumber: number
  labels: Map<string, Label>
  deployments: Deployment[]
  releases: Release[]
  runs: WorkflowRun[]
  checkRuns: CheckRun[]
  waitingDeployments: WaitingDeployment[]
  collaborators: Map<string, Permission>
  createdAt: Date
  updatedAt: Date
  pushedAt: Date
}
export type Installation = {
  id: number
  account: Account
  selection: 'all' | 'selected'
  repositoryIds: Set<number>
  suspendedAt: Date | null
  createdAt: Date
  updatedAt: Date
}
export type App = {
  id: number
  slug: string
  name: string
  owner: Account
  bot: Account
  publicKey: KeyObject
  permissions: { [name: string]: string }
  events: string[]
  createdAt: Date
  webhookUrl: string | null
  webhookSecret: string
}
export type State = {
  /** Address of the fake, without a slash at its end. */
  url: string
  app: App
  accounts: Map<string, Account>
  installations: Map<number, Installation>
  repositories: Map<number, Repository>
  /** Former `owner/name` → repository id, since GitHub redirects after a rename. */
  formerNames: Map<string, number>
  manifests: Map<string, JsonObject>
  now: () => Date
  nextId: () => number
}

/** GitHub's ids passed 32 bits long ago, so the fake's start above them: a 32-bit column shows itself in the first test. */
export const FIRST_ID = 5_000_000_001

export function repositoryNamed(state: State, owner: string, name: string): Repository | null {
  const fullName = `${owner}/${name}`.toLowerCase()
  for (const repository of state.repositories.values()) {
    if (`${repository.owner.login}/${repository.name}`.toLowerCase() === fullName) return repository
  }
  return null
}

/** The account of that login, made when it is new. */
export function account(state: State, login: string, type: Account['type'] = 'User'): Account {
  const known = state.accounts.get(login.toLowerCase())
  if (known !== undefined) return known
  const id = state.nextId()
  const email = `${id}+${login}@users.noreply.github.com`
  const made: Account = { id, login, type, name: login, email, createdAt: state.now() }
  state.accounts.set(login.toLowerCase(), made)
  return made
}

export function installationOf(state: State, repository: Repository): Installation | null {
  for (const installation of state.installations.values()) {
    if (installation.account.id !== repository.owner.id) continue
    if (installation.selection === 'all' || installation.repositoryIds.has(repository.id)) return installation
  }
  return null
}
