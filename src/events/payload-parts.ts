// What every webhook payload is made of, read by schema: people, repositories, texts and times.
import { z } from 'zod'
import type { Person } from '../domain/change.ts'
import type { Repository } from '../domain/repository.ts'

/** As much as GitHub takes of a body. */
const LONGEST_TEXT = 65_536
/** Four times what GitHub takes of a title, a label, a ref or a name. */
const LONGEST_LINE = 1_024

/** PostgreSQL's text refuses U+0000, and nothing we show needs it. Everything that reads texts relies on their length. */
export const text = z.string().transform((value) => value.slice(0, LONGEST_TEXT).replaceAll('\u0000', ''))
export const line = text.transform((value) => value.slice(0, LONGEST_LINE))

/** ISO 8601, or seconds since 1970 as push payloads have them. */
export const when = z.union([
  z.iso.datetime({ offset: true }).transform((value) => new Date(value)),
  z
    .number()
    .int()
    .nonnegative()
    .max(253_402_300_799)
    .transform((seconds) => new Date(seconds * 1000)),
])

const GHOST: Person = { login: 'ghost', isBot: false }

/** A user, or `ghost` for an account that was deleted (GitHub sends null). */
export const person = z
  .object({ login: line.pipe(z.string().min(1).max(100)), type: line.nullish() })
  .nullish()
  .transform((user): Person => (user ? { login: user.login, isBot: user.type === 'Bot' || user.login.endsWith('[bot]') } : GHOST))

export const repositoryPart = z.object({
  id: z.number().int().positive(),
  name: line.pipe(z.string().min(1).max(200)),
  full_name: line.nullish(),
  private: z.boolean().nullish(),
  visibility: line.nullish(),
  archived: z.boolean().nullish(),
  default_branch: line.nullish(),
  updated_at: when.nullish().catch(null),
  // Push payloads name the owner, not always by login.
  owner: z.object({ login: line.nullish(), name: line.nullish() }).nullish(),
})

/** Internal repositories have more readers than a private one but aren't public: they count as private. */
export function repositoryOf(part: z.infer<typeof repositoryPart>, installationId: number): Repository {
  return {
    id: part.id,
    installationId,
    owner: part.owner?.login ?? part.owner?.name ?? part.full_name?.split('/')[0] ?? '',
    name: part.name,
    isPrivate: part.private ?? (part.visibility !== undefined && part.visibility !== null && part.visibility !== 'public'),
    isArchived: part.archived ?? false,
    defaultBranch: part.default_branch ?? 'main',
    removedAt: null,
    updatedAt: part.updated_at ?? null,
  }
}
