import { type Command, Option } from 'commander'
import type { IncidentMetric, IncidentMetrics } from '../domain/incident-metrics.ts'
import type { Incident } from '../domain/incident.ts'
import { parseSpan } from './arguments.ts'
import { listIncidents, type ListOptions } from './list-incidents.ts'
import { failWith } from './report-error.ts'
import { plain } from './terminal.ts'
import { withStore } from './with-store.ts'

export function registerIncident(program: Command): void {
  const incident = program.command('incident').description('What is recorded of incidents.')
  incident
    .command('list')
    .description('List incidents, the newest first: how they stand, how long they took, and what caused them.')
    .addOption(
      new Option('--since <span>', 'how far back; open ones are always listed').argParser(parseSpan).default(30 * 86_400_000, '30d'),
    )
    .option('--open', 'only those that are not over')
    .option('--repository <owner/repo>', 'one repository only; without it all that the database knows')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      '\nTimes are UTC. The database is the one that CAUSEWAY_DATABASE_URL names.\n\nExamples:\n  $ causeway incident list --open\n  $ causeway incident list --since 90d --repository acme/shop --json | jq ".incidents[].title"',
    )
    .action((options: ListOptions) => withStore((store) => listIncidents(store, options)))
  incident
    .command('show <owner/repo#number>')
    .description('Show an incident and its timeline, from the database that the App writes.')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      '\nTimes are UTC. The database is the one that CAUSEWAY_DATABASE_URL names.\n\nExamples:\n  $ causeway incident show acme/shop#431\n  $ causeway incident show acme/shop#431 --json | jq .timeline',
    )
    .action((name: string, options: { json?: boolean }) => show(name, options).catch(failWith))
}

async function show(name: string, options: { json?: boolean }): Promise<void> {
  const named = /^([^/#\s]+)\/([^/#\s]+)#(\d{1,9})$/.exec(name)
  if (!named) throw new Error(`"${plain(name, 100)}" names no issue: write it as owner/repo#number, such as acme/shop#431.`)
  const [, owner = '', repository = '', number = ''] = named
  await withStore(async (store) => {
    const place = await store.installations.byRepositoryName(owner, repository)
    if (!place) throw new Error(`Nothing is recorded of ${owner}/${repository}: is the App installed there, and is this its database?`)
    const tenant = store.tenant(place.installationId)
    const incident = await tenant.incidents.byIssue(place.repositoryId, Number(number))
    if (!incident)
      throw new Error(`${owner}/${repository}#${number} is no incident: it has no incident label, or it was never seen by the App.`)
    const { readTimeline } = await import('../incidents/read-timeline.ts')
    const timeline = await readTimeline(tenant, incident)
    const { incidentMetrics } = await import('../reports/incident-metrics.ts')
    const metrics = await incidentMetrics(tenant, incident)
    const { incidentJson, metricsJson, timelineJson } = await import('../render/incident-json.ts')
    if (options.json)
      console.log(JSON.stringify({ ...incidentJson(incident), metrics: metricsJson(metrics), timeline: timelineJson(timeline) }))
    else {
      const { timelineLine } = await import('../render/timeline-words.ts')
      const lines = timeline.map((entry) => ({ at: entry.at, line: timelineLine(entry) }))
      process.stdout.write(shown(`${owner}/${repository}#${number}`, incident, lines, await spans(metrics)))
    }
  })
}

/** "To mitigate  12 minutes (median 20 minutes, of 7)". */
async function spans(metrics: IncidentMetrics): Promise<[string, string][]> {
  const { duration } = await import('../render/words.ts')
  const named: [string, IncidentMetric][] = [
    ['To detect', metrics.detect],
    ['To ack', metrics.acknowledge],
    ['To mitigate', metrics.mitigate],
    ['To resolve', metrics.resolve],
  ]
  return named.flatMap(([name, { ms, median }]): [string, string][] => {
    const usual = median.medianMs === null ? 'no earlier one' : `median ${duration(median.medianMs)}, of ${median.cases}`
    return ms === null ? [] : [[name, `${duration(ms)} (${usual})`]]
  })
}

function shown(name: string, incident: Incident, timeline: { at: Date; line: string }[], took: [string, string][]): string {
  const facts: [string, string][] = [
    ['Status', incident.retractedAt ? `${incident.status}, no longer tracked` : incident.status],
    ['Severity', incident.severity === null ? 'not said' : String(incident.severity)],
    ['Lead', incident.lead ?? 'nobody yet'],
    ['Services', incident.services.join(', ')],
    ['Began', stamp(incident.detectedAt)],
    ...times(incident),
    ...took,
  ]
  const lines = [
    `${name}  ${plain(incident.title, 100)}`,
    ...facts.map(([label, value]) => `  ${label.padEnd(13)}${plain(value, 200)}`),
    '',
    ...timeline.map(({ at, line }) => `${stamp(at)}  ${plain(line, 160)}`),
  ]
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`
}

function times(incident: Incident): [string, string][] {
  const known: [string, Date | null][] = [
    ['Acknowledged', incident.acknowledgedAt],
    ['Mitigated', incident.mitigatedAt],
    ['Resolved', incident.resolvedAt],
  ]
  return known.flatMap(([label, at]): [string, string][] => (at === null ? [] : [[label, stamp(at)]]))
}

function stamp(at: Date): string {
  return `${at.toISOString().slice(0, 16).replace('T', ' ')}Z`
}
