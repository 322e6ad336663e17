import type { Incident } from '../domain/incident.ts'
import { confirmedCauses, verdictsOf } from '../domain/verdicts.ts'
import type { Store, TenantStore } from '../store/store.ts'
import { placesOf } from './places.ts'
import { plain, table } from './terminal.ts'

export type ListOptions = { since: number; open?: boolean; repository?: string; json?: boolean }
type Listed = { repository: string; incident: Incident; cause: string | null }

const MOST_SHOWN = 1_000

/** Prints the incidents of a period, the newest first; those still open count however long ago they began. */
export async function listIncidents(store: Store, options: ListOptions): Promise<void> {
  const listed: Listed[] = []
  for (const { installationId, repositoryIds } of await placesOf(store, options.repository)) {
    const tenant = store.tenant(installationId)
    const names = new Map((await tenant.repositories.all()).map(({ id, owner, name }) => [id, `${owner}/${name}`]))
    for (const incident of await incidentsOf(tenant, repositoryIds, options)) {
      const repository = names.get(incident.repositoryId) ?? String(incident.repositoryId)
      listed.push({ repository, incident, cause: await causeOf(tenant, incident) })
    }
  }
  if (options.json) {
    const { incidentJson } = await import('../render/incident-json.ts')
    const incidents = listed.map(({ repository, incident, cause }) => ({ repository, ...incidentJson(incident), cause }))
    return console.log(JSON.stringify({ incidents }))
  }
  if (listed.length === 0) return console.log(options.open ? 'No incident is open.' : 'No incident began in this time.')
  const { span } = await import('../render/words.ts')
  const rows = listed.map(({ repository, incident, cause }) => [
    plain(`${repository}#${incident.issueNumber} ${incident.title}`, 80),
    incident.status,
    incident.severity === null ? '' : String(incident.severity),
    plain(incident.services.join(', '), 30),
    `${incident.detectedAt.toISOString().slice(0, 16).replace('T', ' ')}Z`,
    incident.resolvedAt === null ? '' : span(incident.resolvedAt.getTime() - incident.detectedAt.getTime()),
    plain(cause ?? '', 20),
  ])
  console.log(table(['Incident', 'status', 'severity', 'services', 'began', 'took', 'cause'], rows).join('\n'))
}

async function incidentsOf(tenant: TenantStore, repositoryIds: number[], { since, open }: ListOptions): Promise<Incident[]> {
  const now = Date.now()
  const found = new Map((await tenant.incidents.open(MOST_SHOWN)).map((each) => [each.id, each]))
  if (!open) {
    const period = await tenant.incidents.detectedBetween(repositoryIds, new Date(now - since), new Date(now + 1), MOST_SHOWN)
    for (const each of period) found.set(each.id, each)
  }
  return [...found.values()]
    .filter(({ repositoryId }) => repositoryIds.includes(repositoryId))
    .sort((a, b) => b.detectedAt.getTime() - a.detectedAt.getTime() || b.id - a.id)
}

/** What somebody said caused it: `#412`, a sha, or that no change did. Null as long as nobody said anything. */
async function causeOf(tenant: TenantStore, { id }: Incident): Promise<string | null> {
  const verdicts = verdictsOf(await tenant.incidents.outcomes(id))
  if (verdicts.isNoChange) return 'no change'
  const changes = await tenant.changes.byIds(confirmedCauses(verdicts))
  return changes.length === 0
    ? null
    : changes.map(({ number, mergeSha }) => (number === null ? mergeSha.slice(0, 8) : `#${number}`)).join(', ')
}
