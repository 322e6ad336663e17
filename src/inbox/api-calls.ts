// What a call of the HTTP API may say. The inbox keeps it as it was checked; it is decoded again when its turn comes.
import { z } from '@hono/zod-openapi'
import type { ApiChange, ApiDeployment, ApiIncident } from '../domain/api.ts'
import type { Delivery } from '../domain/delivery.ts'
import { PermanentFailure } from './next-attempt.ts'

const sha = z
  .string()
  .regex(/^([0-9a-f]{40}|[0-9a-f]{64})$/i, 'must be the full commit sha (git rev-parse HEAD)')
  .transform((value) => value.toLowerCase())
  .openapi({ example: '6dcb09b5b57875f334f61aebed695e2e4193db5e' })
const name = (example: string) => z.string().trim().min(1).max(200).openapi({ example })
const time = z.iso.datetime({ offset: true }).openapi({ example: '2026-03-14T09:26:53Z' })
const url = z.httpUrl().max(2000)
const repository = z
  .string()
  .regex(/^[\w.-]{1,100}\/[\w.-]{1,100}$/, 'must be owner/name')
  .openapi({ description: "A repository of the token's installation.", example: 'acme/shop' })
const externalId = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .openapi({ description: 'Your own id. Calls with the same id are about the same thing.', example: 'run-4711' })

export const deploymentCall = z
  .strictObject({
    repository,
    environment: name('production'),
    sha,
    service: name('checkout').optional(),
    status: z.enum(['pending', 'queued', 'in_progress', 'success', 'failure', 'error', 'inactive']).default('success'),
    at: time.optional(),
    external_id: externalId.optional(),
    ref: z.string().max(300).optional(),
    creator: z.string().max(100).optional(),
    url: url.optional(),
    task: z.string().max(100).optional(),
    production: z.boolean().optional(),
  })
  .openapi('Deployment')

export const changeCall = z
  .strictObject({
    repository,
    title: z.string().trim().min(1).max(1000),
    body: z.string().max(65_536).default(''),
    sha: sha.optional(),
    number: z.number().int().positive().optional(),
    external_id: externalId.optional(),
    author: z.string().max(100).optional(),
    branch: z.string().max(300).optional(),
    merged_at: time.optional(),
    labels: z.array(z.string().max(100)).max(100).default([]),
    files: z
      .array(
        z.strictObject({
          path: z.string().min(1).max(4096),
          previous_path: z.string().max(4096).optional(),
          status: z.enum(['added', 'modified', 'removed', 'renamed', 'copied', 'changed']).default('modified'),
          added: z.number().int().min(0).default(0),
          deleted: z.number().int().min(0).default(0),
        }),
      )
      .max(3000)
      .optional(),
    url: url.optional(),
  })
  .openapi('Change')

export const incidentCall = z
  .strictObject({
    repository,
    title: z.string().trim().min(1).max(250),
    body: z.string().max(60_000).default(''),
    services: z.array(name('checkout')).max(50).default([]),
    severity: z.number().int().min(0).max(10).optional(),
    detected_at: time.optional(),
    external_id: externalId.optional(),
    url: url.optional(),
  })
  .openapi('Incident')

const resolved = z.object({ id: z.number().int().positive(), owner: z.string(), name: z.string() })

/** What the inbox holds for one call: laid out like a webhook, so that it is sorted into its repository's lane. */
export type StoredCall = { installation: { id: number }; repository: z.infer<typeof resolved>; call: unknown }

export type ApiUseCase =
  | { event: 'api.deployment'; payload: ApiDeployment }
  | { event: 'api.change'; payload: ApiChange }
  | { event: 'api.incident'; payload: ApiIncident }

/** Throws `PermanentFailure` or `ZodError` for a delivery that no call of this API made. */
export function decodeCall(delivery: Pick<Delivery, 'event' | 'guid' | 'body' | 'receivedAt'>): ApiUseCase {
  const stored = z.object({ repository: resolved, call: z.unknown() }).parse(JSON.parse(new TextDecoder().decode(delivery.body)))
  switch (delivery.event) {
    case 'api.deployment':
      return { event: delivery.event, payload: toDeployment(stored.repository, deploymentCall.parse(stored.call), delivery) }
    case 'api.change':
      return { event: delivery.event, payload: toChange(stored.repository, changeCall.parse(stored.call), delivery) }
    case 'api.incident':
      return { event: delivery.event, payload: toIncident(stored.repository, incidentCall.parse(stored.call), delivery) }
    default:
      throw new PermanentFailure(`no such call: ${delivery.event}`)
  }
}

type Received = { guid: string; receivedAt: Date }

function toDeployment(repository: ApiDeployment['repository'], call: z.output<typeof deploymentCall>, received: Received): ApiDeployment {
  return {
    repository,
    externalId: call.external_id ?? received.guid,
    service: call.service ?? null,
    environment: call.environment,
    sha: call.sha,
    ref: call.ref ?? null,
    state: call.status,
    at: call.at ? new Date(call.at) : received.receivedAt,
    creator: call.creator ?? null,
    url: call.url ?? null,
    task: call.task ?? null,
    isProduction: call.production ?? null,
  }
}

function toChange(repository: ApiChange['repository'], call: z.output<typeof changeCall>, received: Received): ApiChange {
  return {
    repository,
    externalId: call.external_id ?? received.guid,
    sha: call.sha ?? null,
    number: call.number ?? null,
    title: call.title,
    body: call.body,
    author: call.author ?? null,
    branch: call.branch ?? null,
    mergedAt: call.merged_at ? new Date(call.merged_at) : received.receivedAt,
    labels: call.labels,
    files:
      call.files?.map(({ previous_path, ...file }) => ({
        ...file,
        previousPath: previous_path ?? null,
      })) ?? null,
    url: call.url ?? null,
  }
}

function toIncident(repository: ApiIncident['repository'], call: z.output<typeof incidentCall>, received: Received): ApiIncident {
  return {
    repository,
    externalId: call.external_id ?? received.guid,
    title: call.title,
    body: call.body,
    services: call.services,
    severity: call.severity ?? null,
    detectedAt: call.detected_at ? new Date(call.detected_at) : null,
    receivedAt: received.receivedAt,
    url: call.url ?? null,
  }
}
