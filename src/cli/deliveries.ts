import { InvalidArgumentError, Option, type Command } from 'commander'
import type { DeliveryState } from '../domain/delivery.ts'
import type { Store } from '../store/store.ts'
import { parseCount } from './arguments.ts'
import { plain } from './terminal.ts'
import { withStore } from './with-store.ts'

const STATES: DeliveryState[] = ['queued', 'retry', 'done', 'dead']

export function registerDeliveries(program: Command): void {
  const deliveries = program.command('deliveries').description('What came in, what became of it, and another try for what was given up.')
  deliveries
    .command('list')
    .description('List deliveries, newest first: without --state those that wait for another try or were given up.')
    .addOption(new Option('--state <state...>', 'any of queued, retry, done, dead').choices(STATES))
    .option('--event <name>', 'only this event, such as deployment_status')
    .option('--installation <id>', 'only of this installation', parseId)
    .option('--before <id>', 'continue below this id', parseId)
    .option('--limit <count>', 'at most this many', parseCount, 50)
    .option('--json', 'print a JSON array')
    .addHelpText(
      'after',
      '\nExamples:\n  $ causeway deliveries list\n  $ causeway deliveries list --state dead --event push --json\n  $ causeway deliveries list --state done --limit 20',
    )
    .action((options: ListOptions) => withStore((store) => list(store, options)))
  deliveries
    .command('show <id>')
    .description("Show one delivery with its payload, by its number in the list or by GitHub's X-GitHub-Delivery.")
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      '\nExamples:\n  $ causeway deliveries show 4711\n  $ causeway deliveries show 72d3162e-cc78-11e3-81ab-4c9367dc0958 --json',
    )
    .action((id: string, options: { json?: boolean }) => withStore((store) => show(store, id, options)))
  deliveries
    .command('retry [id...]')
    .description('Try again: deliveries that were given up or wait for their next try. A running process takes them up within a second.')
    .option('--dead', 'all that were given up')
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExamples:\n  $ causeway deliveries retry 4711\n  $ causeway deliveries retry --dead')
    .action((ids: string[], options: RetryOptions) => withStore((store) => retry(store, ids, options)))
}

type ListOptions = { state?: DeliveryState[]; event?: string; installation?: number; before?: number; limit: number; json?: boolean }
type RetryOptions = { dead?: boolean; json?: boolean }

async function list(store: Store, options: ListOptions): Promise<void> {
  const { event, installation: installationId, before, limit } = options
  const rows = await store.deliveryLog.list({ states: options.state ?? ['retry', 'dead'], event, installationId, before, limit })
  if (options.json) return console.log(JSON.stringify(rows))
  if (rows.length === 0) return console.error(options.state ? 'There is none.' : 'Nothing waits for another try, and nothing was given up.')
  for (const { id, state, event, receivedAt, attempts, lane, reason } of rows)
    console.log(
      [
        id,
        state,
        event,
        receivedAt.toISOString(),
        `${attempts} ${attempts === 1 ? 'try' : 'tries'}`,
        lane || 'unsorted',
        plain(reason ?? '', 120),
      ].join('\t'),
    )
}

async function show(store: Store, id: string, options: { json?: boolean }): Promise<void> {
  const { body, ...facts } = await find(store, id)
  const payload = readBody(body)
  if (options.json) return console.log(JSON.stringify({ ...facts, payload }))
  for (const [name, value] of Object.entries(facts))
    console.log(`${name}: ${value instanceof Date ? value.toISOString() : plain(String(value ?? '–'), 600)}`)
  console.log(body.length === 0 ? '\nIts payload is no longer kept.' : `\n${escaped(JSON.stringify(payload, null, 2))}`)
}

async function retry(store: Store, ids: string[], options: RetryOptions): Promise<void> {
  if (options.dead ? ids.length > 0 : ids.length === 0)
    throw new Error('Name deliveries by their ids, or give --dead for all that were given up.')
  const found = options.dead ? null : await Promise.all(ids.map((id) => find(store, id)))
  for (const one of found ?? []) {
    if (one.body.length === 0) throw new Error(`Delivery ${one.id} can't be tried again: its payload is no longer kept.`)
    if (one.state === 'done' || one.state === 'queued')
      throw new Error(`Delivery ${one.id} is ${one.state}: there is nothing to try again.`)
  }
  const queued = await store.deliveryLog.requeue(found && found.map((one) => one.id), new Date())
  console.log(options.json ? JSON.stringify({ queued }) : `${queued} ${queued === 1 ? 'delivery is' : 'deliveries are'} queued again.`)
}

async function find(store: Store, id: string) {
  const found = /^\d{1,15}$/.test(id) ? await store.deliveryLog.byId(Number(id)) : await store.deliveries.byGuid(id)
  if (!found) throw new Error(`There is no delivery ${id}: "causeway deliveries list --state done" shows what is still known.`)
  return found
}

/** Escape sequences in a payload must not reach the terminal; JSON has an escape for each. */
function escaped(text: string): string {
  return text.replaceAll(/(?!\n)[\p{Cc}\p{Cf}]/gu, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

function readBody(body: Uint8Array): unknown {
  const text = new TextDecoder().decode(body)
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

function parseId(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('Give a number.')
  return Number(text)
}
