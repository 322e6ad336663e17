import { commitsBetween, mergeBase } from '../git-graph.ts'
import type { Commit } from '../git-graph.ts'
import { differences } from '../patches.ts'
import type { FileDifference } from '../patches.ts'
import type { Issue, JsonObject, Pull, Repository, Review, State } from '../state.ts'
import { nodeId, time, timeOrNull, userShape } from './account.ts'
import { association, labelShape } from './issue.ts'
import { repositoryPage, repositoryShape, repositoryUrl } from './repository.ts'

export type PullRequest = Issue & { pull: Pull }

export function isPullRequest(issue: Issue): issue is PullRequest {
  return issue.pull !== null
}

/** The pull request's own commits, oldest first. */
export function pullCommits(repository: Repository, { pull }: PullRequest): Commit[] {
  return commitsBetween(repository.git, pull.baseSha, pull.headSha)
}

/** GitHub's "Files changed": from the merge base to the head. */
export function pullFiles(repository: Repository, { pull }: PullRequest): FileDifference[] {
  const { git } = repository
  const fork = mergeBase(git, pull.baseSha, pull.headSha)
  return differences(git, fork?.tree ?? new Map<string, string>(), git.commits.get(pull.headSha)?.tree ?? new Map<string, string>())
}

/** As in lists. */
export function simplePullShape(state: State, repository: Repository, issue: PullRequest): JsonObject {
  const { pull } = issue
  const url = `${repositoryUrl(state, repository)}/pulls/${issue.number}`
  const issueUrl = `${repositoryUrl(state, repository)}/issues/${issue.number}`
  const page = `${repositoryPage(state, repository)}/pull/${issue.number}`
  const statuses = `${repositoryUrl(state, repository)}/statuses/${pull.headSha}`
  const end = (ref: string, sha: string) => ({
    label: `${repository.owner.login}:${ref}`,
    ref,
    sha,
    user: userShape(state, repository.owner),
    repo: repositoryShape(state, repository),
  })
  return {
    url,
    id: issue.id,
    node_id: nodeId('PR', issue.id),
    html_url: page,
    diff_url: `${page}.diff`,
    patch_url: `${page}.patch`,
    issue_url: issueUrl,
    number: issue.number,
    state: issue.state,
    locked: issue.isLocked,
    title: issue.title,
    user: userShape(state, issue.user),
    body: issue.body,
    created_at: time(issue.createdAt),
    updated_at: time(issue.updatedAt),
    closed_at: timeOrNull(issue.closedAt),
    merged_at: timeOrNull(pull.mergedAt),
    merge_commit_sha: pull.mergeSha,
    assignee: null,
    assignees: [],
    requested_reviewers: [],
    requested_teams: [],
    labels: issue.labels.map((label) => labelShape(state, repository, label)),
    milestone: null,
    draft: pull.isDraft,
    commits_url: `${url}/commits`,
    review_comments_url: `${url}/comments`,
    review_comment_url: `${repositoryUrl(state, repository)}/pulls/comments{/number}`,
    comments_url: `${issueUrl}/comments`,
    statuses_url: statuses,
    head: end(pull.headRef, pull.headSha),
    base: end(pull.baseRef, pull.baseSha),
    _links: {
      self: { href: url },
      html: { href: page },
      issue: { href: issueUrl },
      comments: { href: `${issueUrl}/comments` },
      review_comments: { href: `${url}/comments` },
      review_comment: { href: `${repositoryUrl(state, repository)}/pulls/comments{/number}` },
      commits: { href: `${url}/commits` },
      statuses: { href: statuses },
    },
    author_association: association(repository, issue.user),
    auto_merge: null,
    active_lock_reason: null,
  }
}

/** As `GET …/pulls/{number}` and the webhooks show it. */
export function pullShape(state: State, repository: Repository, issue: PullRequest): JsonObject {
  const files = pullFiles(repository, issue)
  const { pull } = issue
  return {
    ...simplePullShape(state, repository, issue),
    merged: pull.mergedAt !== null,
    mergeable: issue.state === 'open' ? true : null,
    rebaseable: issue.state === 'open' ? true : null,
    mergeable_state: issue.state === 'open' ? 'clean' : 'unknown',
    merged_by: pull.mergedBy === null ? null : userShape(state, pull.mergedBy),
    comments: issue.comments.length,
    review_comments: 0,
    maintainer_can_modify: false,
    commits: pullCommits(repository, issue).length,
    additions: files.reduce((sum, file) => sum + file.additions, 0),
    deletions: files.reduce((sum, file) => sum + file.deletions, 0),
    changed_files: files.length,
  }
}

export function reviewShape(state: State, repository: Repository, issue: PullRequest, review: Review): JsonObject {
  const url = `${repositoryUrl(state, repository)}/pulls/${issue.number}`
  const page = `${repositoryPage(state, repository)}/pull/${issue.number}#pullrequestreview-${review.id}`
  return {
    id: review.id,
    node_id: nodeId('PRR', review.id),
    user: userShape(state, review.user),
    body: review.body,
    state: review.state,
    html_url: page,
    pull_request_url: url,
    author_association: association(repository, review.user),
    _links: { html: { href: page }, pull_request: { href: url } },
    submitted_at: time(review.submittedAt),
    commit_id: review.commitSha,
  }
}
