import type { Command } from 'commander'
import { failWith } from './report-error.ts'

export function registerMove(program: Command): void {
  program
    .command('move')
    .description('Copy everything from the database in use into another one, and compare the two. Stop Causeway first.')
    .requiredOption('--to <url>', 'the other database: postgres://… or file:…')
    .option('--resume', 'go on with a move that was cut off; without it the other database must be empty')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      '\nThe database in use is left as it is. When the move is done, set CAUSEWAY_DATABASE_URL to the other one and start.\n\nExamples:\n  $ causeway move --to postgres://causeway:…@db/causeway\n  $ causeway move --to postgres://causeway:…@db/causeway --resume',
    )
    .action(move)
}

async function move(options: { to: string; resume?: boolean; json?: boolean }): Promise<void> {
  try {
    process.umask(0o077)
    const { readDatabaseSettings, readEnvironment } = await import('../settings/environment.ts')
    const { url } = readDatabaseSettings(readEnvironment())
    if (url === options.to) throw new Error('That is the database in use: name another one with --to.')
    const { openDatabase } = await import('../store/open-store.ts')
    const { holdsAnything, moveStore } = await import('../store/move.ts')
    const source = await openDatabase(url, {})
    const target = await openDatabase(options.to, {}).catch(async (error: unknown) => {
      await source.close()
      throw error
    })
    try {
      if (!options.resume && (await holdsAnything(target)))
        throw new Error('The other database is not empty. Empty it, or add --resume if an earlier move into it was cut off.')
      const moved = await moveStore(source, target, (table, rows) => console.error(`${table}: ${rows} rows`))
      const rows = moved.reduce((sum, table) => sum + table.rows, 0)
      console.log(options.json ? JSON.stringify({ rows, tables: moved }) : `${rows} rows of ${moved.length} tables are the same in both.`)
    } finally {
      await Promise.all([source.close(), target.close()])
    }
  } catch (error) {
    failWith(error)
  }
}
