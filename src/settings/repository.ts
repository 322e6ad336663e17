// The text of a `.github/causeway.yml` becomes what the domain calls settings and services. It reads nothing by itself.
import type { GatePolicy } from '../domain/gate.ts'
import type { CatalogProblem, RepositorySettings, Service } from '../domain/service.ts'
import { durationMs, repositoryFileSchema } from './repository-file.ts'
import type { GateStated, RepositoryFile, ServiceEntry, SourceStated } from './repository-file.ts'
import { problemsOf } from './schema-problems.ts'
import { readYaml } from './yaml-document.ts'

export type DeclaredService = Omit<Service, 'repositoryId'>

/** What a file states, before defaults: an organisation's file fills in what a repository's own one leaves out. */
export type StatedSettings = Pick<RepositoryFile, 'deployments' | 'incidents' | 'postmortems' | 'pull_requests' | 'share_with'>

type PostmortemsStated = NonNullable<StatedSettings['postmortems']>

export type ReadRepositoryFile =
  | { isValid: true; stated: StatedSettings; services: DeclaredService[] | null }
  | { isValid: false; problems: [CatalogProblem, ...CatalogProblem[]] }

/** Never throws. `services` is null when the file does not speak of them. `path` is named in the problems. */
export const readRepositoryFile = (text: string, path: string): ReadRepositoryFile => {
  const { documents, problems } = readYaml(text, path)
  const [problem, ...others] = problems
  if (problem) return { isValid: false, problems: [problem, ...others] }
  const [document, second] = documents
  if (second) return failed(path, second.placeOf([]), 'The file holds more than one YAML document: keep one, without a `---` line in it.')
  if (!document || document.value === null)
    return failed(path, { line: 1, column: 1 }, 'The file is empty: write `version: 1`, or delete the file.')
  const parsed = repositoryFileSchema.safeParse(document.value)
  if (!parsed.success) {
    const [first, ...rest] = problemsOf(repositoryFileSchema, parsed.error.issues, document, path)
    return first
      ? { isValid: false, problems: [first, ...rest] }
      : failed(path, { line: 1, column: 1 }, 'The file does not fit its schema.')
  }
  const { services, version: _, ...stated } = parsed.data
  return { isValid: true, stated, services: services ? Object.entries(services).map(([name, entry]) => declared(name, entry)) : null }
}

const failed = (path: string, place: { line: number; column: number }, message: string): ReadRepositoryFile => ({
  isValid: false,
  problems: [{ path, ...place, message, severity: 'error' }],
})

const declared = (name: string, entry: ServiceEntry | null): DeclaredService => ({
  name,
  paths: entry?.paths ?? [],
  environments: Object.entries(entry?.environments ?? {}).map(([own, patterns]) => ({ name: own, patterns })),
  owners: entry?.owners ?? [],
  dependsOn: entry?.depends_on ?? [],
  runbooks: entry?.runbooks ?? [],
})

/** The settings in force: the repository's own word, else its organisation's, else the default. `share_with` is never inherited. */
export const settingsOf = (own: StatedSettings = {}, organisation: StatedSettings = {}): RepositorySettings => {
  const deployments = { ...organisation.deployments, ...own.deployments }
  const incidents = { ...organisation.incidents, ...own.incidents }
  const postmortems = { ...organisation.postmortems, ...own.postmortems }
  const pullRequests = { ...organisation.pull_requests, ...own.pull_requests }
  return {
    deployments: {
      from: sourceOf(deployments.from),
      mapping: deployments.mapping ?? [],
      branches: deployments.branches ?? [],
      ...(deployments.watch === undefined ? {} : { watchMs: durationMs(deployments.watch) }),
    },
    incidents: {
      labels: incidents.labels ?? ['incident'],
      lookbackMs: durationMs(incidents.lookback ?? '14d'),
      severities: incidents.severities ?? [1, 2, 3, 4],
      bots: incidents.bots ?? [],
      ...(incidents.state_labels === undefined ? {} : { stateLabels: incidents.state_labels || {} }),
      ...(incidents.severity_label === undefined ? {} : { severityLabel: incidents.severity_label || null }),
      ...(incidents.rollback === undefined ? {} : { rollback: incidents.rollback }),
    },
    ...(organisation.postmortems || own.postmortems ? { postmortems: postmortemSettings(postmortems) } : {}),
    pullRequests: {
      riskCheck: pullRequests.risk_check ?? true,
      comments: pullRequests.comments ?? 'confirmed',
      ...(pullRequests.fail_above === undefined ? {} : { failAbove: pullRequests.fail_above }),
    },
    ...(deployments.gate === undefined ? {} : { gate: policyOf(deployments.gate) }),
    shareWith: own.share_with ?? [],
  }
}

const postmortemSettings = ({ on_resolve: onResolve, template, labels, as, folder, follow_ups: followUps }: PostmortemsStated) => ({
  ...(onResolve === undefined ? {} : { onResolve }),
  ...(template === undefined ? {} : { template }),
  ...(labels === undefined ? {} : { labels }),
  ...(as === undefined ? {} : { as }),
  ...(folder === undefined ? {} : { folder: folder.replace(/\/+$/, '') }),
  ...(followUps === undefined
    ? {}
    : {
        followUps: followUps && {
          ...(followUps.due === undefined ? {} : { dueMs: durationMs(followUps.due) }),
          ...(followUps.label === undefined ? {} : { label: followUps.label }),
        },
      }),
})

const policyOf = (stated: GateStated): GatePolicy => ({
  environments: stated.environments,
  severities: stated.severities ?? [1, 2],
  maxRisk: stated.max_risk ?? null,
  quietHours: (stated.quiet_hours ?? []).map((hours) => ({ ...hours, days: hours.days ?? [], timezone: hours.timezone ?? 'UTC' })),
  action: stated.action ?? 'hold',
  longestHoldMs: durationMs(stated.longest_hold ?? '4h'),
  fixLabels: stated.fix_labels ?? ['hotfix'],
})

const sourceOf = (from: SourceStated | undefined): RepositorySettings['deployments']['from'] =>
  typeof from === 'object' ? { kind: 'workflow_run', workflow: from.workflow_run.workflow } : { kind: from ?? 'deployments' }
