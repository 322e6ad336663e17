// Who may be told of what happened in a repository, as one number: postings lie under it, so that a search reads only
// what its reader may know of. The rule is `mayQuote`'s (src/catalog/may-quote.ts); a contract test holds them together.
import { and, eq, isNull } from 'drizzle-orm'
import type { Reader, Repository } from '../domain/repository.ts'
import { ask, type Database, type Queries, type UnitOfWork } from './database.ts'
import { nameKey } from './name-key.ts'
import { declareRead, type Given, type TenantRead } from './prepared.ts'

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

const sharingWith = declareRead(({ q, tables: { catalogNames, repositories }, mine }, { reader }: { reader: Given<string> }) =>
  q
    .select({ id: repositories.id })
    .from(catalogNames)
    .innerJoin(repositories, eq(repositories.id, catalogNames.repositoryId))
    .where(
      and(
        mine(catalogNames),
        eq(catalogNames.kind, 'reader'),
        eq(catalogNames.name, reader),
        mine(repositories),
        eq(repositories.isPrivate, true),
        isNull(repositories.removedAt),
      ),
    ),
)

/** Those that texts in `reader` may tell of: everybody's, its own, and those of repositories that share with it. */
export async function audiencesFor(read: TenantRead, reader: Reader): Promise<number[]> {
  const sharing = await read(sharingWith, { reader: nameKey(reader.owner, reader.name) })
  return [...new Set([EVERYBODY, reader.id, ...sharing.map(({ id }) => id)])].sort((a, b) => a - b)
}
