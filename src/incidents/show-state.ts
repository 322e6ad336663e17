// The incident's state as labels of its issue, so that lists and searches on GitHub know it. Only labels that the file
// names, or our defaults, are touched.
import type { Incident, IncidentStatus } from '../domain/incident.ts'
import type { Repository } from '../domain/repository.ts'
import type { Catalog, RepositorySettings } from '../domain/service.ts'
import type { Work } from '../work.ts'
import { unlessRefused } from './unless-refused.ts'

type StateLabels = NonNullable<RepositorySettings['incidents']['stateLabels']>

/** That it is an incident says the incident label already: what is triggered only needs no other. */
const STATE_LABELS: StateLabels = {
  acknowledged: 'incident: acknowledged',
  mitigated: 'incident: mitigated',
  resolved: 'incident: resolved',
}
const SEVERITY_LABEL = 'sev-{n}'

const COLOURS: Record<IncidentStatus, string> = {
  reported: 'ededed',
  triggered: 'd73a4a',
  acknowledged: 'fbca04',
  mitigated: '1d76db',
  resolved: '0e8a16',
}
const SEVERITY_COLOURS = ['7f0000', 'b60205', 'd93f0b', 'fbca04', 'fef2c0']
const MOST_SEVERITIES = 10

/** Makes requests only when a label is missing or out of date. Without the permission, or on a locked issue, it is left. */
export async function showState(work: Work, incident: Incident, repository: Repository, catalog: Catalog): Promise<void> {
  const ours = labelsOf(catalog.settings.incidents)
  const wanted = wantedLabels(incident, catalog.settings.incidents)
  const present = new Set(incident.labels.map((label) => label.toLowerCase()))
  const missing = wanted.filter((label) => !present.has(label.toLowerCase()))
  const keep = new Set(wanted.map((label) => label.toLowerCase()))
  const surplus = incident.labels.filter((label) => ours.has(label.toLowerCase()) && !keep.has(label.toLowerCase()))
  if (missing.length + surplus.length === 0) return
  const isDone = await unlessRefused(work, `the labels of #${incident.issueNumber} were left`, async () => {
    for (const label of missing)
      await work.github.ensureLabel(repository, { name: label, color: ours.get(label.toLowerCase()) ?? COLOURS.reported })
    if (missing.length > 0) await work.github.addLabels(repository, incident.issueNumber, missing)
    for (const label of surplus) await work.github.removeLabel(repository, incident.issueNumber, label)
  })
  if (!isDone) return
  // Known before their webhooks come, so that the next answer asks for nothing.
  await work.tenant.incidents.setLabels(incident.id, [...incident.labels.filter((label) => !surplus.includes(label)), ...missing])
}

function wantedLabels({ status, severity, retractedAt }: Incident, settings: RepositorySettings['incidents']): string[] {
  // What is merely reported shows nothing; what is no longer tracked shows no state.
  if (retractedAt || status === 'reported') return []
  const state = (settings.stateLabels ?? STATE_LABELS)[status]
  const pattern = settings.severityLabel === undefined ? SEVERITY_LABEL : settings.severityLabel
  return [
    ...(state === undefined ? [] : [state]),
    ...(severity === null || pattern === null ? [] : [pattern.replace('{n}', String(severity))]),
  ]
}

/** Every label that is ours to give and take, in lower case, with its colour. */
function labelsOf(settings: RepositorySettings['incidents']): Map<string, string> {
  const states = Object.entries(settings.stateLabels ?? STATE_LABELS) as [IncidentStatus, string][]
  const pattern = settings.severityLabel === undefined ? SEVERITY_LABEL : settings.severityLabel
  const levels = pattern === null ? [] : Array.from({ length: MOST_SEVERITIES }, (_, level) => level)
  return new Map([
    ...states.map(([status, label]): [string, string] => [label.toLowerCase(), COLOURS[status]]),
    ...levels.map((level): [string, string] => [
      (pattern ?? '').replace('{n}', String(level)).toLowerCase(),
      SEVERITY_COLOURS[Math.min(level, SEVERITY_COLOURS.length - 1)] ?? COLOURS.reported,
    ]),
  ])
}
