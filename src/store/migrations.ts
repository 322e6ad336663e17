// Which migrations a database still needs. The two engines run them; this only reads files and decides.
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { readMigrationFiles, type MigrationMeta } from 'drizzle-orm/migrator'

/** The table in which drizzle notes what ran; ours, so that `drizzle-kit` tools understand the database. */
export const MIGRATIONS_TABLE = '__drizzle_migrations'

/** The generated migrations of an engine, oldest first. */
export function readMigrations(engine: 'sqlite' | 'postgres'): MigrationMeta[] {
  // Two levels up from src/store and from dist/store, three from dist/src/store.
  for (const up of ['../../drizzle/', '../../../drizzle/']) {
    const folder = fileURLToPath(new URL(`${up}${engine}`, import.meta.url))
    if (existsSync(folder)) return readMigrationFiles({ migrationsFolder: folder })
  }
  throw new Error(`The folder drizzle/${engine} with the database migrations is missing from this installation. Install Causeway again.`)
}

/**
 * The migrations newer than the last one applied (`lastAppliedAt`, drizzle's number, null for an empty database).
 * @throws when the database has one that this program does not know: an older program would misread a newer database.
 */
export function pendingMigrations(migrations: MigrationMeta[], lastAppliedAt: number | null, database: string): MigrationMeta[] {
  const newest = migrations.at(-1)?.folderMillis ?? 0
  if (lastAppliedAt !== null && lastAppliedAt > newest) {
    throw new Error(
      `${database} was written by a newer Causeway than this one. Start the newer version again, or restore the backup made before the upgrade.`,
    )
  }
  return migrations.filter((migration) => lastAppliedAt === null || migration.folderMillis > lastAppliedAt)
}
