// The verbs about checks and deployment protection rules over HTTP.
import { z } from 'zod'
import { id } from './answers.ts'
import type { CheckRun, GitHub } from './github.ts'
import type { Calls } from './octokit-calls.ts'
import { named } from './octokit-changes.ts'

type CheckVerbs = Pick<GitHub, 'createCheckRun' | 'updateCheckRun' | 'checkRuns' | 'answerProtectionRule'>

/** GitHub's limits for one request about a check run. */
const MAX_ANNOTATIONS = 50
const MAX_SUMMARY = 65_535

const anything = z.unknown()
const checkRunsAnswer = z.object({ check_runs: z.array(z.object({ id, external_id: z.string().nullish() })) })

export const checkVerbs = (calls: Calls, appId: number, now: () => Date): CheckVerbs => ({
  async createCheckRun(repo, check) {
    const route = 'POST /repos/{owner}/{repo}/check-runs'
    const body = { ...named(repo), head_sha: check.headSha, ...checkRunBody(check, now()) }
    return (await calls.write(z.object({ id }), route, body)).id
  },

  async updateCheckRun(repo, checkRunId, check) {
    const route = 'PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}'
    return (await calls.read(anything, route, { ...named(repo), check_run_id: checkRunId, ...checkRunBody(check, now()) })) !== null
  },

  async checkRuns(repo, headSha, name) {
    const route = 'GET /repos/{owner}/{repo}/commits/{ref}/check-runs'
    const parameters = { ...named(repo), ref: headSha, check_name: name, app_id: appId, filter: 'all', per_page: 100 }
    const answer = await calls.read(checkRunsAnswer, route, parameters)
    return (answer?.check_runs ?? []).map((run) => ({ id: run.id, externalId: run.external_id ?? '' }))
  },

  async answerProtectionRule(repo, { runId, environment, state, comment }) {
    const route = 'POST /repos/{owner}/{repo}/actions/runs/{run_id}/deployment_protection_rule'
    const body = { environment_name: environment, comment: comment.slice(0, MAX_GATE_COMMENT), ...(state === null ? {} : { state }) }
    // 422: somebody (an administrator, or we before a crash) has answered already.
    return (await calls.read(anything, route, { ...named(repo), run_id: runId, ...body }, [422])) !== null
  },
})

const MAX_GATE_COMMENT = 1000

/** GitHub's times have no fraction of a second. */
export const wholeSeconds = (date: Date): string => `${date.toISOString().slice(0, 19)}Z`

const checkRunBody = (check: CheckRun, completedAt: Date): Record<string, unknown> => ({
  name: check.name,
  ...(check.externalId === undefined ? {} : { external_id: check.externalId }),
  status: 'completed',
  conclusion: check.conclusion,
  completed_at: wholeSeconds(completedAt),
  output: {
    title: check.title.slice(0, 255),
    summary: check.summary.slice(0, MAX_SUMMARY),
    ...(check.annotations.length === 0 ? {} : { annotations: check.annotations.slice(0, MAX_ANNOTATIONS).map(annotationBody) }),
  },
})

const annotationBody = ({ path, startLine, endLine, level, message }: CheckRun['annotations'][number]): Record<string, unknown> => ({
  path,
  start_line: startLine,
  end_line: endLine,
  annotation_level: level,
  message: message.slice(0, MAX_SUMMARY),
})
