import { afterEach, beforeEach, expect, it } from 'vitest'
import { apiRoutes } from '../../../src/http/api.ts'
import { newApiToken } from '../../../src/http/api-token.ts'
import { openStore } from '../../../src/store/open-store.ts'
import type { Store } from '../../../src/store/store.ts'
import { at, deployment, entry, incident, live, toService } from '../../contract/store/made-up.ts'

let store: Store
beforeEach(async () => {
  store = await openStore(':memory:')
})
afterEach(() => store.close())

async function ask(installationId: number, path: string) {
  const api = apiRoutes({ store, add: (delivery) => store.deliveries.add([delivery]), publicUrl: null, now: () => at(0) })
  const { token, hash } = newApiToken()
  await store.tokens.create({ hash, installationId, scope: 'read', label: 'grafana', createdAt: at(0) })
  const response = await api.request(path, { headers: { authorization: `Bearer ${token}` } })
  return { status: response.status, body: (await response.json()) as { entries: { kind: string }[]; error?: string } }
}

it('gives the timeline of an incident, what went live meanwhile included, to its own installation only', async () => {
  const tenant = store.tenant(1)
  const id = await tenant.incidents.upsert(incident(9, 5))
  await tenant.timeline.add(id, [
    entry('c1', { at: at(4), saidAt: at(9), text: 'Looks like the ledger', url: 'https://example.test/c1' }),
    entry('c2', { at: at(2), fact: { kind: 'severity', severity: 1 }, by: null, text: '' }),
  ])
  for (const [minutes, isProduction] of [
    [3, true],
    [-3, true],
    [3.5, false],
  ] as const) {
    const facts = deployment(9, String(minutes), { isProduction, createdAt: at(minutes) })
    const [deploymentId] = await tenant.deployments.upsert(facts, [toService('checkout')])
    await tenant.deployments.setLive(deploymentId!, { ...live(at(minutes)), kind: 'rollback' })
  }

  const { status, body } = await ask(1, `/incidents/${id}/timeline`)
  expect(status).toBe(200)
  expect(body.entries.map(({ kind }) => kind)).toEqual(['opened', 'severity', 'rollback', 'note'])
  expect(body.entries[1]).toMatchObject({ at: at(2).toISOString(), by: null, details: { severity: 1 } })
  expect(body.entries[3]).toEqual({
    at: at(4).toISOString(),
    said_at: at(9).toISOString(),
    kind: 'note',
    by: 'octocat',
    text: 'Looks like the ledger',
    url: 'https://example.test/c1',
    details: {},
  })
  expect(await ask(2, `/incidents/${id}/timeline`)).toMatchObject({ status: 404, body: { error: 'unknown_incident' } })
  expect((await ask(1, '/incidents/none/timeline')).status).toBe(400)
  await tenant.incidents.retract(id, at(9))
  expect((await ask(1, `/incidents/${id}/timeline`)).status).toBe(404)
})

it('gives an incident with how long each step took, to its own installation only', async () => {
  const tenant = store.tenant(1)
  const id = await tenant.incidents.upsert(incident(9, 5, { detectedAt: at(0), openedAt: at(3) }))
  await tenant.incidents.setState(id, { status: 'resolved', acknowledgedAt: at(4), mitigatedAt: null, resolvedAt: at(30) })
  const { status, body } = await ask(1, `/incidents/${id}`)
  expect(status).toBe(200)
  expect(body).toMatchObject({
    id,
    issue_number: 5,
    status: 'resolved',
    metrics: {
      detect: { ms: 180_000, median_ms: null, median_of: 0 },
      mitigate: { ms: null },
      resolve: { ms: 1_800_000 },
    },
  })
  expect(await ask(2, `/incidents/${id}`)).toMatchObject({ status: 404, body: { error: 'unknown_incident' } })
})
