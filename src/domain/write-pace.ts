// How fast one installation writes to GitHub, which takes some 80 requests that create content a minute, 500 an hour, and
// wishes for a second between writes of any kind: https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api
// and …/best-practices-for-using-the-rest-api. Each write uses up a span of time; what is used up lies ahead of now.

/** Until when the writes so far have used up time, of the minute's pace and of the hour's. */
export type WritePace = { writesUntil: Date; contentUntil: Date }

export type PacedWrite = {
  /** What people wait for: an incident's comment, labels and reactions, and the gate. The rest leaves room for it. */
  isFirst: boolean
  /** It makes an issue, a comment, a reaction or a pull request. A check run, an edit and a label are writes only. */
  isContent: boolean
}

/** Shares of what is written in a minute: with 60, twenty at once, then one a second, so at most 80 in any minute. */
const WRITES = { first: 1 / 3, rest: 1 / 8 }
/** With 60 a minute 140 at once, then one in ten seconds: at most 500 in any hour. */
const CONTENT = { slower: 10, first: 7 / 3, rest: 5 / 3 }

/** The pace after this write, or in how many milliseconds to ask again. `perMinute` is what is written for long. */
export function takeTurn(
  pace: WritePace | null,
  write: PacedWrite,
  perMinute: number,
  now: Date,
): { pace: WritePace } | { waitMs: number } {
  const everyMs = 60_000 / perMinute
  const who = write.isFirst ? 'first' : 'rest'
  const next = (until: Date | undefined, eachMs: number, shares: { first: number; rest: number }) => {
    const most = (share: number) => Math.max(1, Math.floor(share * perMinute)) * eachMs
    // More than the most was never used: another process's clock was ahead.
    const aheadMs = Math.min(Math.max(0, (until?.getTime() ?? 0) - now.getTime()), most(shares.first))
    return { waitMs: aheadMs + eachMs - most(shares[who]), until: new Date(now.getTime() + Math.ceil(aheadMs + eachMs)) }
  }
  const asWrite = next(pace?.writesUntil, everyMs, WRITES)
  const asContent = write.isContent ? next(pace?.contentUntil, everyMs * CONTENT.slower, CONTENT) : null
  const waitMs = Math.ceil(Math.max(asWrite.waitMs, asContent?.waitMs ?? 0))
  if (waitMs > 0) return { waitMs }
  return { pace: { writesUntil: asWrite.until, contentUntil: asContent?.until ?? pace?.contentUntil ?? now } }
}
