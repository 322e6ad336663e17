import type { Account, Comment, Issue, JsonObject, Label, Reaction, Repository, State } from '../state.ts'
import { appShape, nodeId, time, timeOrNull, userShape } from './account.ts'
import { repositoryPage, repositoryUrl } from './repository.ts'

const REACTIONS = ['+1', '-1', 'laugh', 'hooray', 'confused', 'heart', 'rocket', 'eyes']

export function association(repository: Repository, user: Account): string {
  if (user.id === repository.owner.id) return 'OWNER'
  const permission = repository.collaborators.get(user.login.toLowerCase())
  if (permission === undefined || permission === 'none') return 'NONE'
  return repository.owner.type === 'Organization' ? 'MEMBER' : 'COLLABORATOR'
}

export function labelShape(state: State, repository: Repository, label: Label): JsonObject {
  return {
    id: label.id,
    node_id: nodeId('LA', label.id),
    url: `${repositoryUrl(state, repository)}/labels/${encodeURIComponent(label.name)}`,
    name: label.name,
    color: label.color,
    default: false,
    description: label.description,
  }
}

export function reactionShape(state: State, reaction: Reaction): JsonObject {
  return {
    id: reaction.id,
    node_id: nodeId('REA', reaction.id),
    user: userShape(state, reaction.user),
    content: reaction.content,
    created_at: time(reaction.createdAt),
  }
}

function rollup(url: string, reactions: Reaction[]): JsonObject {
  const counts: JsonObject = { url: `${url}/reactions`, total_count: reactions.length }
  for (const content of REACTIONS) counts[content] = reactions.filter((reaction) => reaction.content === content).length
  return counts
}

export function issueShape(state: State, repository: Repository, issue: Issue): JsonObject {
  const url = `${repositoryUrl(state, repository)}/issues/${issue.number}`
  const kind = issue.pull === null ? 'issues' : 'pull'
  const page = `${repositoryPage(state, repository)}/${kind}/${issue.number}`
  const pullUrl = `${repositoryUrl(state, repository)}/pulls/${issue.number}`
  return {
    url,
    repository_url: repositoryUrl(state, repository),
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    html_url: page,
    id: issue.id,
    node_id: nodeId(issue.pull === null ? 'I' : 'PR', issue.id),
    number: issue.number,
    title: issue.title,
    user: userShape(state, issue.user),
    labels: issue.labels.map((label) => labelShape(state, repository, label)),
    state: issue.state,
    locked: issue.isLocked,
    assignee: issue.assignees[0] ? userShape(state, issue.assignees[0]) : null,
    assignees: issue.assignees.map((each) => userShape(state, each)),
    milestone: null,
    comments: issue.comments.length,
    created_at: time(issue.createdAt),
    updated_at: time(issue.updatedAt),
    closed_at: timeOrNull(issue.closedAt),
    closed_by: issue.closedBy === null ? null : userShape(state, issue.closedBy),
    author_association: association(repository, issue.user),
    active_lock_reason: null,
    body: issue.body,
    reactions: rollup(url, issue.reactions),
    timeline_url: `${url}/timeline`,
    performed_via_github_app: issue.byApp ? appShape(state, state.app) : null,
    state_reason: issue.stateReason,
    ...(issue.pull === null
      ? {}
      : {
          draft: issue.pull.isDraft,
          pull_request: {
            url: pullUrl,
            html_url: page,
            diff_url: `${page}.diff`,
            patch_url: `${page}.patch`,
            merged_at: timeOrNull(issue.pull.mergedAt),
          },
        }),
  }
}

export function commentPage(state: State, repository: Repository, issue: Issue, comment: Comment): string {
  const kind = issue.pull === null ? 'issues' : 'pull'
  return `${repositoryPage(state, repository)}/${kind}/${issue.number}#issuecomment-${comment.id}`
}

export function commentShape(state: State, repository: Repository, issue: Issue, comment: Comment): JsonObject {
  const url = `${repositoryUrl(state, repository)}/issues/comments/${comment.id}`
  return {
    url,
    html_url: commentPage(state, repository, issue, comment),
    issue_url: `${repositoryUrl(state, repository)}/issues/${issue.number}`,
    id: comment.id,
    node_id: nodeId('IC', comment.id),
    user: userShape(state, comment.user),
    created_at: time(comment.createdAt),
    updated_at: time(comment.updatedAt),
    author_association: association(repository, comment.user),
    body: comment.body,
    reactions: rollup(url, comment.reactions),
    performed_via_github_app: comment.byApp ? appShape(state, state.app) : null,
  }
}
