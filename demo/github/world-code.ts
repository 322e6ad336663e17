// What people do with code: push, open pull requests, review, merge, revert.
import type { Context } from './http.ts'
import { commitsBetween, mergeBase, NO_SHA, resolve, writeBlob, writeCommit } from './git-graph.ts'
import type { Commit, Signature } from './git-graph.ts'
import { cherryPick, mergeInto, revertCommit } from './git-merge.ts'
import type { MergeMethod } from './git-merge.ts'
import { emitIssue, labelNamed, setIssueState } from './issues.ts'
import { pushedCommitShape } from './shapes/commit.ts'
import { isPullRequest, pullCommits, pullShape, reviewShape } from './shapes/pull.ts'
import type { PullRequest } from './shapes/pull.ts'
import { repositoryPage, repositoryShape } from './shapes/repository.ts'
import { account } from './state.ts'
import type { Account, Closer, Repository, Review, State } from './state.ts'

/** Text of each file to write; null removes it. */
export type FileEdits = { [path: string]: string | null }
export type CommitWish = { message: string; files: FileEdits; by?: string }
export type PullWish = {
  title: string
  body?: string | null
  by: string
  /** Either the files of one commit (its message is the title), or several commits. */
  files?: FileEdits
  commits?: CommitWish[]
  head?: string
  base?: string
  labels?: string[]
  isDraft?: boolean
}
export type MergeWish = { by: string; method?: MergeMethod }

const CLOSING_WORDS = /\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?\s+#(\d+)/gi

function signature(state: State, login: string): Signature {
  const who = account(state, login, login.endsWith('[bot]') ? 'Bot' : 'User')
  return { login: who.login, name: who.name, email: who.email, at: state.now() }
}

function webFlow(state: State): Signature {
  return { login: 'web-flow', name: 'GitHub', email: 'noreply@github.com', at: state.now() }
}

export function writeFiles(state: State, repository: Repository, parent: Commit | null, wish: CommitWish, by: string): Commit {
  const tree = new Map(parent?.tree ?? [])
  for (const [path, text] of Object.entries(wish.files)) {
    if (text === null) tree.delete(path)
    else tree.set(path, writeBlob(repository.git, text))
  }
  const who = signature(state, wish.by ?? by)
  return writeCommit(repository.git, {
    tree,
    parents: parent === null ? [] : [parent.sha],
    message: wish.message,
    author: who,
    committer: who,
  })
}

export function branchTip(repository: Repository, branch: string): Commit {
  const tip = resolve(repository.git, `refs/heads/${branch}`)
  if (tip === null) throw new Error(`${repository.name} has no branch ${branch}.`)
  return tip
}

/** Moves a branch and tells of it, also to the pull requests that stand on it. */
export function moveBranch(context: Context, repository: Repository, branch: string, after: string | null, by: Account): void {
  const { state, webhooks } = context
  const before = repository.git.branches.get(branch) ?? null
  if (before === after) return
  if (after === null) repository.git.branches.delete(branch)
  else repository.git.branches.set(branch, after)
  repository.pushedAt = state.now()
  const added = after === null ? [] : commitsBetween(repository.git, before ?? defaultTip(repository, branch), after)
  const head = after === null ? undefined : repository.git.commits.get(after)
  const isForced = before !== null && after !== null && mergeBase(repository.git, before, after)?.sha !== before
  const shape = repositoryShape(state, repository)
  const seconds = (at: Date) => Math.floor(at.getTime() / 1000)
  webhooks.emit('push', repository, by, {
    ref: `refs/heads/${branch}`,
    before: before ?? NO_SHA,
    after: after ?? NO_SHA,
    created: before === null,
    deleted: after === null,
    forced: isForced,
    base_ref: null,
    compare: `${repositoryPage(state, repository)}/compare/${(before ?? NO_SHA).slice(0, 12)}...${(after ?? NO_SHA).slice(0, 12)}`,
    commits: added.map((commit) => pushedCommitShape(state, repository, commit)),
    head_commit: head === undefined ? null : pushedCommitShape(state, repository, head),
    pusher: { name: by.login, email: by.email },
    // In pushes, and only there, these two are seconds.
    repository: {
      ...shape,
      created_at: seconds(repository.createdAt),
      pushed_at: seconds(repository.pushedAt),
      stargazers: 0,
      master_branch: repository.defaultBranch,
    },
  })
  if (after === null || before === null) return
  for (const issue of repository.issues.values()) {
    if (!isPullRequest(issue) || issue.state !== 'open' || issue.pull.headRef !== branch) continue
    issue.pull.headSha = after
    issue.pull.baseSha = branchTip(repository, issue.pull.baseRef).sha
    issue.updatedAt = state.now()
    emitIssue(context, repository, issue, by, 'synchronize', { before, after })
  }
}

