// The verbs about issues and comments over HTTP.
import { z } from 'zod'
import { closersAnswer, closersOf, restComment, restIssue } from './answers.ts'
import type { GitHub, GitHubIssue } from './github.ts'
import type { Calls } from './octokit-calls.ts'
import { named } from './octokit-changes.ts'
import { CLOSERS_QUERY } from './queries.ts'
import { wholeSeconds } from './octokit-checks.ts'

type IssueVerbs = Pick<
  GitHub,
  | 'issue'
  | 'createIssue'
  | 'recentIssues'
  | 'addLabels'
  | 'ensureLabel'
  | 'removeLabel'
  | 'createComment'
  | 'updateComment'
  | 'deleteComment'
  | 'listComments'
  | 'addReaction'
  | 'addIssueReaction'
  | 'closers'
>

/** 100 comments each: an issue with more since an intent is not one that people read. */
const MAX_COMMENT_PAGES = 50

const anything = z.unknown()

export const issueVerbs = (calls: Calls): IssueVerbs => ({
  async issue(repo, number): Promise<GitHubIssue | null> {
    const route = 'GET /repos/{owner}/{repo}/issues/{issue_number}'
    const issue = await calls.read(restIssue, route, { ...named(repo), issue_number: number })
    // A transferred issue is answered by a redirect to the repository it now belongs to.
    return issue?.number === number ? issue : null
  },

  async createIssue(repo, issue) {
    return calls.write(restIssue, 'POST /repos/{owner}/{repo}/issues', { ...named(repo), ...issue })
  },

  async recentIssues(repo, since) {
    const route = 'GET /repos/{owner}/{repo}/issues'
    const parameters = { ...named(repo), since: wholeSeconds(since), state: 'all', sort: 'created', direction: 'desc', per_page: 100 }
    const issues =
      (await calls.read(z.array(z.intersection(restIssue, z.object({ pull_request: anything.optional() }))), route, parameters)) ?? []
    return issues.filter(({ pull_request }) => pull_request === undefined).map(({ pull_request: _, ...issue }) => issue)
  },

  async addLabels(repo, number, labels) {
    await calls.write(anything, 'POST /repos/{owner}/{repo}/issues/{issue_number}/labels', { ...named(repo), issue_number: number, labels })
  },

  async ensureLabel(repo, label) {
    // 422: there is one already.
    await calls.read(anything, 'POST /repos/{owner}/{repo}/labels', { ...named(repo), ...label }, [422])
  },

  async removeLabel(repo, number, label) {
    const route = 'DELETE /repos/{owner}/{repo}/issues/{issue_number}/labels/{name}'
    await calls.read(anything, route, { ...named(repo), issue_number: number, name: label })
  },

  async createComment(repo, issueNumber, body) {
    const route = 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments'
    return calls.write(restComment, route, { ...named(repo), issue_number: issueNumber, body })
  },

  async updateComment(repo, commentId, body) {
    const route = 'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}'
    return (await calls.read(restComment, route, { ...named(repo), comment_id: commentId, body })) !== null
  },

  async deleteComment(repo, commentId) {
    await calls.read(anything, 'DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}', { ...named(repo), comment_id: commentId })
  },

  async listComments(repo, issueNumber, since) {
    const route = 'GET /repos/{owner}/{repo}/issues/{issue_number}/comments'
    const parameters = { ...named(repo), issue_number: issueNumber, per_page: 100, ...(since ? { since: wholeSeconds(since) } : {}) }
    const read = await calls.pages(z.array(restComment), route, parameters, { maxPages: MAX_COMMENT_PAGES })
    return (read?.pages ?? []).flat()
  },

  async addReaction(repo, commentId, reaction) {
    const route = 'POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions'
    await calls.write(anything, route, { ...named(repo), comment_id: commentId, content: reaction })
  },

  async addIssueReaction(repo, number, reaction) {
    const route = 'POST /repos/{owner}/{repo}/issues/{issue_number}/reactions'
    await calls.write(anything, route, { ...named(repo), issue_number: number, content: reaction })
  },

  async closers(repo, issueNumber) {
    const answer = await calls.graphql(closersAnswer, CLOSERS_QUERY, { owner: repo.owner, name: repo.name, number: issueNumber })
    return closersOf(answer.repository?.issue ?? null)
  },
})
