// What is known of incidents, for programs: read straight from the store, since nothing is changed.
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { readTimeline } from '../incidents/read-timeline.ts'
import { incidentMetrics } from '../reports/incident-metrics.ts'
import { incidentJson, metricsJson, timelineJson } from '../render/incident-json.ts'
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

const metric = z.object({ ms: z.number().nullable(), median_ms: z.number().nullable(), median_of: z.number() })
const shown = z
  .object({
    id: z.number(),
    issue_number: z.number(),
    url: z.string(),
    title: z.string(),
    status: z.string(),
    severity: z.number().nullable(),
    lead: z.string().nullable(),
    services: z.array(z.string()),
    opened_at: z.string().nullable(),
    detected_at: z.string().nullable(),
    detected_by: z.string(),
    acknowledged_at: z.string().nullable(),
    mitigated_at: z.string().nullable(),
    resolved_at: z.string().nullable(),
    duplicate_of: z.number().nullable(),
    fix: z.unknown(),
    metrics: z.object({ detect: metric, acknowledge: metric, mitigate: metric, resolve: metric }),
  })
  .openapi('IncidentState')

const id = z.object({ id: z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER) })

const incidentRoute = createRoute({
  method: 'get',
  path: '/incidents/{id}',
  operationId: 'incident',
  summary: 'Where an incident stands, and how long each step took beside earlier incidents of its services',
  security: [{ token: [] }],
  request: { params: id },
  responses: { 200: json(shown, 'The incident; spans are in milliseconds from its beginning.'), ...readFailures },
})

const timelineRoute = createRoute({
  method: 'get',
  path: '/incidents/{id}/timeline',
  operationId: 'timeline',
  summary: 'What happened in an incident, oldest first',
  security: [{ token: [] }],
  request: { params: id },
  responses: {
    200: json(z.object({ incident: z.number(), entries: z.array(entry) }).openapi('Timeline'), 'Every entry.'),
    ...readFailures,
  },
})

const UNKNOWN = "this token's installation has no such incident"

export function addIncidentRoutes(api: OpenAPIHono<Env>, store: Pick<Store, 'tenant'>): void {
  api.openapi(incidentRoute, async (c) => {
    const tenant = store.tenant(c.get('caller').installationId)
    const incident = await tenant.incidents.byId(c.req.valid('param').id)
    if (!incident || incident.retractedAt) return fail(c, 404, 'unknown_incident', UNKNOWN)
    return c.json({ ...incidentJson(incident), metrics: metricsJson(await incidentMetrics(tenant, incident)) }, 200)
  })
  api.openapi(timelineRoute, async (c) => {
    const tenant = store.tenant(c.get('caller').installationId)
    const incident = await tenant.incidents.byId(c.req.valid('param').id)
    if (!incident || incident.retractedAt) return fail(c, 404, 'unknown_incident', UNKNOWN)
    return c.json({ incident: incident.id, entries: timelineJson(await readTimeline(tenant, incident)) }, 200)
  })
}
