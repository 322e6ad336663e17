import type { Call, Context, Routes } from '../http.ts'
import { invalid, notFound, numberIn, repositoryOf, text } from '../http.ts'
import { labelNamed, openIssue, react, relabel, setIssueState } from '../issues.ts'
import { issueShape, labelShape } from '../shapes/issue.ts'
import type { Issue, Repository } from '../state.ts'

export const ISSUES_READ = { name: 'issues', level: 'read' } as const
export const ISSUES_WRITE = { name: 'issues', level: 'write' } as const

export function issueOf(repository: Repository, call: Call): Issue {
  const issue = repository.issues.get(numberIn(call, 'issue_number'))
  if (issue === undefined) throw notFound()
  return issue
}

function labelNames(value: unknown): string[] {
  const list = Array.isArray(value) ? (value as unknown[]) : []
  return list.flatMap((entry) => {
    if (typeof entry === 'string') return [entry]
    const name = (entry as { name?: unknown } | null)?.name
    return typeof name === 'string' ? [name] : []
  })
}

function answer({ state }: Context, repository: Repository, issue: Issue, status = 200) {
  return { status, body: issueShape(state, repository, issue) }
}

function filtered(repository: Repository, query: URLSearchParams): Issue[] {
  const state = query.get('state') ?? 'open'
  const labels = (query.get('labels') ?? '').split(',').filter((name) => name !== '')
  const since = new Date(query.get('since') ?? 0)
  const key = query.get('sort') === 'updated' ? 'updatedAt' : 'createdAt'
  const direction = query.get('direction') === 'asc' ? 1 : -1
  return [...repository.issues.values()]
    .filter((issue) => state === 'all' || issue.state === state)
    .filter((issue) => labels.every((name) => issue.labels.some((label) => label.name.toLowerCase() === name.toLowerCase())))
    .filter((issue) => issue.updatedAt >= since)
    .toSorted((a, b) => direction * (a[key].getTime() - b[key].getTime() || a.number - b.number))
}

export const issueRoutes: Routes = {
  'GET /repos/{owner}/{repo}/issues': (context, call) => {
    const repository = repositoryOf(context, call, ISSUES_READ)
    return { list: filtered(repository, call.query).map((issue) => issueShape(context.state, repository, issue)) }
  },
  'POST /repos/{owner}/{repo}/issues': (context, call) => {
    const repository = repositoryOf(context, call, ISSUES_WRITE)
    const title = text(call.body, 'title') ?? ''
    if (title.trim() === '') throw invalid('Issue', 'title', 'missing_field')
    const { bot } = context.state.app
    return answer(
      context,
      repository,
      openIssue(context, repository, { title, body: text(call.body, 'body'), labels: labelNames(call.body.labels), by: bot, byApp: true }),
      201,
    )
  },
  'GET /repos/{owner}/{repo}/issues/{issue_number}': (context, call) => {
    const repository = repositoryOf(context, call, ISSUES_READ)
    return answer(context, repository, issueOf(repository, call))
  },
  'PATCH /repos/{owner}/{repo}/issues/{issue_number}': (context, call) => {
    const { state, webhooks } = context
    const repository = repositoryOf(context, call, ISSUES_WRITE)
    const issue = issueOf(repository, call)
    const title = text(call.body, 'title')
    const body = text(call.body, 'body')
    if (title !== null || body !== null) {
      const changes = {
        ...(title !== null && title !== issue.title ? { title: { from: issue.title } } : {}),
        ...(body !== null && body !== issue.body ? { body: { from: issue.body ?? '' } } : {}),
      }
      issue.title = title ?? issue.title
      issue.body = body ?? issue.body
      issue.updatedAt = state.now()
      webhooks.emit('issues', repository, state.app.bot, { action: 'edited', issue: issueShape(state, repository, issue), changes })
    }
    if (call.body.labels !== undefined) relabel(context, repository, issue, labelNames(call.body.labels), state.app.bot)
    const wanted = text(call.body, 'state')
    if (wanted === 'open' || wanted === 'closed') {
      const reason = text(call.body, 'state_reason')
      setIssueState(context, repository, issue, {
        state: wanted,
        reason: reason === 'not_planned' ? reason : 'completed',
        by: state.app.bot,
        closer: null,
      })
    }
    return answer(context, repository, issue)
  },
  'GET /repos/{owner}/{repo}/labels': (context, call) => {
    const repository = repositoryOf(context, call, ISSUES_READ)
    return { list: [...repository.labels.values()].map((label) => labelShape(context.state, repository, label)) }
  },
  'POST /repos/{owner}/{repo}/labels': (context, call) => {
    const repository = repositoryOf(context, call, ISSUES_WRITE)
    const name = text(call.body, 'name') ?? ''
    if (name === '') throw invalid('Label', 'name', 'missing_field')
    if (repository.labels.has(name.toLowerCase())) throw invalid('Label', 'name', 'already_exists')
    const label = labelNamed(context.state, repository, name)
    label.color = text(call.body, 'color') ?? label.color
    label.description = text(call.body, 'description') ?? label.description
    return { status: 201, body: labelShape(context.state, repository, label) }
  },
  'POST /repos/{owner}/{repo}/issues/{issue_number}/reactions': (context, call) => {
    const repository = repositoryOf(context, call, ISSUES_WRITE)
    return react(context.state, issueOf(repository, call).reactions, text(call.body, 'content') ?? '')
  },
  'GET /repos/{owner}/{repo}/issues/{issue_number}/labels': (context, call) => {
    const repository = repositoryOf(context, call, ISSUES_READ)
    return { list: issueOf(repository, call).labels.map((label) => labelShape(context.state, repository, label)) }
  },
  'POST /repos/{owner}/{repo}/issues/{issue_number}/labels': (context, call) => {
    const repository = repositoryOf(context, call, ISSUES_WRITE)
    const issue = issueOf(repository, call)
    const added = labelNames(Array.isArray(call.body) ? call.body : call.body.labels)
    relabel(context, repository, issue, [...issue.labels.map((label) => label.name), ...added], context.state.app.bot)
    return { list: issue.labels.map((label) => labelShape(context.state, repository, label)), perPage: { default: 100, max: 100 } }
  },
  'DELETE /repos/{owner}/{repo}/issues/{issue_number}/labels/{name}': (context, call) => {
    const repository = repositoryOf(context, call, ISSUES_WRITE)
    const issue = issueOf(repository, call)
    const name = call.params.name?.toLowerCase()
    if (!issue.labels.some((label) => label.name.toLowerCase() === name)) throw notFound()
    const kept = issue.labels.filter((label) => label.name.toLowerCase() !== name)
    relabel(
      context,
      repository,
      issue,
      kept.map((label) => label.name),
      context.state.app.bot,
    )
    return { status: 200, body: kept.map((label) => labelShape(context.state, repository, label)) }
  },
}
