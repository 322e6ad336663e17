// Repositories, pull requests and issues as GraphQL objects: fields are functions, run only when asked for.
import { GraphQLError } from 'graphql'
import { commitNode, objectNode, refNode } from './graphql-code.ts'
import { ancestors } from './git-graph.ts'
import { connection } from './graphql-limits.ts'
import type { ConnectionArguments } from './graphql-limits.ts'
import { actorNode } from './graphql-scope.ts'
import type { Asker, Scope } from './graphql-scope.ts'
import { pullRequests, pullsByCommit } from './pulls.ts'
import { nodeId, time, timeOrNull } from './shapes/account.ts'
import { commentPage } from './shapes/issue.ts'
import { isPullRequest, pullCommits, pullFiles } from './shapes/pull.ts'
import type { PullRequest } from './shapes/pull.ts'
import { fullName, repositoryPage } from './shapes/repository.ts'
import type { Comment, Issue, JsonObject, Repository, Review } from './state.ts'

type Args = ConnectionArguments & { orderBy?: { field: string; direction: string } | null }
const PATCH_STATUS = { added: 'ADDED', removed: 'DELETED', modified: 'MODIFIED', renamed: 'RENAMED' } as const

function missing(type: string, number: number): GraphQLError {
  return new GraphQLError(`Could not resolve to ${type === 'Issue' ? 'an' : 'a'} ${type} with the number of ${number}.`, {
    extensions: { type: 'NOT_FOUND' },
  })
}

export function scopeOf(asker: Asker, repository: Repository): Scope {
  const { git, defaultBranch } = repository
  let byCommit: Map<string, PullRequest[]> | null = null
  let onDefault: Set<string> | null = null
  const scope: Scope = {
    ...asker,
    repository,
    pullsOf: (sha) => (byCommit ??= pullsByCommit(repository)).get(sha) ?? [],
    isOnDefaultBranch: (sha) => (onDefault ??= ancestors(git, git.branches.get(defaultBranch) ?? '')).has(sha),
    pullNode: (pull) => pullNode(scope, pull),
  }
  return scope
}

