import type { Call, Context, Routes } from '../http.ts'
import { invalid, notFound, numberIn, Refusal, repositoryOf, text } from '../http.ts'
import { addComment, commentById, editComment, react, removeComment } from '../issues.ts'
import { commentShape, reactionShape } from '../shapes/issue.ts'
import type { Comment, Issue, Repository } from '../state.ts'
import { ISSUES_READ, ISSUES_WRITE, issueOf } from './issues.ts'

const PULLS_WRITE = { name: 'pull_requests', level: 'write' } as const
/** GitHub refuses longer bodies. */
const MAX_BODY_CHARACTERS = 65_536

function commentOf(repository: Repository, call: Call): { issue: Issue; comment: Comment } {
  const found = commentById(repository, numberIn(call, 'comment_id'))
  if (found === null) throw notFound()
  return found
}

function bodyOf(call: Call): string {
  const body = text(call.body, 'body')
  if (body === null || body.trim() === '') throw invalid('IssueComment', 'body', 'missing_field')
  if (body.length > MAX_BODY_CHARACTERS) {
    throw new Refusal(422, 'Validation Failed', [
      { resource: 'IssueComment', code: 'unprocessable', field: 'data', message: 'Body is too long (maximum is 65536 characters)' },
    ])
  }
  return body
}

function since(call: Call, comments: Comment[]): Comment[] {
  const from = new Date(call.query.get('since') ?? 0)
  return comments.filter((comment) => comment.updatedAt >= from)
}

/** An App may edit any comment of a repository where it may write issues; GitHub allows the same. */
function writable(context: Context, call: Call) {
  const repository = repositoryOf(context, call, ISSUES_WRITE)
  return { repository, ...commentOf(repository, call) }
}

export const commentRoutes: Routes = {
  'GET /repos/{owner}/{repo}/issues/{issue_number}/comments': (context, call) => {
    const repository = repositoryOf(context, call, ISSUES_READ)
    const issue = issueOf(repository, call)
    return { list: since(call, issue.comments).map((comment) => commentShape(context.state, repository, issue, comment)) }
  },
  'GET /repos/{owner}/{repo}/issues/comments': (context, call) => {
    const repository = repositoryOf(context, call, ISSUES_READ)
    const all = [...repository.issues.values()].flatMap((issue) => since(call, issue.comments).map((comment) => ({ issue, comment })))
    const key = call.query.get('sort') === 'updated' ? 'updatedAt' : 'createdAt'
    const direction = call.query.get('direction') === 'desc' ? -1 : 1
    all.sort((a, b) => direction * (a.comment[key].getTime() - b.comment[key].getTime() || a.comment.id - b.comment.id))
    return { list: all.map(({ issue, comment }) => commentShape(context.state, repository, issue, comment)) }
  },
  'POST /repos/{owner}/{repo}/issues/{issue_number}/comments': (context, call) => {
    const repository = repositoryOf(context, call, ISSUES_WRITE)
    const issue = issueOf(repository, call)
    // On a pull request both are needed, whatever the documentation says (github/rest-api-description#6994).
    if (issue.pull !== null) repositoryOf(context, call, PULLS_WRITE)
    if (issue.isLocked) throw new Refusal(403, 'Unable to create comment because issue is locked.')
    const comment = addComment(context, repository, issue, { body: bodyOf(call), by: context.state.app.bot, byApp: true })
    return { status: 201, body: commentShape(context.state, repository, issue, comment) }
  },
  'GET /repos/{owner}/{repo}/issues/comments/{comment_id}': (context, call) => {
    const repository = repositoryOf(context, call, ISSUES_READ)
    const { issue, comment } = commentOf(repository, call)
    return { status: 200, body: commentShape(context.state, repository, issue, comment) }
  },
  'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}': (context, call) => {
    const { repository, issue, comment } = writable(context, call)
    editComment(context, repository, issue, comment, bodyOf(call), context.state.app.bot)
    return { status: 200, body: commentShape(context.state, repository, issue, comment) }
  },
  'DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}': (context, call) => {
    const { repository, issue, comment } = writable(context, call)
    removeComment(context, repository, issue, comment, context.state.app.bot)
    return { status: 204, body: null }
  },
  'GET /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions': (context, call) => {
    const repository = repositoryOf(context, call, ISSUES_READ)
    const { comment } = commentOf(repository, call)
    return { list: comment.reactions.map((reaction) => reactionShape(context.state, reaction)) }
  },
  'POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions': (context, call) => {
    const { comment } = writable(context, call)
    return react(context.state, comment.reactions, text(call.body, 'content') ?? '')
  },
}
