import { describe, expect, it } from 'vitest'
import { narrowByPaths, resolveServices } from '../../../src/changes/resolve-services.ts'
import { aCatalog, aService } from '../../support/recording-work.ts'

const facts = { environment: 'prod-eu', task: 'deploy', workflow: null, statedService: null }
const production = [{ name: 'production', patterns: ['prod-*', 'production'] }]

describe('the services of a deployment', () => {
  const two = aCatalog([aService('checkout', ['checkout/**'], production), aService('ledger', ['ledger/**'], production)], {
    mapping: [
      { service: 'ledger', task: 'deploy:ledger' },
      { service: 'checkout', environment: 'prod-us', workflow: 'ship*' },
    ],
  })

  it('are the one its payload names, whatever else would fit', () => {
    expect(resolveServices({ ...facts, task: 'deploy:ledger', statedService: 'Checkout' }, two)).toEqual({
      kind: 'found',
      services: [{ service: 'checkout', environment: 'production', serviceBy: 'payload', isAmbiguous: false }],
    })
  })

  it('are what the first fitting rule says; every part of a rule must fit', () => {
    expect(resolveServices({ ...facts, task: 'deploy:ledger' }, two)).toMatchObject({
      services: [{ service: 'ledger', serviceBy: 'mapping' }],
    })
    expect(resolveServices({ ...facts, environment: 'prod-us' }, two)).toMatchObject({ kind: 'open' })
    expect(resolveServices({ ...facts, environment: 'prod-us', workflow: 'Ship it' }, two)).toMatchObject({
      services: [{ service: 'checkout' }],
    })
  })

  it('are open when several have the environment, and told by what changed', () => {
    const resolution = resolveServices(facts, two)
    const candidates = resolution.kind === 'open' ? resolution.candidates : []
    expect(candidates.map((one) => [one.service, one.isAmbiguous])).toEqual([
      ['checkout', true],
      ['ledger', true],
    ])
    expect(narrowByPaths(candidates, new Set(['ledger']))).toMatchObject([{ service: 'ledger', serviceBy: 'paths', isAmbiguous: false }])
    expect(narrowByPaths(candidates, new Set(['ledger', 'checkout'])).map((one) => one.isAmbiguous)).toEqual([true, true])
    expect(narrowByPaths(candidates, new Set())).toBe(candidates)
  })

  it('are the only one, unless it has no such environment; a strange name is said', () => {
    const one = aCatalog([aService('shop', [], production)])
    expect(resolveServices(facts, one)).toMatchObject({ services: [{ serviceBy: 'only', environment: 'production', isAmbiguous: false }] })
    expect(resolveServices({ ...facts, statedService: 'other' }, one)).toMatchObject({
      services: [{ serviceBy: 'only', isAmbiguous: true }],
    })
    expect(resolveServices({ ...facts, environment: 'staging' }, one)).toEqual({ kind: 'found', services: [] })
    expect(resolveServices({ ...facts, environment: 'staging' }, aCatalog([aService('shop')]))).toMatchObject({
      services: [{ environment: 'staging' }],
    })
  })
})
