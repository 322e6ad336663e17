// What is known of incidents, for programs: read straight from the store, since nothing is changed.
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { readTimeline } from '../incidents/read-timeline.ts'
import { timelineJson } from '../render/incident-json.ts'
import type { Store } from '../store/store.ts'
import { fail, json, readFailures, type Env } from './api-answers.ts'

const entry = z
  .object({
    at: z.string(),
    said_at: z.string(),
    kind: z.string(),
    by: z.string().nullable(),
    text: z.string(),
    url: z.string().nullable(),
    details: z.record(z.string(), z.unknown()),
  })
  .openapi('TimelineEntry')

const timelineRoute = createRoute({
  method: 'get',
  path: '/incidents/{id}/timeline',
  operationId: 'timeline',
  summary: 'What happened in an incident, oldest first',
  security: [{ token: [] }],
  request: { params: z.object({ id: z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER) }) },
  responses: {
    200: json(z.object({ incident: z.number(), entries: z.array(entry) }).openapi('Timeline'), 'Every entry.'),
    ...readFailures,
  },
})

export function addIncidentRoutes(api: OpenAPIHono<Env>, store: Pick<Store, 'tenant'>): void {
  api.openapi(timelineRoute, async (c) => {
    const tenant = store.tenant(c.get('caller').installationId)
    const incident = await tenant.incidents.byId(c.req.valid('param').id)
    if (!incident || incident.retractedAt) return fail(c, 404, 'unknown_incident', "this token's installation has no such incident")
    return c.json({ incident: incident.id, entries: timelineJson(await readTimeline(tenant, incident)) }, 200)
  })
}