function defaultTip(repository: Repository, branch: string): string | null {
  return branch === repository.defaultBranch ? null : (repository.git.branches.get(repository.defaultBranch) ?? null)
}

function closeMentioned(context: Context, repository: Repository, text: string, by: Account, closer: Closer): void {
  for (const [, number] of text.matchAll(CLOSING_WORDS)) {
    const issue = repository.issues.get(Number(number))
    if (issue !== undefined && issue.pull === null)
      setIssueState(context, repository, issue, { state: 'closed', reason: 'completed', by, closer })
  }
}

/** One push of one or more commits; returns the new tip. */
export function push(context: Context, repository: Repository, wish: { branch?: string; by: string; commits: CommitWish[] }): Commit {
  const { state } = context
  const branch = wish.branch ?? repository.defaultBranch
  let tip = resolve(repository.git, `refs/heads/${branch}`) ?? resolve(repository.git, `refs/heads/${repository.defaultBranch}`)
  const by = account(state, wish.by)
  const written: Commit[] = []
  for (const commit of wish.commits) written.push((tip = writeFiles(state, repository, tip, commit, wish.by)))
  if (tip === null) throw new Error('A push needs a commit.')
  moveBranch(context, repository, branch, tip.sha, by)
  if (branch === repository.defaultBranch) {
    for (const commit of written) closeMentioned(context, repository, commit.message, by, { kind: 'commit', sha: commit.sha })
  }
  return tip
}

export function openPullRequest(context: Context, repository: Repository, wish: PullWish): PullRequest {
  const { state } = context
  const by = account(state, wish.by, wish.by.endsWith('[bot]') ? 'Bot' : 'User')
  const number = repository.nextNumber
  const baseRef = wish.base ?? repository.defaultBranch
  const base = branchTip(repository, baseRef)
  const headRef = wish.head ?? `${wish.by.replaceAll(/\W/g, '')}/change-${number}`
  const commits = wish.commits ?? (wish.files === undefined ? [] : [{ message: wish.title, files: wish.files }])
  let tip = resolve(repository.git, `refs/heads/${headRef}`) ?? base
  for (const commit of commits) tip = writeFiles(state, repository, tip, commit, wish.by)
  moveBranch(context, repository, headRef, tip.sha, by)
  repository.nextNumber += 1
  const now = state.now()
  const issue: PullRequest = {
    id: state.nextId(),
    number,
    title: wish.title,
    body: wish.body ?? null,
    user: by,
    byApp: false,
    labels: (wish.labels ?? []).map((name) => labelNamed(state, repository, name)),
    assignees: [],
    state: 'open',
    stateReason: null,
    isLocked: false,
    createdAt: now,
    updatedAt: now,
    closedAt: null,
    closedBy: null,
    closings: [],
    comments: [],
    reactions: [],
    pull: {
      baseRef,
      baseSha: base.sha,
      headRef,
      headSha: tip.sha,
      isDraft: wish.isDraft ?? false,
      mergedAt: null,
      mergedBy: null,
      mergeSha: null,
      mergeBaseTip: null,
      reviews: [],
    },
  }
  repository.issues.set(number, issue)
  emitIssue(context, repository, issue, by, 'opened')
  return issue
}

function pullRequest(repository: Repository, number: number): PullRequest {
  const issue = repository.issues.get(number)
  if (issue === undefined || !isPullRequest(issue)) throw new Error(`${repository.name} has no pull request #${number}.`)
  return issue
}

export function review(
  context: Context,
  repository: Repository,
  number: number,
  wish: { by: string; state?: Review['state']; body?: string },
): Review {
  const { state, webhooks } = context
  const issue = pullRequest(repository, number)
  const user = account(state, wish.by)
  const made: Review = {
    id: state.nextId(),
    user,
    state: wish.state ?? 'APPROVED',
    body: wish.body ?? '',
    commitSha: issue.pull.headSha,
    submittedAt: state.now(),
  }
  issue.pull.reviews.push(made)
  issue.updatedAt = made.submittedAt
  const shape = reviewShape(state, repository, issue, made)
  webhooks.emit('pull_request_review', repository, user, {
    action: 'submitted',
    // Webhooks write a review's state in small letters, the API in capitals.
    review: { ...shape, state: made.state.toLowerCase() },
    pull_request: pullShape(state, repository, issue),
  })
  return made
}

