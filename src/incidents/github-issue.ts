import type { Issue } from '../domain/issue-event.ts'
import type { GitHubIssue } from '../github/github.ts'

/** An issue that was asked for, as a webhook would have shown it. */
export function asIssue(issue: GitHubIssue): Issue {
  return {
    number: issue.number,
    title: issue.title,
    body: issue.body,
    labels: issue.labels,
    author: issue.author,
    appId: issue.appId,
    isOpen: issue.state === 'open',
    isLocked: false,
    // Told by webhooks only: they matter for follow-ups, which nothing asks for.
    isDropped: false,
    assignees: [],
    openedAt: issue.createdAt,
    closedAt: issue.closedAt,
    updatedAt: issue.updatedAt,
    url: issue.url,
  }
}
