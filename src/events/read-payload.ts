// One way to say that a payload could not be used: an ignored event with a reason, never an exception.
import { z } from 'zod'
import type { Ignored } from '../domain/event.ts'

export const ignored = (reason: string): Ignored => ({ kind: 'ignored', reason })

/** Ids of GitHub exceed 32 bits, but not what a double holds exactly. */
export const id = z.number().int().positive()

export const sha = z
  .string()
  .regex(/^([0-9a-f]{40}|[0-9a-f]{64})$/i)
  .transform((value) => value.toLowerCase())

/** The parsed parts, or why there are none. A webhook of the repository itself (not of the App) has no installation. */
export function readPayload<T>(schema: z.ZodType<T>, payload: unknown): { data: T } | { reason: string } {
  const read = schema.safeParse(payload)
  if (read.success) return { data: read.data }
  const hasInstallation = typeof payload === 'object' && payload !== null && 'installation' in payload && payload.installation
  if (!hasInstallation) return { reason: 'no installation in the payload: it was not sent to the App' }
  const [problem] = read.error.issues
  return { reason: `unusual payload: ${problem ? `${problem.path.join('.') || 'body'}: ${problem.message}` : 'unreadable'}` }
}
