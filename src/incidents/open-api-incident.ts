// Somebody's monitoring reports an incident: its issue is opened once, then followed like any other.
import { createHash } from 'node:crypto'
import type { ApiIncident } from '../domain/api.ts'
import type { Catalog } from '../domain/service.ts'
import type { TimelineEntry } from '../domain/timeline.ts'
import type { Work } from '../work.ts'
import { fenced, link, plain } from '../render/escape.ts'
import { answerIncident } from './answer-incident.ts'
import { seeRepository } from '../changes/see-repository.ts'
import { asIssue } from './github-issue.ts'
import { recordIncident } from './record-incident.ts'
import { refreshRelated } from './refresh-answers.ts'
import { reportKeyOf, reportMarker } from './report-key.ts'
import { settleState } from './settle-state.ts'

/** How far back an issue that an interrupted try had already opened is looked for. */
const LOOK_BACK_MS = 60 * 60_000

/** Idempotent: the same `externalId` leads to the same issue. At most three requests to GitHub. */
export async function openApiIncident(work: Work, call: ApiIncident): Promise<void> {
  const repository = await work.tenant.repositories.byId(call.repository.id)
  if (!repository) throw new Error(`${call.repository.owner}/${call.repository.name} is not known to this installation`)
  const reportKey = createHash('sha256').update(`${call.repository.id}\n${call.externalId}`).digest('hex').slice(0, 32)
  const existing = await work.tenant.incidents.byReportKey(repository.id, reportKey)
  if (existing) return answerIncident(work, existing.id)

  const catalog = await seeRepository(work, repository)
  const labels = catalog.settings.incidents.labels.slice(0, 1)
  const found = (await work.github.recentIssues(repository, new Date(call.receivedAt.getTime() - LOOK_BACK_MS))).find(
    (issue) => reportKeyOf(issue.body, issue.appId, work.github.appId()) === reportKey,
  )
  const issue = found ?? (await work.github.createIssue(repository, { title: titleOf(call), body: bodyOf(call, reportKey), labels }))
  const id = await recordIncident(work, {
    repositoryId: repository.id,
    issue: asIssue(issue),
    catalog,
    known: null,
    isTrusted: true,
    statedStart: call.detectedAt,
  })
  await keepStated(work, id, call, catalog)
  await settleState(work, id, catalog)
  await answerIncident(work, id)
  await refreshRelated(work, id)
}

/** What the caller said outright wins over what the text says, until somebody says otherwise. */
async function keepStated(work: Work, id: number, call: ApiIncident, catalog: Catalog): Promise<void> {
  const byName = new Map(catalog.services.map(({ name }) => [name.toLowerCase(), name]))
  const services = [...new Set(call.services.flatMap((name) => byName.get(name.toLowerCase()) ?? []))]
  const told = { at: call.receivedAt, saidAt: call.receivedAt, by: null, text: '', url: call.url }
  const facts: TimelineEntry[] = []
  if (services.length > 0) facts.push({ ...told, key: 'api services', fact: { kind: 'services', only: services, add: [], remove: [] } })
  if (call.severity !== null) facts.push({ ...told, key: 'api severity', fact: { kind: 'severity', severity: call.severity } })
  await work.tenant.timeline.add(id, facts)
}

/** GitHub allows 256 characters. */
const MAX_TITLE = 250
/** Leaves room for the source and the marker below GitHub's 65,536. */
const MAX_BODY = 62_000

function titleOf(call: ApiIncident): string {
  return plain(call.title, MAX_TITLE) || 'Incident'
}

/** Whoever can make an alert fire writes these words: in a fence they mention nobody, link to no issue and hide nothing. */
function bodyOf(call: ApiIncident, reportKey: string): string {
  const source = call.url === null ? '' : link('Source', call.url)
  return `${[fenced(call.body, MAX_BODY), source, reportMarker(reportKey)].filter((part) => part !== '').join('\n\n')}\n`
}
