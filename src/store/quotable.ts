import { sql, type AnyColumn, type SQL } from 'drizzle-orm'
import type { Reader } from '../domain/repository.ts'
import type { Database } from './database.ts'
import { nameKey } from './name-key.ts'

/** `mayQuote` (src/catalog/may-quote.ts) as a condition on a column of repository ids; a contract test holds the two together. */
export function quotableBy({ tables }: Database, installationId: number, reader: Reader, repositoryId: AnyColumn | SQL): SQL {
  const { repositories, catalogNames } = tables
  const key = sql.param(nameKey(reader.owner, reader.name), catalogNames.name)
  return sql`exists (select 1 from ${repositories} where ${repositories.id} = ${repositoryId} and ${repositories.installationId} = ${installationId}
    and (${repositories.id} = ${reader.id} or (${repositories.removedAt} is null and (not ${repositories.isPrivate}
      or exists (select 1 from ${catalogNames} where ${catalogNames.installationId} = ${installationId} and ${catalogNames.kind} = 'reader'
        and ${catalogNames.name} = ${key} and ${catalogNames.repositoryId} = ${repositories.id})))))`
}
