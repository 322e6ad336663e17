import { sql, type AnyColumn, type SQL } from 'drizzle-orm'
import type { Given, Parts } from './prepared.ts'

/** `mayQuote` (src/catalog/may-quote.ts) as a condition on a column of repository ids; a contract test holds the two together. */
export function quotableBy(
  { tables, mine }: Pick<Parts, 'tables' | 'mine'>,
  reader: { id: Given<number>; key: Given<string> },
  repositoryId: AnyColumn | SQL,
): SQL {
  const { repositories, catalogNames } = tables
  return sql`exists (select 1 from ${repositories} where ${repositories.id} = ${repositoryId} and ${mine(repositories)}
    and (${repositories.id} = ${reader.id} or (${repositories.removedAt} is null and (not ${repositories.isPrivate}
      or exists (select 1 from ${catalogNames} where ${mine(catalogNames)} and ${catalogNames.kind} = 'reader'
        and ${catalogNames.name} = ${reader.key} and ${catalogNames.repositoryId} = ${repositories.id})))))`
}
