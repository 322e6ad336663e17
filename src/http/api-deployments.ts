// What is known of a deployment, for programs: read straight from the store.
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { DeploymentReview } from '../domain/deployment-review.ts'
import type { Store } from '../store/store.ts'
import { fail, json, readFailures, type Env } from './api-answers.ts'

const change = z
  .object({
    name: z.string(),
    url: z.string(),
    title: z.string(),
    risk: z.number(),
    reasons: z.array(z.string()),
    migrations: z.array(z.string()),
    flags: z.array(z.string()),
  })
  .openapi('ShippedChange')

const review = z
  .object({
    deployment: z.string(),
    repository: z.string(),
    service: z.string(),
    environment: z.string(),
    sha: z.string(),
    previous_sha: z.string().nullable(),
    kind: z.string(),
    live_at: z.string().nullable(),
    risk: z.number().openapi({ description: 'Chance that at least one of the changes is bad, taking them as independent.' }),
    split: z.object({ apart: z.array(z.string()), rest: z.number() }).nullable(),
    changes: z.array(change),
    changes_left_out: z.number().int(),
    is_truncated: z.boolean(),
    blast_radius: z.array(z.string()),
    who_knows: z.array(z.object({ name: z.string(), roles: z.array(z.string()) })),
    verdict: z.object({
      state: z.enum(['pending', 'watching', 'healthy', 'implicated', 'rolled-back']),
      reasons: z.array(z.string()),
      until: z.string().nullable(),
    }),
  })
  .openapi('DeploymentReview')

const reviewRoute = createRoute({
  method: 'get',
  path: '/deployments/{id}/review',
  operationId: 'deploymentReview',
  summary: 'What a production deployment ships, and how it went',
  description:
    "`id` is GitHub's id of the deployment, or the `external_id` with which it was reported. One review for each service it is of.",
  security: [{ token: [] }],
  request: { params: z.object({ id: z.string().min(1).max(200) }) },
  responses: { 200: json(z.object({ reviews: z.array(review) }).openapi('DeploymentReviews'), 'One for each service.'), ...readFailures },
})

export function addDeploymentRoutes(api: OpenAPIHono<Env>, store: Pick<Store, 'tenant'>): void {
  api.openapi(reviewRoute, async (c) => {
    const tenant = store.tenant(c.get('caller').installationId)
    const reviews = await tenant.reviews.byExternal(c.req.valid('param').id)
    if (reviews.length === 0) return fail(c, 404, 'unknown_deployment', "this token's installation has no such production deployment")
    return c.json({ reviews: reviews.map(reviewJson) }, 200)
  })
}

function reviewJson(known: DeploymentReview): z.infer<typeof review> {
  return {
    deployment: known.externalId,
    repository: known.repository,
    service: known.service,
    environment: known.environment,
    sha: known.sha,
    previous_sha: known.previousSha,
    kind: known.kind,
    live_at: known.liveAt,
    risk: known.risk.probability,
    split: known.risk.split,
    changes: known.changes.map(({ probability, ...shipped }) => ({ ...shipped, risk: probability })),
    changes_left_out: known.leftOut,
    is_truncated: known.isTruncated,
    blast_radius: known.blastRadius,
    who_knows: known.contacts,
    verdict: known.verdict,
  }
}
