import { z } from 'zod'
import type { FailedDelivery, HookDeliveries } from './github.ts'
import { callsOf, type OctokitLike } from './octokit-calls.ts'

const LIST = 'GET /app/hook/deliveries'
const MOST_PAGES = 30

const attempts = z.array(
  z.object({ id: z.number(), guid: z.string(), event: z.string(), delivered_at: z.coerce.date(), status_code: z.number() }),
)

/** `octokit` must be signed in as the App itself, not as an installation. */
export const octokitHookDeliveries = (octokit: OctokitLike, now: () => Date): HookDeliveries => ({
  async failedSince(since) {
    const failed: FailedDelivery[] = []
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
      const listed = await callsOf(listening, now).read(attempts, LIST, { per_page: 100, status: 'failure', cursor })
      for (const { id, guid, event, delivered_at: deliveredAt, status_code: status } of listed ?? [])
        // An Enterprise Server that doesn't know the filter lists them all.
        if ((status < 200 || status > 299) && deliveredAt >= since) failed.push({ id, guid, event, deliveredAt })
      cursor = nextCursor(link)
      const oldest = listed?.at(-1)?.delivered_at
      if (cursor === undefined || oldest === undefined || oldest < since) break
    }
    return failed
  },
  async redeliver(id) {
    await callsOf(octokit, now).write(z.unknown(), 'POST /app/hook/deliveries/{delivery_id}/attempts', { delivery_id: id })
  },
})

const nextCursor = (link: string): string | undefined => {
  const next = /<([^>]+)>;\s*rel="next"/.exec(link)?.[1]
  return (next && URL.parse(next)?.searchParams.get('cursor')) || undefined
}
