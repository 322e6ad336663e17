// The command line: one file a command in this folder; each registers itself and imports what is heavy only when run.
import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import { registerBackup } from './backup.ts'
import { registerBackfill } from './backfill.ts'
import { registerDeliveries } from './deliveries.ts'
import { registerDeploy } from './deploy.ts'
import { registerEvalRisk } from './eval-risk.ts'
import { registerEvalSimilar } from './eval-similar.ts'
import { registerFollowUps } from './follow-ups.ts'
import { registerForget } from './forget.ts'
import { registerEval } from './eval-suspects.ts'
import { registerIncident } from './incident.ts'
import { registerMigrate } from './migrate.ts'
import { registerMove } from './move.ts'
import { importQuickly } from './quick-imports.ts'
import { registerReplay } from './replay.ts'
import { registerReport } from './report.ts'
import { registerReview } from './review.ts'
import { registerRisk } from './risk.ts'
import { registerStart } from './start.ts'
import { registerStatus } from './status.ts'
import { registerSuspects } from './suspects.ts'
import { registerToken } from './token.ts'
import { registerTrainRisk } from './train-risk.ts'
import { registerTrainSimilar } from './train-similar.ts'
import { registerTrainSuspects } from './train-suspects.ts'

export async function run(argv: string[]): Promise<void> {
  importQuickly()
  const program = new Command('causeway')
    .description('What changed, which change is the likely cause and how sure we are, who knows it, and what fixed it last time.')
    .version(readVersion())
    .showHelpAfterError('(add --help for usage and examples)')
  registerStart(program)
  registerMigrate(program)
  registerToken(program)
  registerStatus(program)
  registerDeliveries(program)
  registerBackup(program)
  registerMove(program)
  registerForget(program)
  registerBackfill(program)
  registerDeploy(program)
  registerIncident(program)
  registerFollowUps(program)
  registerReport(program)
  registerSuspects(program)
  registerReplay(program)
  registerRisk(program)
  registerReview(program)
  registerEval(program)
  registerEvalSimilar(program)
  registerEvalRisk(program)
  registerTrainSimilar(program)
  registerTrainSuspects(program)
  registerTrainRisk(program)
  await program.parseAsync(argv)
}

/** Beside its sources and in a package alike, package.json stands two folders up. */
function readVersion(): string {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }
  return version
}
