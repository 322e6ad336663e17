import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Command } from 'commander'
import { failWith } from './report-error.ts'

export function registerBackup(program: Command): void {
  program
    .command('backup <file>')
    .description('Copy the SQLite database into a file while Causeway runs: whole, checked, and there only once it is complete.')
    .option('--force', 'write over an existing file')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      '\nTo restore, stop Causeway, put the file in the place of the database (without the -wal and -shm beside it) and start.\nPostgreSQL is backed up with its own pg_dump.\n\nExamples:\n  $ causeway backup /backups/causeway-$(date +%F).db\n  $ causeway backup latest.db --force --json',
    )
    .action(backUp)
}

async function backUp(file: string, options: { force?: boolean; json?: boolean }): Promise<void> {
  try {
    process.umask(0o077)
    const { readDatabaseSettings, readEnvironment } = await import('../settings/environment.ts')
    const { url } = readDatabaseSettings(readEnvironment())
    if (!url.startsWith('file:')) throw new Error('The database is PostgreSQL: back it up with pg_dump, or from a replica.')
    if (existsSync(file) && !options.force) throw new Error(`${file} exists. Name another file, or add --force to write over it.`)
    const { backupSqlite } = await import('../store/backup.ts')
    const from = url.startsWith('file://') ? fileURLToPath(url) : url.slice('file:'.length)
    const bytes = await backupSqlite(from, file, (share) => console.error(`${Math.round(share * 100)} %`))
    console.log(options.json ? JSON.stringify({ file, bytes }) : `${file}: ${bytes} bytes, checked.`)
  } catch (error) {
    failWith(error)
  }
}
