// What every call of the HTTP API shares: who calls, and how failures are said.
import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'

type Caller = { tokenId: number; installationId: number; scope: 'read' | 'write' }
export type Env = { Variables: { caller: Caller } }
export type Failure = 400 | 401 | 403 | 404 | 409 | 413

const problem = z.object({ error: z.string(), message: z.string() }).openapi('Problem')

export function fail<S extends Failure>(c: Context, status: S, error: string, message: string) {
  return c.json({ error, message }, status)
}

export const json = <T extends z.ZodType>(schema: T, description: string) => ({
  description,
  content: { 'application/json': { schema } },
})

export const failures = {
  400: json(problem, 'The call is not what the schema says; the message names each field.'),
  401: json(problem, 'No token, or none that is valid.'),
  403: json(problem, 'The token may read only.'),
  404: json(problem, "Off (no token exists yet), or not within the token's installation."),
  409: json(problem, 'The Idempotency-Key was used for a different call.'),
  413: json(problem, 'The body is too large.'),
  415: json(problem, 'The body is not JSON by its content type.'),
  503: json(problem, 'It could not be stored: send it again, with the same Idempotency-Key, after `retry-after` seconds.'),
}

/** For calls that only read. */
export const readFailures = {
  400: failures[400],
  401: failures[401],
  404: failures[404],
  503: json(problem, 'The database does not answer just now.'),
}
