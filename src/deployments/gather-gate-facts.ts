// What the gate needs to know of a waiting deployment. Nothing of it is written down.
import type { Change } from '../domain/change.ts'
import type { GateFacts, GatePolicy, GateRequest } from '../domain/gate.ts'
import type { Incident } from '../domain/incident.ts'
import type { Repository } from '../domain/repository.ts'
import type { Catalog, ServiceRef } from '../domain/service.ts'
import { confirmedCauses, verdictsOf } from '../domain/verdicts.ts'
import { neighbourhoodOf } from '../catalog/neighbourhood.ts'
import { changesOfRange } from '../changes/carried-changes.ts'
import { rangeReader } from '../changes/commit-range.ts'
import { resolveServices, type ResolvedService } from '../changes/resolve-services.ts'
import { combinedRisk } from '../risk/combined-risk.ts'
import type { Work } from '../work.ts'
import { assessStoredChange } from './assess-stored-change.ts'

const MOST_OPEN = 200
const MOST_ASSESSED = 100

export async function gatherGateFacts(
  work: Work,
  repository: Repository,
  catalog: Catalog,
  policy: GatePolicy,
  request: GateRequest,
): Promise<GateFacts> {
  const resolution = resolveServices({ environment: request.environment, task: null, workflow: null, statedService: null }, catalog)
  const resolved = resolution.kind === 'found' ? resolution.services : resolution.candidates
  const { isRollback, carried } = await carriedBy(work, repository, request, resolved)
  const open = await incidentsNear(work, repository, catalog, resolved)
  const undoing = await Promise.all(open.map(({ incident }) => changesUndoing(work, incident)))
  const assessed =
    policy.maxRisk === null || carried === null
      ? null
      : await Promise.all(carried.slice(0, MOST_ASSESSED).map((change) => assessStoredChange(work, change)))
  return {
    services: resolved.map((one) => one.service),
    isRollback,
    incidents: open.map(({ incident, name }, at) => ({
      name,
      url: incident.url,
      severity: incident.severity,
      services: incident.services,
      isFixedByIt: (carried ?? []).some((change) => undoing[at]?.has(change.id) === true || isFixOf(change, incident, policy)),
    })),
    risk: assessed && combinedRisk(assessed.map(({ probability }, index) => ({ id: String(index), probability }))).probability,
    heldMs: work.now().getTime() - request.requestedAt.getTime(),
  }
}

/** Null: not known. Of several services that could be meant, what the one that is furthest behind would get. */
async function carriedBy(
  work: Work,
  repository: Repository,
  request: GateRequest,
  services: ResolvedService[],
): Promise<{ isRollback: boolean; carried: Change[] | null }> {
  const { deployments } = work.tenant
  const readRange = rangeReader(work, repository)
  const found = new Map<number, Change>()
  let isKnown = false
  const goBack: boolean[] = []
  for (const { service, environment } of services) {
    const live = await deployments.liveBefore(repository.id, service, environment, work.now(), 0)
    if (!live) continue
    const range = await readRange(live.sha, request.sha)
    if (!range) continue
    isKnown = true
    goBack.push(range.added.length === 0 && range.removed.length > 0)
    const { added } = await changesOfRange(work, repository, range, { isProduction: true, ref: request.ref })
    for (const change of added) found.set(change.id, change)
  }
  return { isRollback: goBack.length > 0 && goBack.every(Boolean), carried: isKnown ? [...found.values()] : null }
}

async function incidentsNear(
  work: Work,
  repository: Repository,
  catalog: Catalog,
  services: ResolvedService[],
): Promise<{ incident: Incident; name: string }[]> {
  const open = (await work.tenant.incidents.open(MOST_OPEN)).filter((incident) => incident.status !== 'reported')
  if (open.length === 0) return []
  // What may not be quoted here may not be the reason either.
  const names = services.map(({ service }) => service)
  const { dependencies, readable } = await neighbourhoodOf(work.tenant, { repository, catalog }, names, repository)
  const near: ServiceRef[] = [...names.map((name) => ({ repositoryId: repository.id, name })), ...dependencies]
  return open.flatMap((incident) => {
    const home = readable.get(incident.repositoryId)
    const isNear = near.some((ref) => ref.repositoryId === incident.repositoryId && incident.services.includes(ref.name))
    if (!home || !isNear) return []
    return [
      { incident, name: home.id === repository.id ? `#${incident.issueNumber}` : `${home.owner}/${home.name}#${incident.issueNumber}` },
    ]
  })
}

/** Ids of changes that take back what a person held for the cause, or asked by `/rollback` to be taken back. */
async function changesUndoing(work: Work, incident: Incident): Promise<Set<number>> {
  const [outcomes, asked] = await Promise.all([work.tenant.incidents.outcomes(incident.id), work.tenant.reverts.ofIncident(incident.id)])
  const undone = await work.tenant.changes.byIds([
    ...new Set([...confirmedCauses(verdictsOf(outcomes)), ...asked.map(({ changeId }) => changeId)]),
  ])
  return new Set(undone.flatMap(({ revertedBy }) => revertedBy.map(({ changeId }) => changeId)))
}

const CLOSES = /\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?\s+#(\d{1,10})\b/gi

/** By a label of the policy, or by the words with which GitHub would close the incident's issue. */
function isFixOf(change: Change, incident: Incident, policy: GatePolicy): boolean {
  const wanted = policy.fixLabels.map((label) => label.toLowerCase())
  if (change.labels.some((label) => wanted.includes(label.toLowerCase()))) return true
  if (change.repositoryId !== incident.repositoryId) return false
  return [...`${change.title}\n${change.bodyExcerpt}`.matchAll(CLOSES)].some(([, number]) => Number(number) === incident.issueNumber)
}
