import { afterEach, beforeEach, expect, it } from 'vitest'
import { apiRoutes } from '../../../src/http/api.ts'
import { newApiToken } from '../../../src/http/api-token.ts'
import { openStore } from '../../../src/store/open-store.ts'
import type { Store } from '../../../src/store/store.ts'
import { at, deploymentReview } from '../../contract/store/made-up.ts'

let store: Store
beforeEach(async () => {
  store = await openStore(':memory:')
})
afterEach(() => store.close())

async function ask(installationId: number, path: string) {
  const api = apiRoutes({ store, add: (delivery) => store.deliveries.add([delivery]), publicUrl: null, now: () => at(0) })
  const { token, hash } = newApiToken()
  await store.tokens.create({ hash, installationId, scope: 'read', label: 'ci', createdAt: at(0) })
  const response = await api.request(path, { headers: { authorization: `Bearer ${token}` } })
  return { status: response.status, body: (await response.json()) as { reviews: Record<string, unknown>[]; error?: string } }
}

it('gives what a deployment ships and how it went, one review a service, to its own installation only', async () => {
  const { reviews } = store.tenant(1)
  const change = { name: '#4', title: 'Round totals', url: 'https://example.test/4', probability: 0.04 }
  const shipped = { ...change, reasons: ['Changes 3 lines in 1 file'], migrations: ['db/7.sql'], flags: [] }
  const verdict = { state: 'implicated' as const, reasons: ['#4 is confirmed as the cause of incident #9.'], until: null }
  const risk = { probability: 0.07, split: { apart: ['#4'], rest: 0.03 } }
  await reviews.save(
    deploymentReview(11, { externalId: 'run 7', service: 'shop', changes: [shipped], verdict, risk, leftOut: 2, blastRadius: ['cart'] }),
    9,
    null,
  )
  await reviews.save(deploymentReview(12, { externalId: 'run 7', service: 'cart' }), 9, at(9))

  const { status, body } = await ask(1, '/deployments/run%207/review')
  expect(status).toBe(200)
  expect(body.reviews.map(({ service }) => service)).toEqual(['shop', 'cart'])
  expect(body.reviews[0]).toMatchObject({
    deployment: 'run 7',
    repository: 'acme/shop',
    risk: 0.07,
    split: { apart: ['#4'], rest: 0.03 },
    changes: [{ name: '#4', risk: 0.04, reasons: ['Changes 3 lines in 1 file'], migrations: ['db/7.sql'] }],
    changes_left_out: 2,
    blast_radius: ['cart'],
    verdict: { state: 'implicated', reasons: ['#4 is confirmed as the cause of incident #9.'] },
  })
  expect(await ask(2, '/deployments/run%207/review')).toMatchObject({ status: 404, body: { error: 'unknown_deployment' } })
  expect((await ask(1, '/deployments/other/review')).status).toBe(404)
})
