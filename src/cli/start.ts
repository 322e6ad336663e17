import type { Command } from 'commander'

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
  $ PORT=8080 HOST=0.0.0.0 CAUSEWAY_DATABASE_URL=postgres://causeway:secret@db/causeway causeway start`,
    )
    .action(start)
}

async function start(): Promise<void> {
  const { readEnvironment, readSettings, SettingsError } = await import('../settings/environment.ts')
  try {
    const settings = readSettings(readEnvironment())
    const { startCauseway } = await import('../main.ts')
    const causeway = await startCauseway(settings)
    stopOnSignals(() => causeway.stop())
  } catch (error) {
    const isOurs = error instanceof SettingsError
    console.error(
      isOurs || !(error instanceof Error)
        ? String(error instanceof Error ? error.message : error)
        : `Causeway can't start: ${error.message}`,
    )
    process.exit(isOurs ? 78 : 1)
  }
}

/** The first signal stops gently, the second at once. */
function stopOnSignals(stop: () => Promise<void>): void {
  let isStopping = false
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (isStopping) process.exit(1)
      isStopping = true
      stop().then(
        () => process.exit(0),
        (error: unknown) => {
          console.error(error)
          process.exit(1)
        },
      )
    })
  }
}
