// The boxes of our comment by which people say what caused it, and the hidden words that tell one box from another.

export type Tick = { verdict: 'caused' | 'did-not-cause'; sha: string }

/** Stands at the end of the box's line. */
export const tickMarker = ({ verdict, sha }: Tick): string => `<!-- causeway:${verdict} ${sha} -->`

const TICKED = /^\s*[-*] \[[xX]\] .*<!-- causeway:(caused|did-not-cause) ([0-9a-f]{7,64}) -->\s*$/

/**
 * The boxes that are ticked in `after` and were not in `before`. GitHub knows no conditional edit: where we wrote at the
 * same moment, what somebody ticked stands in the older text that their edit brought back, and counts all the same.
 */
export function newTicks(before: string, after: string): Tick[] {
  const known = new Set(ticksIn(before).map(tickMarker))
  return ticksIn(after).filter((tick) => !known.has(tickMarker(tick)))
}

function ticksIn(body: string): Tick[] {
  return body.split(/\r\n|\n|\r/).flatMap((line): Tick[] => {
    const [, verdict, sha] = TICKED.exec(line) ?? []
    if (sha === undefined) return []
    return [{ verdict: verdict === 'caused' ? 'caused' : 'did-not-cause', sha }]
  })
}
