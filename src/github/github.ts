// The few verbs Causeway needs of GitHub, for one installation. octokit-github.ts speaks them over HTTP.
import type { RepositoryName } from '../domain/repository.ts'
import type { FileStatus, Person } from '../domain/change.ts'

export type Permission = 'admin' | 'maintain' | 'write' | 'triage' | 'read' | 'none'

export type GitHubFile = {
  path: string
  previousPath: string | null
  status: FileStatus
  added: number
  deleted: number
  /** Unified diff hunks without file headers; null for binary or too large. */
  patch: string | null
}

export type GitHubCommit = {
  sha: string
  parents: string[]
  message: string
  author: Person | null
  committedAt: Date
  url: string
}

export type PullRequestSummary = {
  number: number
  title: string
  body: string
  author: Person | null
  mergedBy: Person | null
  reviewers: Person[]
  labels: string[]
  baseRef: string
  baseSha: string | null
  headRef: string
  headSha: string
  mergeSha: string | null
  mergedAt: Date | null
  updatedAt: Date
  url: string
  /** The pull request's own commits (at most 100), oldest first: to tell merge, squash and rebase apart. */
  commits: { sha: string; message: string }[]
  commitCount: number
  fileCount: number
  added: number
  deleted: number
}

export type Comparison = {
  status: 'ahead' | 'behind' | 'identical' | 'diverged'
  aheadBy: number
  behindBy: number
  mergeBaseSha: string
  /** Commits of head that are not in base, oldest first. */
  commits: GitHubCommit[]
  /** True when GitHub has more commits than were read. */
  isTruncated: boolean
}

export type IssueComment = { id: number; body: string; author: Person | null; appId: number | null; createdAt: Date; url: string }

/** What closed an issue, and what was said last. */
export type IssueClosers = {
  pullRequests: { number: number; title: string; url: string; mergeSha: string | null }[]
  lastComment: { body: string; url: string } | null
}

type OtherVerbs = PastVerbs & AuthoringVerbs

/** Errors carry `status`; 404 on reads becomes null. A rate limit throws `RateLimited`. */
export type GitHub = OtherVerbs & {
  /** One GraphQL request per 100 shas: each commit with the merged pull request that brought it, if any. */
  commitsWithPullRequests(repo: RepositoryName, shas: string[]): Promise<{ commit: GitHubCommit; pullRequest: PullRequestSummary | null }[]>
  pullRequest(repo: RepositoryName, number: number): Promise<PullRequestSummary | null>
  /** REST pages of 100, at most 3,000 files (GitHub's own limit) or `maxPages`; `isTruncated` when it has more. */
  pullRequestFiles(repo: RepositoryName, number: number, maxPages?: number): Promise<{ files: GitHubFile[]; isTruncated: boolean }>
  /** One commit's files: at most 3,000 (300 a page). */
  commitFiles(repo: RepositoryName, sha: string): Promise<{ commit: GitHubCommit; files: GitHubFile[]; isTruncated: boolean } | null>
  /** Pages of 250 commits, at most `maxCommits`. Null when GitHub knows one of them not (force-pushed away). */
  compare(repo: RepositoryName, base: string, head: string, maxCommits: number): Promise<Comparison | null>
  /** Null when the file does not exist. At most 1 MB. */
  readFile(repo: RepositoryName, path: string, ref?: string): Promise<{ text: string; sha: string } | null>
  /** One GraphQL request for several paths. */
  readFiles(repo: RepositoryName, paths: string[]): Promise<Map<string, string>>
  /** Paths in the default branch's tree that end with this name (one recursive tree request). */
  findFiles(repo: RepositoryName, name: string): Promise<string[]>
  permission(repo: RepositoryName, login: string): Promise<Permission>
  issue(repo: RepositoryName, number: number): Promise<GitHubIssue | null>
  /** Issues (not pull requests) updated since then, newest first, at most 100: one request. */
  recentIssues(repo: RepositoryName, since: Date): Promise<GitHubIssue[]>
  createIssue(repo: RepositoryName, issue: { title: string; body: string; labels: string[] }): Promise<GitHubIssue>
  addLabels(repo: RepositoryName, number: number, labels: string[]): Promise<void>
  /** Makes the label unless there is one of that name. `color` is six hexadecimal digits. */
  ensureLabel(repo: RepositoryName, label: { name: string; color: string }): Promise<void>
  /** Nothing happens when the issue does not have it. */
  removeLabel(repo: RepositoryName, number: number, label: string): Promise<void>
  createComment(repo: RepositoryName, issueNumber: number, body: string): Promise<IssueComment>
  /** False when it is gone. */
  updateComment(repo: RepositoryName, commentId: number, body: string): Promise<boolean>
  deleteComment(repo: RepositoryName, commentId: number): Promise<void>
  listComments(repo: RepositoryName, issueNumber: number, since?: Date): Promise<IssueComment[]>
  addReaction(repo: RepositoryName, commentId: number, reaction: '+1' | '-1' | 'confused' | 'hooray' | 'eyes'): Promise<void>
  addIssueReaction(repo: RepositoryName, number: number, reaction: 'confused' | 'hooray'): Promise<void>
  createCheckRun(repo: RepositoryName, check: CheckRun): Promise<number>
  /** Replaces title, summary and conclusion and *adds* the annotations. False when it is gone. */
  updateCheckRun(repo: RepositoryName, id: number, check: CheckRun): Promise<boolean>
  /** Our own check runs of that name on a commit: one request. */
  checkRuns(repo: RepositoryName, headSha: string, name: string): Promise<{ id: number; externalId: string }[]>
  /**
   * Answers a deployment that waits for our protection rule; `state` null only comments, and it waits on. At most 1,000
   * characters are kept. False when nothing waits there (any more).
   */
  answerProtectionRule(
    repo: RepositoryName,
    answer: { runId: number; environment: string; state: 'approved' | 'rejected' | null; comment: string },
  ): Promise<boolean>
  /** Pull requests of the same repository that a closing event linked to the issue (GraphQL `closedByPullRequestsReferences` and the closer). */
  closers(repo: RepositoryName, issueNumber: number): Promise<IssueClosers>
  /** Our App's own id, to recognise our comments. */
  appId(): number
}

