import { resolve } from '../git-graph.ts'
import type { Call, Context, Routes } from '../http.ts'
import { notFound, numberIn, Refusal, repositoryOf, text } from '../http.ts'
import { checkRunShape } from '../shapes/deployment.ts'
import type { CheckRun, JsonObject, Repository } from '../state.ts'

const READ = { name: 'checks', level: 'read' } as const
const WRITE = { name: 'checks', level: 'write' } as const

function checkOf(repository: Repository, call: Call): CheckRun {
  const id = numberIn(call, 'check_run_id')
  const check = repository.checkRuns.find((one) => one.id === id)
  if (check === undefined) throw notFound()
  return check
}

function dateIn(body: JsonObject, field: string): Date | null {
  const value = text(body, field)
  return value === null ? null : new Date(value)
}

/** Writes what the request names. Annotations add up over requests, fifty in each. */
function update({ state }: Context, check: CheckRun, body: JsonObject): void {
  const output = body.output as JsonObject | undefined
  check.name = text(body, 'name') ?? check.name
  check.externalId = text(body, 'external_id') ?? check.externalId
  check.detailsUrl = text(body, 'details_url') ?? check.detailsUrl
  check.status = text(body, 'status') ?? check.status
  const conclusion = text(body, 'conclusion')
  if (conclusion !== null) {
    check.conclusion = conclusion
    check.status = 'completed'
    check.completedAt = dateIn(body, 'completed_at') ?? state.now()
  }
  if (output !== undefined) {
    const annotations = [...check.output.annotations, ...((output.annotations as JsonObject[] | undefined) ?? [])]
    check.output = {
      title: text(output, 'title') ?? check.output.title,
      summary: text(output, 'summary'),
      text: text(output, 'text'),
      annotations,
    }
  }
}

export const checkRoutes: Routes = {
  'POST /repos/{owner}/{repo}/check-runs': (context, call) => {
    const repository = repositoryOf(context, call, WRITE)
    const { state } = context
    const headSha = text(call.body, 'head_sha') ?? ''
    if (resolve(repository.git, headSha)?.sha !== headSha) throw new Refusal(422, `No commit found for SHA: ${headSha}`)
    if (call.body.status === 'completed' && call.body.conclusion === undefined)
      throw new Refusal(422, 'Invalid request.\n\nMissing conclusion.')
    const check: CheckRun = {
      id: state.nextId(),
      suiteId: state.nextId(),
      name: '',
      headSha,
      status: 'queued',
      conclusion: null,
      externalId: '',
      detailsUrl: null,
      startedAt: dateIn(call.body, 'started_at') ?? state.now(),
      completedAt: null,
      output: { title: null, summary: null, text: null, annotations: [] },
    }
    update(context, check, call.body)
    repository.checkRuns.push(check)
    return { status: 201, body: checkRunShape(state, repository, check) }
  },
  'GET /repos/{owner}/{repo}/check-runs/{check_run_id}': (context, call) => {
    const repository = repositoryOf(context, call, READ)
    return { status: 200, body: checkRunShape(context.state, repository, checkOf(repository, call)) }
  },
  'PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}': (context, call) => {
    const repository = repositoryOf(context, call, WRITE)
    const check = checkOf(repository, call)
    update(context, check, call.body)
    return { status: 200, body: checkRunShape(context.state, repository, check) }
  },
  'GET /repos/{owner}/{repo}/commits/{ref}/check-runs': (context, call) => {
    const repository = repositoryOf(context, call, READ)
    const commit = resolve(repository.git, call.params.ref ?? '')
    const name = call.query.get('check_name')
    const list = repository.checkRuns.filter((check) => check.headSha === commit?.sha && (name === null || check.name === name))
    const wrap = (runs: unknown[]) => ({ total_count: list.length, check_runs: runs })
    return { list: list.map((check) => checkRunShape(context.state, repository, check)), wrap }
  },
}
