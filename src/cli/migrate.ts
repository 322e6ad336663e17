import type { Command } from 'commander'
import { failWith } from './report-error.ts'

export function registerMigrate(program: Command): void {
  program
    .command('migrate')
    .description("Bring the database's tables up to date. Every start does this too; several may at once.")
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      `
Examples:
  $ causeway migrate
  $ CAUSEWAY_DATABASE_URL=postgres://causeway:…@db/causeway causeway migrate --json`,
    )
    .action(migrateDatabase)
}

async function migrateDatabase(options: { json?: boolean }): Promise<void> {
  try {
    // The database holds text of private repositories: files made here are their owner's only.
    process.umask(0o077)
    const { readDatabaseSettings, readEnvironment } = await import('../settings/environment.ts')
    const { url } = readDatabaseSettings(readEnvironment())
    const { migrate } = await import('../store/open-store.ts')
    await migrate(url)
    const engine = url.startsWith('file:') ? 'sqlite' : 'postgres'
    console.log(options.json ? JSON.stringify({ engine, upToDate: true }) : `The ${engine} database is up to date.`)
  } catch (error) {
    failWith(error)
  }
}
