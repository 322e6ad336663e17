import type { Command } from 'commander'
import type { Store } from '../store/store.ts'
import { table } from './terminal.ts'
import { withStore } from './with-store.ts'

export function registerStatus(program: Command): void {
  program
    .command('status')
    .description('What waits, what was given up, whom GitHub asked to wait, and how far the past is read.')
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExamples:\n  $ causeway status\n  $ causeway status --json')
    .action((options: { json?: boolean }) => withStore((store) => status(store, options)))
}

async function status(store: Store, options: { json?: boolean }): Promise<void> {
  const now = new Date()
  const { oldestQueuedAt, ...inbox } = await store.deliveries.counts()
  const backfills = await store.backfills.all()
  const names = await repositoryNames(store)
  const sweep = await store.schedules.mark('missed-deliveries')
  const seen = {
    engine: store.engine,
    bytes: await store.bytes(),
    inbox,
    lagMs: oldestQueuedAt ? Math.max(0, now.getTime() - oldestQueuedAt.getTime()) : 0,
    held: await store.rateLimits.held(now),
    writes: await store.writePaces.ahead(now),
    sweep: sweep && { startedAt: sweep.startedAt, knownUntil: sweep.mark },
    backfills: backfills.map((one) => ({ repository: names.get(one.repositoryId) ?? String(one.repositoryId), ...one })),
  }
  if (options.json) return console.log(JSON.stringify(seen))
  const { unsorted, queued, retry, dead, done } = inbox
  console.log(
    `Inbox      ${unsorted + queued} waiting, ${retry} to be tried again, ${dead} given up, ${done} done; the oldest waits for ${spanOf(seen.lagMs)}`,
  )
  console.log(`Database   ${seen.engine}, ${(seen.bytes / 2 ** 20).toFixed(1)} MiB`)
  console.log(
    `Missed     ${sweep ? `looked for at ${sweep.startedAt.toISOString()}; all in up to ${sweep.mark ?? 'no point yet'}` : 'never looked for yet'}`,
  )
  for (const { installationId, until, reason } of seen.held)
    console.log(`On hold    installation ${installationId} until ${until.toISOString()}: ${reason}`)
  for (const { installationId, aheadMs } of seen.writes)
    console.log(`Spaced     installation ${installationId} writes as fast as it may: ${spanOf(aheadMs)} ahead of its pace`)
  if (dead > 0) console.log('           "causeway deliveries list" says why; "causeway deliveries retry --dead" tries them again')
  if (seen.backfills.length === 0) return console.log('Past       of no repository was asked for')
  const rows = seen.backfills.map((one) => [
    one.repository,
    one.finishedAt ? 'read' : one.phase,
    one.since.toISOString().slice(0, 10),
    String(one.pullRequests),
    String(one.deployments),
    String(one.incidents),
  ])
  console.log(`\n${table(['Past of', 'state', 'since', 'pull requests', 'deployments', 'incidents'], rows).join('\n')}`)
  for (const { repository, problems } of seen.backfills) for (const problem of problems) console.log(`${repository}: not read: ${problem}`)
}

async function repositoryNames(store: Store): Promise<Map<number, string>> {
  const names = new Map<number, string>()
  for (const { id } of await store.installations.all())
    for (const repository of await store.tenant(id).repositories.all()) names.set(repository.id, `${repository.owner}/${repository.name}`)
  return names
}

function spanOf(ms: number): string {
  const seconds = Math.round(ms / 1000)
  return seconds < 120 ? `${seconds} s` : seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`
}
