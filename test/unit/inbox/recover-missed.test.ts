import { describe, expect, it } from 'vitest'
import { RateLimited, type HookAttempt } from '../../../src/github/github.ts'
import { octokitHookDeliveries } from '../../../src/github/octokit-hook-deliveries.ts'
import { recoverMissed, type Recovery } from '../../../src/inbox/recover-missed.ts'
import { silentLog } from '../../support/silent-log.ts'

const NOW = new Date('2026-03-14T09:00:00Z')
const at = (minutes: number) => new Date(NOW.getTime() - minutes * 60_000)
const attempt = (id: number, guid: string, minutes: number, event = 'push'): HookAttempt => ({ id, guid, event, deliveredAt: at(minutes) })

function setUp(list: HookAttempt[], stored: string[] = [], change: Partial<Recovery> = {}) {
  const seen = { asked: [] as number[], since: [] as Date[], gaps: [] as Date[] }
  const recovery: Recovery = {
    hooks: { attemptsSince: async (since) => (seen.since.push(since), list), redeliver: async (id) => void seen.asked.push(id) },
    deliveryLog: { known: async (guids) => new Set(guids.filter((guid) => stored.includes(guid))) },
    closeGap: async (since) => void seen.gaps.push(since),
    perMinute: 6_000_000,
    now: () => NOW,
    log: silentLog,
    ...change,
  }
  return { seen, recovery }
}

describe('webhooks missed while nobody listened', () => {
  it('are asked for again, oldest first, once each, by their latest attempt', async () => {
    const { seen, recovery } = setUp([attempt(5, 'c', 1), attempt(4, 'a', 2), attempt(3, 'b', 3), attempt(1, 'a', 60)])
    expect(await recoverMissed(recovery, null)).toBe(NOW.toISOString())
    expect(seen.asked).toEqual([3, 4, 5])
    expect(seen.since).toEqual([new Date('2026-03-11T09:00:00Z')])
  })

  it("are left alone when they came in after all, and GitHub's own pings always", async () => {
    const { seen, recovery } = setUp([attempt(3, 'ping', 1, 'ping'), attempt(2, 'known', 1), attempt(1, 'missed', 2)], ['known'])
    await recoverMissed(recovery, null)
    expect(seen.asked).toEqual([1])
  })

  it('are looked for from the last known point on, with some overlap', async () => {
    const { seen, recovery } = setUp([])
    await recoverMissed(recovery, at(60).toISOString())
    expect(seen.since).toEqual([at(70)])
    expect(seen.gaps).toEqual([])
  })

  it('are given up after five attempts', async () => {
    const { seen, recovery } = setUp([5, 4, 3, 2, 1].map((id) => attempt(id, 'a', 6 - id)))
    await recoverMissed(recovery, null)
    expect(seen.asked).toEqual([])
  })

  it('are all asked for, two thousand as well', async () => {
    const { seen, recovery } = setUp(Array.from({ length: 2000 }, (_, n) => attempt(n, `g${n}`, n)))
    await recoverMissed(recovery, null)
    expect(seen.asked).toHaveLength(2000)
    expect(seen.asked[0]).toBe(1999)
  })

  it('wait where GitHub asks to, and go on', async () => {
    const limits = [new RateLimited('secondary rate limit', NOW)]
    const { seen, recovery } = setUp([attempt(2, 'b', 1), attempt(1, 'a', 2)])
    const { hooks } = recovery
    const redeliver = hooks.redeliver.bind(hooks)
    recovery.hooks.redeliver = async (id) => {
      const limit = limits.pop()
      if (limit) throw limit
      return redeliver(id)
    }
    await recoverMissed(recovery, null)
    expect(seen.asked).toEqual([1, 2])
  })

  it('are asked for thirty at once, the rest spread over the minute', async () => {
    const { seen, recovery } = setUp(Array.from({ length: 33 }, (_, index) => attempt(index + 1, `g${index}`, 40 - index)))
    const from = performance.now()
    let askedAtOnce = 0
    const redeliver = recovery.hooks.redeliver.bind(recovery.hooks)
    recovery.hooks.redeliver = (id) => {
      if (performance.now() - from < 90) askedAtOnce++
      return redeliver(id)
    }
    await recoverMissed({ ...recovery, perMinute: 600 }, null)
    expect(performance.now() - from).toBeGreaterThan(280)
    expect(askedAtOnce).toBeLessThanOrEqual(30)
    expect(seen.asked).toHaveLength(33)
  })

  it('are read from the repositories where GitHub no longer lists them', async () => {
    const { seen, recovery } = setUp([])
    await recoverMissed(recovery, '2026-03-09T09:00:00.000Z')
    expect(seen.gaps).toEqual([new Date('2026-03-09T08:50:00Z')])
    expect(seen.since).toEqual([new Date('2026-03-11T09:00:00Z')])
  })

  it('keep the last known point when GitHub does not answer', async () => {
    const { recovery } = setUp([], [], {})
    recovery.hooks.attemptsSince = () => Promise.reject(new Error('502'))
    await expect(recoverMissed(recovery, at(60).toISOString())).rejects.toThrow('502')
  })
})

describe("GitHub's list of webhooks", () => {
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
    const list = await octokitHookDeliveries(client, () => NOW).attemptsSince(at(500))
    expect(list.map((one) => one.id)).toEqual([2 ** 40, 9, 8])
    expect(requests.map(([, parameters]) => parameters?.cursor)).toEqual([undefined, 'v1_9'])
    expect(requests[0]?.[1]).toEqual({ per_page: 100, cursor: undefined })
  })

  it('ends where GitHub says that nothing follows', async () => {
    const { requests, client } = octokit([{ items: [item(1, 1)] }])
    expect(await octokitHookDeliveries(client, () => NOW).attemptsSince(at(500))).toHaveLength(1)
    expect(requests).toHaveLength(1)
  })

  it('is asked to send one again', async () => {
    const { requests, client } = octokit([])
    await octokitHookDeliveries(client, () => NOW).redeliver(7)
    expect(requests).toEqual([['POST /app/hook/deliveries/{delivery_id}/attempts', { delivery_id: 7 }]])
  })
})