/** Merges by one of GitHub's three buttons; returns the commit that GitHub then calls `merge_commit_sha`. */
export function mergePullRequest(context: Context, repository: Repository, number: number, wish: MergeWish): Commit {
  const { state } = context
  const issue = pullRequest(repository, number)
  if (issue.state !== 'open') throw new Error(`#${number} is not open.`)
  const by = account(state, wish.by)
  const { pull } = issue
  const base = branchTip(repository, pull.baseRef)
  const head = branchTip(repository, pull.headRef)
  const commits = pullCommits(repository, issue)
  const details =
    commits.length === 1
      ? (commits[0]?.message.split('\n').slice(2).join('\n') ?? '')
      : commits.map((commit) => `* ${commit.message}`).join('\n\n')
  const merged = mergeInto(repository.git, {
    base,
    head,
    method: wish.method ?? 'merge',
    messages: {
      merge: `Merge pull request #${number} from ${repository.owner.login}/${pull.headRef}\n\n${issue.title}`,
      squash: `${issue.title} (#${number})${details === '' ? '' : `\n\n${details}`}`,
    },
    author: signature(state, issue.user.login),
    merger: signature(state, wish.by),
    web: webFlow(state),
  })
  const now = state.now()
  pull.mergedAt = now
  pull.mergedBy = by
  pull.mergeSha = merged.sha
  pull.mergeBaseTip = base.sha
  issue.state = 'closed'
  issue.closedAt = now
  issue.closedBy = by
  issue.updatedAt = now
  emitIssue(context, repository, issue, by, 'closed')
  moveBranch(context, repository, pull.baseRef, merged.sha, by)
  if (pull.baseRef === repository.defaultBranch) closeMentioned(context, repository, issue.body ?? '', by, { kind: 'pull', number })
  return merged
}

/** GitHub's Revert button: a new pull request that undoes a merged one, whichever way it was merged. */
export function revertPullRequest(
  context: Context,
  repository: Repository,
  number: number,
  wish: { by: string; reason?: string; title?: string | null; body?: string | null; isDraft?: boolean },
): PullRequest {
  const { state } = context
  const { title, pull } = pullRequest(repository, number)
  if (pull.mergeSha === null || pull.mergeBaseTip === null) throw new Error(`#${number} is not merged.`)
  const who = signature(state, wish.by)
  const headRef = `revert-${number}-${pull.headRef}`
  let tip = branchTip(repository, pull.baseRef)
  const merged = repository.git.commits.get(pull.mergeSha)
  // A rebased pull request left several commits: each is reverted, newest first.
  const toUndo =
    merged !== undefined && merged.parents.length > 1
      ? [merged]
      : commitsBetween(repository.git, pull.mergeBaseTip, pull.mergeSha).toReversed()
  for (const commit of toUndo) {
    const subject = commit.message.split('\n', 1)[0] ?? ''
    tip = revertCommit(repository.git, commit, tip, `Revert "${subject}"\n\nThis reverts commit ${commit.sha}.`, who)
  }
  moveBranch(context, repository, headRef, tip.sha, account(state, wish.by))
  const reverts = `Reverts ${repository.owner.login}/${repository.name}#${number}${wish.reason === undefined ? '' : `\n\n${wish.reason}`}`
  return openPullRequest(context, repository, {
    title: wish.title ?? `Revert "${title}"`,
    body: wish.body ?? reverts,
    by: wish.by,
    head: headRef,
    base: pull.baseRef,
    isDraft: wish.isDraft ?? false,
  })
}

/** `git cherry-pick -x` of a commit onto a branch, pushed: a backport. */
export function backport(context: Context, repository: Repository, sha: string, wish: { branch: string; by: string }): Commit {
  const { state } = context
  const commit = resolve(repository.git, sha)
  if (commit === null) throw new Error(`${repository.name} has no commit ${sha}.`)
  const message = `${commit.message}\n\n(cherry picked from commit ${commit.sha})`
  const picked = cherryPick(repository.git, commit, branchTip(repository, wish.branch), signature(state, wish.by), message)
  moveBranch(context, repository, wish.branch, picked.sha, account(state, wish.by))
  return picked
}
