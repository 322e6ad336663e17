import { Incomplete, MissingPermission, RateLimited, WritesSpaced } from '../github/github.ts'
import { withoutQuery } from '../store/query-error.ts'

/** What will fail again however often it is tried: a payload that is not what its event promises. */
export class PermanentFailure extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'PermanentFailure'
  }
}

/** It could be done now and had better be done later: no failure, and not GitHub's wish. */
export class Postponed extends Error {
  readonly until: Date
  constructor(message: string, until: Date) {
    super(message)
    this.name = 'Postponed'
    this.until = until
  }
}

/** `aside`: its lane goes on without it. */
export type NextAttempt = { kind: 'retry'; at: Date; reason: string; aside: boolean; isOutage: boolean } | { kind: 'dead'; reason: string }

const SECOND = 1000
const MINUTE = 60 * SECOND

/**
 * While a delivery waits, its whole lane waits. An outage elsewhere is waited for about a day (1 s, 2 s, 4 s … 5 min), the
 * first minute of it by the whole lane; a refusal or a mistake of ours is not going to heal, so it ends after two minutes.
 */
const PATIENCE = {
  outage: { attempts: 300, longestMs: 5 * MINUTE },
  refusal: { attempts: 4, longestMs: MINUTE },
  mistake: { attempts: 8, longestMs: MINUTE },
  incomplete: { attempts: 24, longestMs: 5 * MINUTE },
} as const
/**
 * The seventh failure comes about a minute after the first: it need not be an outage of all, and order is not needed to be
 * right. What is recorded but for a part holds nobody up for longer than seven seconds.
 */
const BLOCKING_ATTEMPTS = { outage: 7, incomplete: 4 } as const
/** GitHub's limits end within an hour: what is still refused as one after three days never was. */
const LONGEST_WAIT_MS = 3 * 24 * 60 * MINUTE

/**
 * When to try a failed delivery again, or why never.
 * `attempts` counts the tries so far, this one included; `random` in [0, 1) spreads the tries of many lanes; `waitedMs` is
 * how long ago it came in.
 */
export function nextAttempt(attempts: number, error: unknown, now: Date, random: number, waitedMs = 0): NextAttempt {
  const causes = causesOf(error)
  const reason = describe(causes)
  const limits = causes.filter((cause) => cause instanceof RateLimited)
  // A rate limit is no failure: it is waited for as long as GitHub says, with a little spread so as not to return all at once.
  if (limits.length > 0) {
    if (waitedMs > LONGEST_WAIT_MS) return { kind: 'dead', reason: `${reason} (given up after three days)` }
    const at = Math.max(now.getTime(), ...limits.map((limit) => limit.retryAt.getTime()))
    const aside = limits.every((limit) => limit instanceof WritesSpaced && limit.aside)
    const spread = limits.every((limit) => limit instanceof WritesSpaced) ? SECOND : 5 * SECOND
    return { kind: 'retry', at: new Date(at + Math.ceil(random * spread)), reason, aside, isOutage: false }
  }
  const [first] = causes
  if (first instanceof Postponed)
    return { kind: 'retry', at: new Date(first.until.getTime() + random * MINUTE), reason, aside: false, isOutage: false }
  if (causes.every(isPermanent)) return { kind: 'dead', reason }
  const kind = causes.map(kindOf).find((one) => one === 'outage') ?? kindOf(causes[0])
  const patience = PATIENCE[kind]
  if (attempts >= patience.attempts) return { kind: 'dead', reason: `${reason} (given up after ${attempts} attempts)` }
  const delay = Math.min(SECOND * 2 ** Math.min(attempts - 1, 30), patience.longestMs)
  const at = new Date(now.getTime() + delay / 2 + random * delay)
  const isOutage = kind === 'outage' || kind === 'incomplete'
  return { kind: 'retry', at, reason, aside: isOutage && attempts >= BLOCKING_ATTEMPTS[kind], isOutage }
}

/** Probot wraps what its handlers threw in an AggregateError. */
export function causesOf(error: unknown): unknown[] {
  if (!(error instanceof AggregateError)) return [withoutQuery(error)]
  const causes = (error.errors as unknown[]).flatMap(causesOf)
  return causes.length > 0 ? causes : [error]
}

function isPermanent(cause: unknown): boolean {
  if (cause instanceof MissingPermission) return true
  return cause instanceof PermanentFailure || isGoneInstallation(cause) || (cause instanceof Error && cause.name === 'ZodError')
}

/** No token is given for an installation that was removed, or is another App's. Once it is back, GitHub can deliver again. */
function isGoneInstallation(cause: unknown): boolean {
  if (statusOf(cause) !== 404) return false
  const { request } = cause as { request?: { url?: unknown } }
  return typeof request?.url === 'string' && /\/app\/installations\/\d+\/access_tokens$/.test(request.url)
}

function kindOf(cause: unknown): keyof typeof PATIENCE {
  if (cause instanceof Incomplete) return 'incomplete'
  const status = statusOf(cause)
  if (status !== null) return status >= 500 || status === 401 || status === 408 || status === 429 ? 'outage' : 'refusal'
  return hasNetworkCode(cause) ? 'outage' : 'mistake'
}

function statusOf(cause: unknown): number | null {
  const status = typeof cause === 'object' && cause !== null && 'status' in cause ? cause.status : null
  return typeof status === 'number' ? status : null
}

/** A dropped connection, to GitHub (undici) or to PostgreSQL (node:net, or its own class 08, 53 and 57 codes); a full or failing disk. */
function hasNetworkCode(cause: unknown): boolean {
  if (!(cause instanceof Error)) return false
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : ''
  return (
    /^(E(?:CONN|TIMEDOUT|NOTFOUND|AI_AGAIN|PIPE|HOST|NET)\w*|UND_ERR_\w+|SQLITE_(?:BUSY|FULL|IOERR)\w*|08\w{3}|53\w{3}|57\w{3}|40\w{3})$/.test(
      code,
    ) || hasNetworkCode(cause.cause)
  )
}

/** One line for the record, without line breaks, at most 500 characters. */
function describe(causes: unknown[]): string {
  const words = causes.map((cause) => (cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause)))
  const line = words.join('; ').replaceAll(/[\s\p{Cc}]+/gu, ' ')
  return line.length > 500 ? `${line.slice(0, 499)}…` : line
}
