// Stands before every write of one installation: it goes when its turn has come, in whichever process.
import { setTimeout as delay } from 'node:timers/promises'
import type { Urgency } from '../domain/delivery.ts'
import type { PacedWrite } from '../domain/write-pace.ts'
import { WritesSpaced } from './github.ts'

export type Spacing = {
  /** Milliseconds to wait before asking again; 0: it may be sent. */
  take: (write: PacedWrite) => Promise<number>
  /** Of the delivery that is handled, and how long its writes have waited in this try. */
  turn: () => { urgency: Urgency; waitedMs: number } | undefined
  now: () => Date
  told?: (how: 'waited' | 'put off') => void
}

export type Request = { method: string; url: string; query?: unknown }

/** A lane waits with its delivery, so no longer than this in one try; then the inbox keeps it. */
const LONGEST_WAIT_MS = 5000

/** Resolves when it may be sent, at once for a read. Throws WritesSpaced when that would take too long to wait for. */
export async function awaitTurn(request: Request, { take, turn, now, told }: Spacing): Promise<void> {
  const handled = turn() ?? { urgency: 0, waitedMs: 0 }
  const write = writeOf(request, handled.urgency)
  if (!write) return
  // Checks and what else is merely shown let their lane go on: an incident may be behind them.
  const isPatient = write.isFirst || handled.urgency === 0 || handled.urgency === 3
  for (let waitMs = await take(write); waitMs > 0; waitMs = await take(write)) {
    if (!isPatient || handled.waitedMs + waitMs > LONGEST_WAIT_MS) {
      told?.('put off')
      throw new WritesSpaced(new Date(now().getTime() + waitMs), !write.isFirst)
    }
    told?.('waited')
    handled.waitedMs += waitMs
    await delay(waitMs)
  }
}

const CONVERSATION = /^\/repos\/\{owner\}\/\{repo\}\/issues\/.*(comments|labels|reactions)/
const GATE = /\/deployment_protection_rule$/
/** GitHub's reference says of these that creating content too quickly may be limited, or they tell people. */
const CONTENT = /\/(issues|comments|reactions|pulls)$/

/** Null for a read, and for what is not done to a repository (a token). */
export function writeOf({ method, url, query }: Request, urgency: Urgency): PacedWrite | null {
  if (/\/graphql$/.test(url)) return typeof query === 'string' && /^\s*mutation\b/.test(query) ? { isFirst: false, isContent: true } : null
  if (method === 'GET' || method === 'HEAD' || !url.startsWith('/repos/')) return null
  const isFirst = GATE.test(url) || (urgency === 0 && CONVERSATION.test(url))
  return { isFirst, isContent: method === 'POST' && CONTENT.test(url) }
}
