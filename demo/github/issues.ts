// What happens to issues and comments, whoever asks for it: the App over HTTP or a person of the story.
import type { Context } from './http.ts'
import { commentShape, issueShape, labelShape, reactionShape } from './shapes/issue.ts'
import { isPullRequest, pullShape } from './shapes/pull.ts'
import { repositoryShape } from './shapes/repository.ts'
import type { Account, Closer, Comment, Issue, JsonObject, Label, Reaction, Repository, State } from './state.ts'

/** The repository's label of that name; GitHub makes it when somebody uses a new one. */
export function labelNamed(state: State, repository: Repository, name: string): Label {
  const known = repository.labels.get(name.toLowerCase())
  if (known !== undefined) return known
  const made: Label = { id: state.nextId(), name, color: 'ededed', description: '' }
  repository.labels.set(name.toLowerCase(), made)
  return made
}

/** The event and payload key of a change to an issue, or to a pull request, which is one too. */
export function emitIssue(
  context: Context,
  repository: Repository,
  issue: Issue,
  by: Account,
  action: string,
  more: JsonObject = {},
): void {
  const { state, webhooks } = context
  if (isPullRequest(issue)) {
    const payload = { action, number: issue.number, pull_request: pullShape(state, repository, issue), ...more }
    webhooks.emit('pull_request', repository, by, payload)
  } else webhooks.emit('issues', repository, by, { action, issue: issueShape(state, repository, issue), ...more })
}

export type NewIssue = { title: string; body: string | null; labels: string[]; by: Account; byApp: boolean }

/** A new issue; `opened` and one `labeled` for each label follow, as from an issue form. */
export function openIssue(context: Context, repository: Repository, issue: NewIssue): Issue {
  const { state } = context
  const now = state.now()
  const labels = [...new Map(issue.labels.map((name) => [name.toLowerCase(), labelNamed(state, repository, name)])).values()]
  const opened: Issue = {
    id: state.nextId(),
    number: repository.nextNumber,
    title: issue.title,
    body: issue.body,
    user: issue.by,
    byApp: issue.byApp,
    labels,
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
    pull: null,
  }
  repository.nextNumber += 1
  repository.issues.set(opened.number, opened)
  emitIssue(context, repository, opened, issue.by, 'opened')
  for (const label of labels) emitIssue(context, repository, opened, issue.by, 'labeled', { label: labelShape(state, repository, label) })
  return opened
}

/** Gives an issue exactly these labels; emits one webhook for each that came or went. */
export function relabel(context: Context, repository: Repository, issue: Issue, names: string[], by: Account): void {
  const { state } = context
  const wanted = new Map(names.map((name) => [name.toLowerCase(), labelNamed(state, repository, name)]))
  const before = issue.labels
  issue.labels = [...wanted.values()]
  const gone = before.filter((label) => !wanted.has(label.name.toLowerCase()))
  const come = issue.labels.filter((label) => !before.includes(label))
  if (gone.length + come.length === 0) return
  issue.updatedAt = state.now()
  for (const label of gone) emitIssue(context, repository, issue, by, 'unlabeled', { label: labelShape(state, repository, label) })
  for (const label of come) emitIssue(context, repository, issue, by, 'labeled', { label: labelShape(state, repository, label) })
}

export type NewState = { state: 'open' | 'closed'; reason: Issue['stateReason']; by: Account; closer: Closer }

export function setIssueState(context: Context, repository: Repository, issue: Issue, change: NewState): void {
  if (issue.state === change.state) return
  const now = context.state.now()
  const isClosed = change.state === 'closed'
  issue.state = change.state
  issue.stateReason = isClosed ? change.reason : 'reopened'
  issue.closedAt = isClosed ? now : null
  issue.closedBy = isClosed ? change.by : null
  if (isClosed) issue.closings.push({ at: now, by: change.by, closer: change.closer, reason: change.reason })
  issue.updatedAt = now
  emitIssue(context, repository, issue, change.by, isClosed ? 'closed' : 'reopened')
}

/** GitHub moves the issue and its comments; labels come along where the new repository has them. */
export function transferIssue(context: Context, from: Repository, issue: Issue, to: Repository, by: Account): Issue {
  const { state } = context
  const labels = issue.labels.flatMap((label) => to.labels.get(label.name.toLowerCase()) ?? [])
  const moved: Issue = { ...issue, id: state.nextId(), number: to.nextNumber, labels, updatedAt: state.now() }
  to.nextNumber += 1
  to.issues.set(moved.number, moved)
  emitIssue(context, from, issue, by, 'transferred', {
    changes: { new_issue: issueShape(state, to, moved), new_repository: repositoryShape(state, to) },
  })
  from.issues.delete(issue.number)
  emitIssue(context, to, moved, by, 'opened', {
    changes: { old_issue: issueShape(state, from, issue), old_repository: repositoryShape(state, from) },
  })
  return moved
}

export function addComment(
  context: Context,
  repository: Repository,
  issue: Issue,
  comment: { body: string; by: Account; byApp: boolean },
): Comment {
  const { state, webhooks } = context
  const now = state.now()
  const added: Comment = {
    id: state.nextId(),
    body: comment.body,
    user: comment.by,
    byApp: comment.byApp,
    createdAt: now,
    updatedAt: now,
    reactions: [],
  }
  issue.comments.push(added)
  issue.updatedAt = now
  webhooks.emit('issue_comment', repository, comment.by, {
    action: 'created',
    issue: issueShape(state, repository, issue),
    comment: commentShape(state, repository, issue, added),
  })
  return added
}

export function editComment(context: Context, repository: Repository, issue: Issue, comment: Comment, body: string, by: Account): void {
  const { state, webhooks } = context
  const changes = { body: { from: comment.body } }
  comment.body = body
  comment.updatedAt = state.now()
  webhooks.emit('issue_comment', repository, by, {
    action: 'edited',
    changes,
    issue: issueShape(state, repository, issue),
    comment: commentShape(state, repository, issue, comment),
  })
}

export function removeComment(context: Context, repository: Repository, issue: Issue, comment: Comment, by: Account): void {
  const { state, webhooks } = context
  issue.comments = issue.comments.filter((other) => other !== comment)
  webhooks.emit('issue_comment', repository, by, {
    action: 'deleted',
    issue: issueShape(state, repository, issue),
    comment: commentShape(state, repository, issue, comment),
  })
}

export function commentById(repository: Repository, id: number): { issue: Issue; comment: Comment } | null {
  for (const issue of repository.issues.values()) {
    const comment = issue.comments.find((one) => one.id === id)
    if (comment !== undefined) return { issue, comment }
  }
  return null
}

/** Of one kind an account has one reaction. Reactions send no webhook, here as on GitHub. */
export function react(state: State, reactions: Reaction[], content: string): { status: number; body: JsonObject } {
  const { bot } = state.app
  const known = reactions.find((reaction) => reaction.user === bot && reaction.content === content)
  if (known !== undefined) return { status: 200, body: reactionShape(state, known) }
  const reaction = { id: state.nextId(), user: bot, content, createdAt: state.now() }
  reactions.push(reaction)
  return { status: 201, body: reactionShape(state, reaction) }
}
