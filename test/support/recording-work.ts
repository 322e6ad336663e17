import type { Catalog, RepositorySettings, Service } from '../../src/domain/service.ts'
import { openStore } from '../../src/store/open-store.ts'
import type { Store } from '../../src/store/store.ts'
import type { Work } from '../../src/work.ts'
import { REPOSITORY, type CommitGraph } from './commit-graph.ts'

export const aService = (name: string, paths: string[] = [], environments: Service['environments'] = []): Service => ({
  name,
  repositoryId: REPOSITORY.id,
  paths,
  environments,
  owners: [],
  dependsOn: [],
  runbooks: [],
})

export function aCatalog(services: Service[], deployments: Partial<RepositorySettings['deployments']> = {}): Catalog {
  return {
    source: 'causeway.yml',
    services,
    codeowners: [],
    settings: {
      deployments: { from: { kind: 'deployments' }, mapping: [], branches: [], ...deployments },
      incidents: { labels: ['incident'], lookbackMs: 14 * 86_400_000, severities: [1, 2, 3, 4], bots: [] },
      pullRequests: { riskCheck: true, comments: 'confirmed' },
      shareWith: [],
    },
  }
}

const LATE = new Date('2026-12-31T00:00:00Z')

/** A real store in memory whose repository and catalog are known, over a scripted GitHub. */
export async function recordingWork(
  graph: CommitGraph,
  catalog: Catalog = aCatalog([aService('shop')]),
): Promise<{ work: Work; store: Store }> {
  const store = await openStore(':memory:')
  const tenant = store.tenant(REPOSITORY.installationId)
  await tenant.repositories.upsert(REPOSITORY)
  await tenant.catalogs.save(REPOSITORY.id, catalog, [], LATE)
  const quiet = () => undefined
  return {
    store,
    work: {
      tenant,
      github: graph.github,
      now: () => LATE,
      log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
      refreshLater: async () => undefined,
      followUp: async () => undefined,
    },
  }
}