export function repositoryNode(asker: Asker, repository: Repository): JsonObject {
  const scope = scopeOf(asker, repository)
  const issues = () => [...repository.issues.values()].filter((issue) => !isPullRequest(issue))
  return {
    id: nodeId('R', repository.id),
    databaseId: repository.id,
    name: repository.name,
    nameWithOwner: fullName(repository),
    owner: () => actorNode(asker, repository.owner),
    url: repositoryPage(asker.context.state, repository),
    isArchived: repository.isArchived,
    isPrivate: repository.isPrivate,
    defaultBranchRef: () => refNode(scope, repository.defaultBranch),
    ref: ({ qualifiedName }: { qualifiedName: string }) => refNode(scope, qualifiedName.replace(/^refs\/heads\//, '')),
    object: (args: { expression?: string; oid?: string }) => objectNode(scope, args),
    issue: ({ number }: { number: number }) => {
      asker.need('issues')
      const issue = repository.issues.get(number)
      if (issue === undefined || isPullRequest(issue)) throw missing('Issue', number)
      return issueNode(scope, issue)
    },
    issues: (args: Args & { states?: string[]; labels?: string[] }) => {
      asker.need('issues')
      const names = args.labels?.map((name) => name.toLowerCase())
      const list = issues()
        .filter((issue) => args.states?.includes(issue.state.toUpperCase()) ?? true)
        .filter((issue) => names === undefined || issue.labels.some((label) => names.includes(label.name.toLowerCase())))
      return connection('issues', args, ordered(list, args), (issue) => issueNode(scope, issue))
    },
    pullRequest: ({ number }: { number: number }) => {
      asker.need('pull_requests')
      const pull = repository.issues.get(number)
      if (pull === undefined || !isPullRequest(pull)) throw missing('PullRequest', number)
      return pullNode(scope, pull)
    },
    pullRequests: (args: Args & { states?: string[]; baseRefName?: string; headRefName?: string; labels?: string[] }) => {
      asker.need('pull_requests')
      const list = pullRequests(repository)
        .filter((pull) => args.states?.includes(pullState(pull)) ?? true)
        .filter(
          (pull) =>
            pull.pull.baseRef === (args.baseRefName ?? pull.pull.baseRef) && pull.pull.headRef === (args.headRefName ?? pull.pull.headRef),
        )
        .filter((pull) => args.labels === undefined || pull.labels.some((label) => args.labels?.includes(label.name)))
      return connection('pullRequests', args, ordered(list, args), (pull) => pullNode(scope, pull))
    },
  }
}

function ordered<T extends Issue>(list: T[], { orderBy }: Args): T[] {
  const key = orderBy?.field === 'UPDATED_AT' ? 'updatedAt' : 'createdAt'
  const direction = orderBy?.direction === 'DESC' ? -1 : 1
  return list.toSorted((a, b) => direction * (a[key].getTime() - b[key].getTime() || a.number - b.number))
}

function pullState(pull: PullRequest): string {
  return pull.pull.mergedAt !== null ? 'MERGED' : pull.state.toUpperCase()
}

/** What issues and pull requests have in common. */
function discussion(scope: Scope, issue: Issue): JsonObject {
  const { state } = scope.context
  return {
    id: nodeId(issue.pull === null ? 'I' : 'PR', issue.id),
    databaseId: issue.id,
    fullDatabaseId: String(issue.id),
    number: issue.number,
    title: issue.title,
    body: issue.body ?? '',
    author: () => actorNode(scope, issue.user),
    createdAt: time(issue.createdAt),
    updatedAt: time(issue.updatedAt),
    closed: issue.state === 'closed',
    closedAt: timeOrNull(issue.closedAt),
    locked: issue.isLocked,
    url: `${repositoryPage(state, scope.repository)}/${issue.pull === null ? 'issues' : 'pull'}/${issue.number}`,
    repository: () => repositoryNode(scope, scope.repository),
    labels: (args: Args) => connection('labels', args, issue.labels, (label) => ({ ...label, id: nodeId('LA', label.id) })),
    comments: (args: Args) => connection('comments', args, issue.comments, (comment) => commentNode(scope, issue, comment)),
  }
}

function commentNode(scope: Scope, issue: Issue, comment: Comment): JsonObject {
  return {
    __typename: 'IssueComment',
    id: nodeId('IC', comment.id),
    databaseId: comment.id,
    fullDatabaseId: String(comment.id),
    body: comment.body,
    author: () => actorNode(scope, comment.user),
    createdAt: time(comment.createdAt),
    updatedAt: time(comment.updatedAt),
    url: commentPage(scope.context.state, scope.repository, issue, comment),
    viewerDidAuthor: comment.byApp,
  }
}

function pullNode(scope: Scope, issue: PullRequest): JsonObject {
  const { pull } = issue
  const { repository } = scope
  const files = () => pullFiles(repository, issue)
  const merge = pull.mergeSha === null ? undefined : repository.git.commits.get(pull.mergeSha)
  const reviewNode = (review: Review) => ({
    ...review,
    id: nodeId('PRR', review.id),
    author: actorNode(scope, review.user),
    submittedAt: time(review.submittedAt),
    url: '',
  })
  return {
    __typename: 'PullRequest',
    ...discussion(scope, issue),
    state: pullState(issue),
    isDraft: pull.isDraft,
    merged: pull.mergedAt !== null,
    mergedAt: timeOrNull(pull.mergedAt),
    mergedBy: () => (pull.mergedBy === null ? null : actorNode(scope, pull.mergedBy)),
    mergeCommit: () => (merge === undefined ? null : commitNode(scope, merge)),
    baseRefName: pull.baseRef,
    baseRefOid: pull.baseSha,
    headRefName: pull.headRef,
    headRefOid: pull.headSha,
    changedFiles: () => files().length,
    additions: () => files().reduce((sum, file) => sum + file.additions, 0),
    deletions: () => files().reduce((sum, file) => sum + file.deletions, 0),
    files: (args: Args) =>
      connection('files', args, files(), ({ path, additions, deletions, status }) => ({
        path,
        additions,
        deletions,
        changeType: PATCH_STATUS[status],
      })),
    commits: (args: Args) =>
      connection('commits', args, pullCommits(repository, issue), (commit) => ({
        id: nodeId('PURC', commit.sha),
        url: `${repositoryPage(scope.context.state, repository)}/pull/${issue.number}/commits/${commit.sha}`,
        commit: () => commitNode(scope, commit),
      })),
    reviews: (args: Args & { states?: string[]; author?: string }) => {
      const list = pull.reviews.filter(
        (review) => (args.states?.includes(review.state) ?? true) && (args.author ?? review.user.login) === review.user.login,
      )
      return connection('reviews', args, list, reviewNode)
    },
    latestReviews: (args: Args) => {
      const latest = new Map(pull.reviews.map((review) => [review.user.id, review]))
      return connection('latestReviews', args, [...latest.values()], reviewNode)
    },
    closingIssuesReferences: (args: Args) => {
      const closes = [...repository.issues.values()].filter(
        (other) => other.pull === null && closingPulls(repository, other).includes(issue),
      )
      return connection('closingIssuesReferences', args, closes, (other) => issueNode(scope, other))
    },
  }
}

/** Pull requests that say in their body that they close an issue, or did close it. */
function closingPulls(repository: Repository, issue: Issue): PullRequest[] {
  const words = new RegExp(String.raw`\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?\s+#${issue.number}\b`, 'i')
  const closed = new Set(issue.closings.flatMap(({ closer }) => (closer?.kind === 'pull' ? [closer.number] : [])))
  return pullRequests(repository).filter((pull) => closed.has(pull.number) || words.test(pull.body ?? ''))
}

export function issueNode(scope: Scope, issue: Issue): JsonObject {
  const { repository } = scope
  const stateReason = issue.stateReason?.toUpperCase() ?? null
  const closedEvents = issue.closings.map((closing, index) => ({
    __typename: 'ClosedEvent',
    id: nodeId('CE', `${issue.id}-${index}`),
    createdAt: time(closing.at),
    actor: () => actorNode(scope, closing.by),
    stateReason: closing.reason?.toUpperCase() ?? null,
    url: `${repositoryPage(scope.context.state, repository)}/issues/${issue.number}#event-${index}`,
    closer: () => {
      const { closer } = closing
      if (closer === null) return null
      const pull = closer.kind === 'pull' ? repository.issues.get(closer.number) : undefined
      const commit = closer.kind === 'commit' ? repository.git.commits.get(closer.sha) : undefined
      return pull !== undefined && isPullRequest(pull) ? pullNode(scope, pull) : commit === undefined ? null : commitNode(scope, commit)
    },
  }))
  return {
    ...discussion(scope, issue),
    state: issue.state.toUpperCase(),
    stateReason,
    closedByPullRequestsReferences: (args: Args & { includeClosedPrs?: boolean }) => {
      const pulls = closingPulls(repository, issue).filter((pull) => args.includeClosedPrs === true || pull.state === 'open')
      return connection('closedByPullRequestsReferences', args, pulls, (pull) => pullNode(scope, pull))
    },
    timelineItems: (args: Args & { itemTypes?: string[] }) => {
      const wants = (type: string) => args.itemTypes?.includes(type) ?? true
      const comments = wants('ISSUE_COMMENT') ? issue.comments.map((comment) => commentNode(scope, issue, comment)) : []
      const items = [...comments, ...(wants('CLOSED_EVENT') ? closedEvents : [])]
      const sorted = items.toSorted((a, b) => (String(a.createdAt) < String(b.createdAt) ? -1 : 1))
      return { ...connection('timelineItems', args, sorted, (item) => item), filteredCount: sorted.length }
    },
  }
}
