import type { Routes } from '../http.ts'
import { notFound, numberIn, Refusal, repositoryOf, text } from '../http.ts'

export const protectionRuleRoutes: Routes = {
  'POST /repos/{owner}/{repo}/actions/runs/{run_id}/deployment_protection_rule': (context, call) => {
    const repository = repositoryOf(context, call, { name: 'deployments', level: 'write' })
    const runId = numberIn(call, 'run_id')
    const environment = text(call.body, 'environment_name')
    const waiting = repository.waitingDeployments.findLast((one) => one.runId === runId && one.environment === environment)
    if (waiting === undefined) throw notFound()
    if (waiting.answers.some(({ state }) => state !== null)) throw new Refusal(422, 'The deployment is not waiting for a review.')
    const state = text(call.body, 'state') as 'approved' | 'rejected' | null
    waiting.answers.push({ state, comment: text(call.body, 'comment') ?? '' })
    return { status: 204, body: null }
  },
}
