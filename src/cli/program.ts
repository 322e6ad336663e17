// The command line: one file a command in this folder; each registers itself and imports what is heavy only when run.
import { Command } from 'commander'
import { registerDeploy } from './deploy.ts'
import { registerMigrate } from './migrate.ts'
import { registerReplay } from './replay.ts'
import { registerStart } from './start.ts'
import { registerSuspects } from './suspects.ts'
import { registerToken } from './token.ts'

export async function run(argv: string[]): Promise<void> {
  const program = new Command('causeway')
    .description('What changed, which change is the likely cause and how sure we are, who knows it, and what fixed it last time.')
    .showHelpAfterError('(add --help for usage and examples)')
  registerStart(program)
  registerMigrate(program)
  registerToken(program)
  registerDeploy(program)
  registerSuspects(program)
  registerReplay(program)
  await program.parseAsync(argv)
}