/** They need "Contents: write" and "Pull requests: write"; without them they throw with status 403. */
type AuthoringVerbs = {
  /** At the tip of the default branch; false when there is one of that name. Two requests. */
  createBranch(repo: RepositoryName & { defaultBranch: string }, branch: string): Promise<boolean>
  /** Nothing happens when there is none. */
  deleteBranch(repo: RepositoryName, branch: string): Promise<void>
  /** Throws with status 422 when there is a file at that path. */
  createFile(repo: RepositoryName, file: { branch: string; path: string; text: string; message: string }): Promise<void>
  /** A draft against the default branch; ready at once where the repository's plan knows no drafts. */
  openPullRequest(
    repo: RepositoryName & { defaultBranch: string },
    pull: { head: string; title: string; body: string },
  ): Promise<{ number: number; url: string }>
  /** The newest pull request, open or not, from this branch of the same repository. */
  pullRequestFrom(repo: RepositoryName, head: string): Promise<{ number: number; url: string } | null>
  /** Presses GitHub's Revert button. Null when GitHub can't: it is not merged, or later changes touched the same lines. */
  revertPullRequest(repo: RepositoryName, number: number, body: string): Promise<{ number: number; url: string } | null>
}

export type GitHubIssue = {
  number: number
  title: string
  body: string
  labels: string[]
  author: Person
  state: 'open' | 'closed'
  createdAt: Date
  closedAt: Date | null
  updatedAt: Date
  /** The App that opened it; null for people. */
  appId: number | null
  url: string
}

export type CheckRun = {
  name: string
  /** What it is about, in our words: it comes back in webhooks. */
  externalId?: string
  headSha: string
  conclusion: 'success' | 'neutral' | 'failure' | 'action_required'
  title: string
  summary: string
  annotations: { path: string; startLine: number; endLine: number; level: 'notice' | 'warning' | 'failure'; message: string }[]
}

/** All is recorded but for a part that GitHub may fail on for ever, such as one huge diff: worth some tries. */
export class Incomplete extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'Incomplete'
  }
}

/** GitHub refuses what the App was not allowed when it was installed. The message names what is missing, and where it is given. */
export class MissingPermission extends Error {
  readonly status = 403
  constructor(permission: string) {
    super(`Resource not accessible by integration: grant the App “${permission}” on GitHub, and accept that in the installation`)
    this.name = 'MissingPermission'
  }
}

/** GitHub asks us to wait; `retryAt` says until when, for the whole installation. */
export class RateLimited extends Error {
  readonly retryAt: Date
  constructor(message: string, retryAt: Date) {
    super(message)
    this.name = 'RateLimited'
    this.retryAt = retryAt
  }
}

/** GitHub asked nothing: this installation writes as fast as it may, and others come first. `aside`: its lane need not wait. */
export class WritesSpaced extends RateLimited {
  readonly aside: boolean
  constructor(retryAt: Date, aside: boolean) {
    super('writes to GitHub are spaced; this one waits for its turn', retryAt)
    this.name = 'WritesSpaced'
    this.aside = aside
  }
}

/** One attempt of GitHub to deliver a webhook. `id` is of the attempt, `guid` of the delivery. */
export type HookAttempt = { id: number; guid: string; event: string; deliveredAt: Date }

/** The App's own webhooks, as GitHub keeps them for about three days. */
export type HookDeliveries = {
  /** Attempts since then, failed or not, newest first: one request a hundred. */
  attemptsSince(since: Date): Promise<HookAttempt[]>
  /** Asks GitHub to send it again. */
  redeliver(id: number): Promise<void>
}

export type PastPullRequest = {
  pull: PullRequestSummary
  /** The commit at its merge sha. */
  landed: GitHubCommit | null
  /** At most 100, without patches and former paths: GraphQL tells neither. */
  files: GitHubFile[]
  isTruncated: boolean
}

type PastDeployment = {
  createdAt: Date
  /** As a webhook's `deployment`. */
  deployment: unknown
  /** As a webhook's `deployment_status`, oldest first. */
  statuses: unknown[]
}

export type PastIssue = GitHubIssue & { closers: IssueClosers }

/** Reads a repository's past in pages. */
export type PastVerbs = {
  /** Merged ones, most recently updated first: one request. `next` is null on the last page. */
  mergedPullRequests(
    repo: RepositoryName,
    page: { after: string | null; first: number },
  ): Promise<{ pulls: PastPullRequest[]; next: string | null }>
  /** The last 100 commits up to each of these: one request for at most 100. */
  commitLines(repo: RepositoryName, shas: string[]): Promise<Map<string, GitHubCommit[]>>
  /** 100 a page, newest first, with their statuses: two requests. */
  deployments(repo: RepositoryName, page: number): Promise<{ deployments: PastDeployment[]; isLast: boolean }>
  /** 100 issues (and no pull requests) a page, oldest first, updated since then: two requests. */
  labelledIssues(repo: RepositoryName, label: string, since: Date, page: number): Promise<{ issues: PastIssue[]; isLast: boolean }>
}
