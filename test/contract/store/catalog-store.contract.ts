import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mayQuote } from '../../../src/catalog/may-quote.ts'
import { neighbourhoodOf, DEPENDENCY_DEPTH } from '../../../src/catalog/neighbourhood.ts'
import { dependenciesOf, dependentsOf, serviceGraph } from '../../../src/catalog/service-graph.ts'
import type { Repository } from '../../../src/domain/repository.ts'
import type { Catalog } from '../../../src/domain/service.ts'
import { settingsOf } from '../../../src/settings/repository.ts'
import type { TenantStore } from '../../../src/store/store.ts'
import { at, incident, repository, shared, type Open } from './made-up.ts'

/** Five repositories that declare, call and share with each other in any way, bare names and homonyms among them. */
const organisation = fc.array(
  fc.record({
    isPrivate: fc.boolean(),
    isRemoved: fc.integer({ min: 0, max: 9 }).map((one) => one === 0),
    shares: fc.subarray([0, 1, 2, 3, 4]),
    services: fc.uniqueArray(
      fc.record({
        name: fc.constantFrom('api', 'web', 'jobs'),
        dependsOn: fc.array(fc.constantFrom('api', 'Web', 'web', ...[0, 1, 2, 3, 4].flatMap((n) => [`acme/r${n}`, `Acme/R${n}:web`])), {
          maxLength: 3,
        }),
      }),
      { minLength: 1, maxLength: 3, selector: ({ name }) => name },
    ),
  }),
  { minLength: 5, maxLength: 5 },
)

type Made = { repository: Repository; catalog: Catalog }

async function store(
  tenant: TenantStore,
  first: number,
  members: typeof organisation extends fc.Arbitrary<infer T> ? T : never,
): Promise<Made[]> {
  const made = members.map((member, index): Made => {
    const id = first + index
    return {
      repository: repository(id, tenant.installationId, {
        name: `r${index}`,
        isPrivate: member.isPrivate,
        removedAt: member.isRemoved ? at(1) : null,
      }),
      catalog: {
        source: 'causeway.yml',
        codeowners: [],
        settings: { ...settingsOf({}, {}), shareWith: member.shares.map((other) => `Acme/r${other}`) },
        services: member.services.map((service) => ({
          ...service,
          repositoryId: id,
          paths: [],
          environments: [],
          owners: [],
          runbooks: [],
        })),
      },
    }
  })
  for (const each of made) {
    await tenant.repositories.upsert(each.repository)
    await tenant.catalogs.save(each.repository.id, each.catalog, [], at(0))
  }
  return made
}

export function catalogStoreContract(open: Open): void {
  describe('catalogs', () => {
    const { place } = shared(open)

    it('lets a search reach exactly what may be quoted', async () => {
      await fc.assert(
        fc.asyncProperty(organisation, async (members) => {
          const { tenant, repositoryId } = place()
          const made = await store(tenant, repositoryId * 8, members)
          for (const [number, { repository: home }] of made.entries())
            await tenant.incidents.indexTerms(await tenant.incidents.upsert(incident(home.id, number)), ['checkout'])
          for (const { repository: reader } of made) {
            const { ids } = await tenant.incidents.search({ reader, terms: ['checkout'], before: at(99), rarest: 1, limit: 9 })
            const found = (await tenant.incidents.byIds(ids)).map((one) => one.repositoryId)
            const readable = made.filter(({ repository: other, catalog }) => mayQuote(reader, other, catalog))
            expect(found.sort((a, b) => a - b)).toEqual(readable.map(({ repository: other }) => other.id))
          }
        }),
        { numRuns: 15 },
      )
    })

    it('gives the same neighbourhood as all catalogs together', async () => {
      await fc.assert(
        fc.asyncProperty(organisation, fc.boolean(), async (members, isQuoted) => {
          const { tenant, repositoryId } = place()
          const made = await store(tenant, repositoryId * 8, members)
          for (const home of made.filter(({ repository: { removedAt } }) => removedAt === null)) {
            const reader = isQuoted ? home.repository : null
            const seen = made.filter(({ repository: other, catalog }) =>
              reader ? mayQuote(reader, other, catalog) : other.removedAt === null,
            )
            const graph = serviceGraph(seen.map(({ repository: other, catalog }) => ({ repository: other, services: catalog.services })))
            const names = home.catalog.services.map(({ name }) => name)
            const near = await neighbourhoodOf(tenant, home, names, reader)
            const around = (walk: typeof dependenciesOf) =>
              names.flatMap((name) => walk(graph, { repositoryId: home.repository.id, name }, DEPENDENCY_DEPTH))
            expect({ up: near.dependencies, down: near.dependents }).toEqual({ up: around(dependenciesOf), down: around(dependentsOf) })
          }
        }),
        { numRuns: 25 },
      )
    })

    it('forgets what a catalog no longer names', async () => {
      const { tenant, repositoryId } = place()
      const [made] = await store(tenant, repositoryId * 8, [
        { isPrivate: false, isRemoved: false, shares: [], services: [{ name: 'api', dependsOn: ['Acme/Ledger', 'web'] }] },
      ])
      const { id } = made!.repository
      expect(await tenant.catalogs.depending(['acme/ledger', 'web'], null, 9)).toEqual([id])
      expect(await tenant.catalogs.declaring(['api', 'web'], null)).toEqual([id])
      await tenant.catalogs.save(id, { ...made!.catalog, services: [] }, [], at(1))
      expect(await tenant.catalogs.depending(['acme/ledger', 'web'], null, 9)).toEqual([])
      expect(await tenant.catalogs.declaring(['api'], null)).toEqual([])
    })
  })
}
