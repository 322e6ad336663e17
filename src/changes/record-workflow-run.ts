import { nameGlob } from '../catalog/glob.ts'
import type { WorkflowRunEvent } from '../domain/event.ts'
import type { Catalog } from '../domain/service.ts'
import type { Touched, Work } from '../work.ts'
import { recordReport } from './record-deployment.ts'
import { seeRepository } from './see-repository.ts'

/** Runs for what is not merged yet deploy nothing, even when the workflow has the right name. */
const UNMERGED = new Set(['pull_request', 'pull_request_target', 'pull_request_review', 'merge_group'])

/** A run of the named workflow is a deployment where the file says `deployments: { from: { workflow_run: … } }`. */
export async function recordWorkflowRun(work: Work, event: WorkflowRunEvent): Promise<Touched> {
  const { repository } = event
  const catalog = await seeRepository(work, repository)
  const { from, mapping } = catalog.settings.deployments
  if (from.kind !== 'workflow_run' || UNMERGED.has(event.trigger)) return []
  const isNamed = isWorkflow(from.workflow, event)
  const rule = mapping.find((one) => one.workflow !== undefined && namesOf(event).some((name) => nameGlob(one.workflow ?? '')(name)))
  if (!isNamed && !rule) return []
  const environment = environmentOf(rule)
  return recordReport(work, catalog, {
    repository,
    facts: {
      source: 'workflow_run',
      externalId: `${event.id}/${event.attempt}`,
      environment,
      task: null,
      workflow: namesOf(event).find((name) => nameGlob(rule?.workflow ?? '')(name)) ?? event.name,
      statedService: null,
      sha: event.headSha,
      ref: event.headBranch ?? event.headSha,
      creator: event.actor,
      createdAt: event.startedAt,
      url: event.url,
      isTransient: false,
      isProduction: /^prod/i.test(environment),
    },
    change: { state: event.isSuccess ? 'success' : 'failure', at: event.completedAt, url: event.url },
  })
}

const namesOf = (event: WorkflowRunEvent): string[] =>
  [event.path?.split('/').at(-1), event.path, event.name].filter((name) => name !== undefined && name !== null && name !== '') as string[]

const isWorkflow = (wanted: string, event: WorkflowRunEvent): boolean =>
  namesOf(event).some((name) => name.toLowerCase() === wanted.toLowerCase())

/** A run names no environment; a rule that gives one outright does. */
function environmentOf(rule: Catalog['settings']['deployments']['mapping'][number] | undefined): string {
  return rule?.environment !== undefined && !/[*?{[]/.test(rule.environment) ? rule.environment : 'production'
}
