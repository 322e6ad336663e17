// Who may be told of what happened in a repository, as one number: postings lie under it, so that a search reads only
// what its reader may know of. The rule is `mayQuote`'s (src/catalog/may-quote.ts); a contract test holds them together.
import { and, eq, isNull } from 'drizzle-orm'
import type { Reader, Repository } from '../domain/repository.ts'
import { ask, type Database, type Queries, type UnitOfWork } from './database.ts'
import { nameKey } from './name-key.ts'

/** Of public repositories that stand. Any other number is a repository's own id. */
const EVERYBODY = 0

export function audienceOf({ id, isPrivate, removedAt }: Pick<Repository, 'id' | 'isPrivate' | 'removedAt'>): number {
  return isPrivate || removedAt !== null ? id : EVERYBODY
}

/** As of now; a repository that is not known has its own. */
export function* currentAudience({ tables }: Database, q: Queries, repositoryId: number): UnitOfWork<number> {
  const { repositories } = tables
  const { id, isPrivate, removedAt } = repositories
  const [known] = yield* ask(q.select({ id, isPrivate, removedAt }).from(repositories).where(eq(id, repositoryId)))
  return known ? audienceOf(known) : repositoryId
}

/** Those that texts in `reader` may tell of: everybody's, its own, and those of repositories that share with it. */
export async function audiencesFor({ queries, tables }: Database, installationId: number, reader: Reader): Promise<number[]> {
  const { catalogNames, repositories } = tables
  const sharing = await queries
    .select({ id: repositories.id })
    .from(catalogNames)
    .innerJoin(repositories, eq(repositories.id, catalogNames.repositoryId))
    .where(
      and(
        eq(catalogNames.installationId, installationId),
        eq(catalogNames.kind, 'reader'),
        eq(catalogNames.name, nameKey(reader.owner, reader.name)),
        eq(repositories.installationId, installationId),
        eq(repositories.isPrivate, true),
        isNull(repositories.removedAt),
      ),
    )
  return [...new Set([EVERYBODY, reader.id, ...sharing.map(({ id }) => id)])].sort((a, b) => a - b)
}
