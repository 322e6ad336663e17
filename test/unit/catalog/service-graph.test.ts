import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dependenciesOf, dependentsOf, serviceGraph } from '../../../src/catalog/service-graph.ts'
import type { Service } from '../../../src/domain/service.ts'

const SHOP = { id: 1, owner: 'acme', name: 'shop' }
const IDENTITY = { id: 2 ** 40, owner: 'acme', name: 'identity' }

const service = (repositoryId: number, name: string, ...dependsOn: string[]): Service => ({
  name,
  repositoryId,
  paths: [],
  environments: [],
  owners: [],
  dependsOn,
  runbooks: [],
})

const graph = serviceGraph([
  {
    repository: SHOP,
    services: [
      service(1, 'web', 'checkout', 'checkout'),
      service(1, 'checkout', 'ledger', 'Acme/Identity:login', 'ghost'),
      service(1, 'ledger', 'checkout', 'ledger'),
    ],
  },
  { repository: IDENTITY, services: [service(IDENTITY.id, 'login'), service(IDENTITY.id, 'admin', 'login', 'acme/shop', 'web')] },
])

describe('serviceGraph', () => {
  it('resolves names within and across repositories, once each and never to itself', () => {
    expect(graph.edges.map(({ from, to }) => `${from.name}→${to.name}`)).toEqual([
      'web→checkout',
      'checkout→ledger',
      'checkout→login',
      'ledger→checkout',
      'admin→login',
      'admin→web',
    ])
  })

  it('says which names it does not know', () => {
    expect(graph.unresolved.map(({ dependency }) => dependency)).toEqual(['ghost', 'acme/shop'])
  })

  it('keeps at most 2,000 edges', () => {
    const names = Array.from({ length: 60 }, (_, i) => `s${i}`)
    const full = serviceGraph([{ repository: SHOP, services: names.map((name) => service(1, name, ...names)) }])
    expect(full.edges).toHaveLength(2000)
    expect(full.isTruncated).toBe(true)
    expect(graph.isTruncated).toBe(false)
  })
})

describe('distances', () => {
  it('gives dependencies with their shortest distance, through a cycle', () => {
    expect(dependenciesOf(graph, { repositoryId: 1, name: 'web' }, 5)).toEqual([
      { repositoryId: 1, name: 'checkout', distance: 1 },
      { repositoryId: 1, name: 'ledger', distance: 2 },
      { repositoryId: IDENTITY.id, name: 'login', distance: 2 },
    ])
  })

  it('stops at the depth', () => {
    expect(dependenciesOf(graph, { repositoryId: 1, name: 'web' }, 1)).toHaveLength(1)
  })

  it('gives the blast radius', () => {
    expect(dependentsOf(graph, { repositoryId: IDENTITY.id, name: 'login' }, 3).map(({ name, distance }) => `${name} ${distance}`)).toEqual(
      ['checkout 1', 'admin 1', 'ledger 2', 'web 2'],
    )
  })

  it('is the same relation seen from both ends', () => {
    const names = ['a', 'b', 'c', 'd', 'e']
    const edges = fc.array(fc.tuple(fc.constantFrom(...names), fc.constantFrom(...names)), { maxLength: 12 })
    fc.assert(
      fc.property(edges, fc.constantFrom(...names), fc.constantFrom(...names), (list, from, to) => {
        const drawn = serviceGraph([
          { repository: SHOP, services: names.map((name) => service(1, name, ...list.filter(([a]) => a === name).map(([, b]) => b))) },
        ])
        const down = dependenciesOf(drawn, { repositoryId: 1, name: from }, 9).find(({ name }) => name === to)?.distance
        const up = dependentsOf(drawn, { repositoryId: 1, name: to }, 9).find(({ name }) => name === from)?.distance
        expect(down).toBe(up)
      }),
    )
  })
})
