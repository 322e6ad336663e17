import { z } from 'zod'
import type { HookAttempt, HookDeliveries } from './github.ts'
import { callsOf, type OctokitLike } from './octokit-calls.ts'

const LIST = 'GET /app/hook/deliveries'
/** A hundred thousand attempts: what a busy organisation sends in three days. */
const MOST_PAGES = 1000

const attempts = z.array(z.object({ id: z.number(), guid: z.string(), event: z.string(), delivered_at: z.coerce.date() }))

/** `octokit` must be signed in as the App itself, not as an installation. */
export const octokitHookDeliveries = (octokit: OctokitLike, now: () => Date): HookDeliveries => ({
  async attemptsSince(since) {
    const found: HookAttempt[] = []
    let cursor: string | undefined
    for (let page = 0; page < MOST_PAGES; page += 1) {
      let link = ''
      // This list is paged by a cursor that only the Link header tells.
      const listening: OctokitLike = {
        graphql: octokit.graphql,
        request: async (route, parameters) => {
          const answer = await octokit.request(route, parameters)
          link = String(answer.headers['link'] ?? '')
          return answer
        },
      }
      const listed = await callsOf(listening, now).read(attempts, LIST, { per_page: 100, cursor })
      for (const { id, guid, event, delivered_at: deliveredAt } of listed ?? [])
        if (deliveredAt >= since) found.push({ id, guid, event, deliveredAt })
      cursor = nextCursor(link)
      const oldest = listed?.at(-1)?.delivered_at
      if (cursor === undefined || oldest === undefined || oldest < since) break
    }
    return found
  },
  async redeliver(id) {
    await callsOf(octokit, now).write(z.unknown(), 'POST /app/hook/deliveries/{delivery_id}/attempts', { delivery_id: id })
  },
})

const nextCursor = (link: string): string | undefined => {
  const next = /<([^>]+)>;\s*rel="next"/.exec(link)?.[1]
  return (next && URL.parse(next)?.searchParams.get('cursor')) || undefined
}
