// `issues` and `issue_comment` webhooks as facts in our words. Pure; payloads are hostile until the schema has read them.
import { z } from 'zod'
import type { Ignored } from '../domain/event.ts'
import type { Issue, IssueAction, IssueCommentEvent, IssueEvent } from '../domain/issue-event.ts'
import { line, person, repositoryOf, repositoryPart, text, when } from './payload-parts.ts'
import { ignored, readPayload } from './read-payload.ts'

const issuePart = z.object({
  number: z.number().int().positive(),
  title: line,
  body: text.nullish(),
  labels: z.array(z.union([z.object({ name: line.nullish() }), line.transform((name) => ({ name }))])).nullish(),
  user: person,
  state: line.nullish(),
  state_reason: line.nullish().catch(null),
  assignees: z.array(person).nullish().catch(null),
  locked: z.boolean().nullish(),
  created_at: when,
  closed_at: when.nullish(),
  updated_at: when.nullish(),
  html_url: line,
  pull_request: z.unknown().optional(),
  performed_via_github_app: z.object({ id: z.number().int() }).nullish(),
})

const base = z.object({
  installation: z.object({ id: z.number().int() }),
  repository: repositoryPart,
  issue: issuePart,
  sender: person,
})

// What stood there before is a hint: in another form than GitHub's, it must not cost us what stands there now.
const editedBody = z.object({ from: text.nullish() }).nullish().catch(null)

const issuesPayload = base.extend({
  action: line,
  assignee: person,
  label: z.object({ name: line.nullish() }).nullish(),
  changes: z
    .object({
      new_issue: z.object({ number: z.number().int().positive() }).nullish(),
      new_repository: repositoryPart.nullish(),
      old_issue: z.unknown().optional(),
      body: editedBody,
    })
    .nullish(),
})

const commentPayload = base.extend({
  action: z.enum(['created', 'edited', 'deleted']),
  changes: z.object({ body: editedBody }).nullish(),
  comment: z.object({
    id: z.number().int(),
    body: text.nullish(),
    user: person,
    performed_via_github_app: z.object({ id: z.number().int() }).nullish(),
    created_at: when,
    updated_at: when.nullish(),
    html_url: line,
  }),
})

const ACTIONS: readonly IssueAction[] = [
  'opened',
  'edited',
  'labeled',
  'unlabeled',
  'assigned',
  'unassigned',
  'closed',
  'reopened',
  'deleted',
  'transferred',
  'locked',
  'unlocked',
]

export function issueEvent(payload: unknown): IssueEvent | Ignored {
  const read = readPayload(issuesPayload, payload)
  if ('reason' in read) return ignored(read.reason)
  const { data } = read
  const action = ACTIONS.find((known) => known === data.action)
  if (!action) return ignored(`issues.${data.action}: tells nothing of an incident`)
  if (data.issue.pull_request !== undefined) return ignored('issues: a pull request')
  const { new_issue: newIssue, new_repository: newRepository } = data.changes ?? {}
  return {
    kind: 'issue',
    action,
    repository: repositoryOf(data.repository, data.installation.id),
    issue: issueOf(data.issue),
    sender: data.sender,
    label: data.label?.name ?? null,
    assignee: action === 'assigned' ? data.assignee : null,
    bodyBefore: bodyBefore(data.changes?.body),
    isMoved: action === 'opened' && Boolean(data.changes?.old_issue),
    transferredTo:
      action === 'transferred' && newIssue && newRepository
        ? { repository: repositoryOf(newRepository, data.installation.id), issueNumber: newIssue.number }
        : null,
  }
}

export function issueCommentEvent(payload: unknown): IssueCommentEvent | Ignored {
  const read = readPayload(commentPayload, payload)
  if ('reason' in read) return ignored(read.reason)
  const { data } = read
  return {
    kind: 'issue-comment',
    action: data.action,
    repository: repositoryOf(data.repository, data.installation.id),
    issue: issueOf(data.issue),
    isPullRequest: data.issue.pull_request !== undefined && data.issue.pull_request !== null,
    comment: {
      id: data.comment.id,
      body: data.comment.body ?? '',
      author: data.comment.user,
      appId: data.comment.performed_via_github_app?.id ?? null,
      createdAt: data.comment.created_at,
      updatedAt: data.comment.updated_at ?? data.comment.created_at,
      url: data.comment.html_url,
    },
    bodyBefore: data.action === 'edited' ? bodyBefore(data.changes?.body) : null,
    sender: data.sender,
  }
}

/** Null when the body was not edited; GitHub leaves `from` out where it was empty. */
function bodyBefore(edited: z.infer<typeof editedBody>): string | null {
  return edited ? (edited.from ?? '') : null
}

function issueOf(issue: z.infer<typeof issuePart>): Issue {
  return {
    number: issue.number,
    title: issue.title,
    body: issue.body ?? '',
    labels: (issue.labels ?? []).flatMap((label) => label.name ?? []),
    author: issue.user,
    appId: issue.performed_via_github_app?.id ?? null,
    isOpen: issue.state !== 'closed',
    isDropped: issue.state === 'closed' && (issue.state_reason === 'not_planned' || issue.state_reason === 'duplicate'),
    assignees: issue.assignees ?? [],
    isLocked: issue.locked ?? false,
    openedAt: issue.created_at,
    closedAt: issue.closed_at ?? null,
    updatedAt: issue.updated_at ?? issue.created_at,
    url: issue.html_url,
  }
}
