import { describe, expect, it } from 'vitest'
import { environmentOf, pathsOfService, servicesOfPaths } from '../../../src/catalog/services-of-paths.ts'

const services = [
  { name: 'checkout', paths: ['services/checkout/**', 'libs/money/**'] },
  { name: 'ledger', paths: ['services/ledger/', '**/*.sql'] },
  { name: 'everything', paths: [] },
]

describe('servicesOfPaths', () => {
  it('names every service that owns a path, in the catalog’s order', () => {
    expect(servicesOfPaths(services, ['libs/money/round.ts', 'db/001.sql'])).toEqual(['checkout', 'ledger', 'everything'])
    expect(servicesOfPaths(services.slice(0, 2), ['README.md'])).toEqual([])
  })

  it('owns nothing when nothing was touched', () => {
    expect(servicesOfPaths(services, [])).toEqual([])
  })

  it('gives the paths of one service', () => {
    expect(pathsOfService({ paths: ['/services/checkout/'] }, ['services/checkout/a.ts', 'services/ledger/a.ts'])).toEqual([
      'services/checkout/a.ts',
    ])
  })

  it('sorts 3,000 files into 2,000 services within seconds', () => {
    const many = Array.from({ length: 2000 }, (_, i) => ({ name: `s${i}`, paths: [`services/s${i}/**`, `team${i}/libs/**`] }))
    const paths = Array.from({ length: 3000 }, (_, i) => `services/s${i % 1000}/src/deep/file${i}.ts`)
    const startedAt = performance.now()
    expect(servicesOfPaths(many, paths)).toHaveLength(1000)
    expect(performance.now() - startedAt).toBeLessThan(10_000)
  })
})

describe('environmentOf', () => {
  const environments = [
    { name: 'production', patterns: ['production', 'prod-*'] },
    { name: 'staging', patterns: [] },
    { name: 'europe', patterns: ['eu', 'production-eu'] },
  ]
  it.each([
    ['prod-eu', 'production'],
    ['Production', 'production'],
    ['Staging', 'staging'],
    ['eu', 'europe'],
    ['Europe', 'europe'],
    ['preview-12', null],
  ])('%s is %s', (name, expected) => {
    expect(environmentOf({ environments }, name)).toBe(expected)
  })

  it('keeps the name when the service declares no environments', () => {
    expect(environmentOf({ environments: [] }, 'prod-eu')).toBe('prod-eu')
  })
})
