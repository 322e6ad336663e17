import type { Command } from 'commander'
import { failWith } from './report-error.ts'

/** What sysexits.h calls EX_CONFIG: a supervisor need not try again before a setting has changed. */
const WRONG_SETTINGS = 78

export function registerStart(program: Command): void {
  program
    .command('start')
    .description('Listen to GitHub and answer. Settings come from the environment and from .env in this folder.')
    .addHelpText(
      'after',
      `
Examples:
  $ causeway start
      Without APP_ID it prints the address of a page that registers the GitHub App.
  $ PORT=8080 HOST=0.0.0.0 CAUSEWAY_DATABASE_URL=postgres://causeway:…@db/causeway causeway start`,
    )
    .action(start)
}

async function start(): Promise<void> {
  // Whoever read the log may go away; that must not end a process that takes webhooks in.
  process.stdout.on('error', () => undefined)
  const { readEnvironment, readSettings, SettingsError } = await import('../settings/environment.ts')
  try {
    // The database holds text of private repositories: files made here are their owner's only.
    process.umask(0o077)
    const settings = readSettings(readEnvironment())
    const { startCauseway } = await import('../main.ts')
    const starting = startCauseway(settings)
    // Before it says that it is ready: whoever reads that may stop it at once.
    stopOnSignals(async () => (await starting).stop())
    await starting
  } catch (error) {
    failWith(error, error instanceof SettingsError ? WRONG_SETTINGS : 1)
  }
}

/** The first signal stops gently, the second at once. */
function stopOnSignals(stop: () => Promise<void>): void {
  let isStopping = false
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (isStopping) process.exit(1)
      isStopping = true
      stop().then(() => process.exit(0), failWith)
    })
  }
}
