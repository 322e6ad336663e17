import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { FailedDelivery } from '../../../src/github/github.ts'
import { octokitHookDeliveries } from '../../../src/github/octokit-hook-deliveries.ts'
import { recoverMissed, startRecovery } from '../../../src/inbox/recover-missed.ts'
import { memoryInbox } from '../../support/memory-inbox.ts'
import { silentLog } from '../../support/silent-log.ts'

const NOW = new Date('2026-03-14T09:00:00Z')
const at = (minutes: number) => new Date(NOW.getTime() - minutes * 60_000)
const failed = (id: number, guid: string, minutes: number): FailedDelivery => ({ id, guid, event: 'push', deliveredAt: at(minutes) })

async function setUp(list: FailedDelivery[], stored: string[] = []) {
  const asked: number[] = []
  const since: Date[] = []
  const inbox = memoryInbox()
  const body = new TextEncoder().encode('{}')
  await inbox.add(stored.map((guid) => ({ guid, event: 'push', body, receivedAt: NOW, installationId: null })))
  const hooks = {
    failedSince: async (from: Date) => {
      since.push(from)
      return list
    },
    redeliver: async (id: number) => void asked.push(id),
  }
  return { asked, since, recovery: { hooks, deliveries: inbox, now: () => NOW, log: silentLog } }
}

describe('webhooks missed while nobody listened', () => {
  it('are asked for again, oldest first, by their latest attempt', async () => {
    const { asked, since, recovery } = await setUp([failed(5, 'c', 1), failed(4, 'a', 2), failed(3, 'b', 3), failed(1, 'a', 60)])
    expect(await recoverMissed(recovery)).toBe(3)
    expect(asked).toEqual([3, 4, 5])
    expect(since).toEqual([new Date('2026-03-11T09:00:00Z')])
  })

  it('are left alone when they came in after all', async () => {
    const { asked, recovery } = await setUp([failed(2, 'known', 1), failed(1, 'missed', 2)], ['known'])
    await recoverMissed(recovery)
    expect(asked).toEqual([1])
  })

  it('are given up after five attempts', async () => {
    const { asked, recovery } = await setUp([5, 4, 3, 2, 1].map((id) => failed(id, 'a', 6 - id)))
    expect(await recoverMissed(recovery)).toBe(0)
    expect(asked).toEqual([])
  })

  it('are asked for in portions', async () => {
    const { asked, recovery } = await setUp(Array.from({ length: 300 }, (_, n) => failed(n, `g${n}`, n)))
    expect(await recoverMissed(recovery)).toBe(200)
    expect(asked[0]).toBe(299)
  })

  it('are looked for again later when GitHub did not answer', async () => {
    const { recovery } = await setUp([])
    let looks = 0
    const hooks = { ...recovery.hooks, failedSince: () => Promise.reject(new Error(`look ${++looks}`)) }
    const running = startRecovery({ ...recovery, hooks }, 1, 10)
    await delay(100)
    running.stop()
    const looked = looks
    expect(looked).toBeGreaterThan(1)
    await delay(50)
    expect(looks).toBeLessThanOrEqual(looked + 1)
  })
})

describe("GitHub's list of failed webhooks", () => {
  function octokit(pages: { items: object[]; next?: string }[]) {
    const requests: [string, Record<string, unknown> | undefined][] = []
    const request = async (route: string, parameters?: Record<string, unknown>) => {
      requests.push([route, parameters])
      const page = pages.shift() ?? { items: [] }
      const link = page.next && `<https://api.github.com/app/hook/deliveries?per_page=100&cursor=${page.next}>; rel="next"`
      return { status: 200, data: page.items, headers: { link } }
    }
    return { requests, client: { request, graphql: () => Promise.reject(new Error('not used')) } }
  }
  const item = (id: number, minutes: number, status = 502) => ({
    id,
    guid: `g${id}`,
    event: 'push',
    delivered_at: at(minutes).toISOString(),
    status_code: status,
  })

  it('is followed by its cursor until it is old enough', async () => {
    const { requests, client } = octokit([
      { items: [item(2 ** 40, 1), item(9, 2, 202)], next: 'v1_9' },
      { items: [item(8, 3), item(7, 600)], next: 'v1_7' },
      { items: [item(6, 700)] },
    ])
    const list = await octokitHookDeliveries(client, () => NOW).failedSince(at(500))
    expect(list.map((one) => one.id)).toEqual([2 ** 40, 8])
    expect(requests.map(([, parameters]) => parameters?.cursor)).toEqual([undefined, 'v1_9'])
    expect(requests[0]?.[1]).toMatchObject({ per_page: 100, status: 'failure' })
  })

  it('ends where GitHub says that nothing follows', async () => {
    const { requests, client } = octokit([{ items: [item(1, 1)] }])
    expect(await octokitHookDeliveries(client, () => NOW).failedSince(at(500))).toHaveLength(1)
    expect(requests).toHaveLength(1)
  })

  it('is asked to send one again', async () => {
    const { requests, client } = octokit([])
    await octokitHookDeliveries(client, () => NOW).redeliver(7)
    expect(requests).toEqual([['POST /app/hook/deliveries/{delivery_id}/attempts', { delivery_id: 7 }]])
  })
})
