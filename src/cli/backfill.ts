import type { Command } from 'commander'
import type { Store } from '../store/store.ts'
import { parseSpan } from './arguments.ts'
import { withStore } from './with-store.ts'

const DAY_MS = 86_400_000

export function registerBackfill(program: Command): void {
  program
    .command('backfill <owner/repo>')
    .description(
      "Read a repository's past again: merged pull requests, deployments and incidents. A running process does it, page by page.",
    )
    .option('--since <span>', 'how far back', parseSpan, 180 * DAY_MS)
    .option('--incidents-since <span>', 'how far back for incidents', parseSpan, 730 * DAY_MS)
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExamples:\n  $ causeway backfill acme/shop\n  $ causeway backfill acme/shop --since 1y\n  $ causeway status')
    .action((name: string, options: Options) => withStore((store) => backfill(store, name, options)))
}

type Options = { since: number; incidentsSince: number; json?: boolean }

async function backfill(store: Store, fullName: string, options: Options): Promise<void> {
  const { requestBackfill } = await import('../backfill/request-backfill.ts')
  const { backfillDelivery } = await import('../inbox/backfill-call.ts')
  const [owner = '', name = ''] = fullName.split('/')
  const found = await store.installations.byRepositoryName(owner, name)
  if (!found) throw new Error(`${fullName} is not known. Is the App installed there, and did it hear of the repository while it ran?`)
  const now = new Date()
  const since = new Date(now.getTime() - options.since)
  const incidentsSince = new Date(now.getTime() - Math.max(options.incidentsSince, options.since))
  const isRequested = await requestBackfill(
    store.tenant(found.installationId),
    { repositoryId: found.repositoryId, since, incidentsSince },
    { now, isForced: true, enqueue: (note) => store.deliveries.add([backfillDelivery(found.installationId, note, now)]) },
  )
  if (options.json) return console.log(JSON.stringify({ ...found, requested: isRequested, since, incidentsSince }))
  console.log(
    isRequested
      ? `The past of ${fullName} since ${since.toISOString().slice(0, 10)} will be read by a running process. "causeway status" shows how far it is.`
      : `The past of ${fullName} is being read already. "causeway status" shows how far it is.`,
  )
}
