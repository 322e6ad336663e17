// What a postmortem lists under follow-ups, and when each is due. Pure; the text is whatever people made of it.
import * as chrono from 'chrono-node/en'
import type { ListedFollowUp } from '../domain/follow-up.ts'
import { FOLLOW_UPS_MARKER, SUGGESTED_MARKER } from '../render/postmortem.ts'
import { plain } from '../render/escape.ts'

const LONGEST_DOCUMENT = 200_000
const LONGEST_LINE = 1_000
const LONGEST_TEXT = 240
const MOST_ITEMS = 50
const DAY_MS = 86_400_000
/** A date further away is no due date: a version, a typing error. */
const FURTHEST_MS = 5 * 366 * DAY_MS
const HEADING = /^(#{1,6})\s+(.*)$/
const FOLLOW_UPS = /\b(?:follow[- ]?ups?|action items?)\b/i
/** Not indented: what stands below an item says more of it. */
const ITEM = /^ ?(?:[-*+]|\d{1,3}[.)])\s+(?:\[([ xX])\]\s*)?(.*)$/
const DUE = /(?:^|[\s(,;–—-])(?:due|by|until|till|before)\b:?\s+(?:on\s+|the\s+)?([^()]{2,60})\)?\.?$/i
const ISO_DAY = /\(?\b(\d{4}-\d{2}-\d{2})\b\)?/

/**
 * The items of the list, in order. Of what Causeway suggested only what is ticked; a line that is nothing but a reference
 * (`#12`) is tracked in that issue already. `now`: what "next Friday" is seen from; days are UTC.
 */
export function readFollowUps(document: string, now: Date): ListedFollowUp[] {
  const listed: ListedFollowUp[] = []
  for (const line of sectionLines(document)) {
    const [, box, words = ''] = ITEM.exec(line.slice(0, LONGEST_LINE)) ?? []
    if (words.includes(SUGGESTED_MARKER) && box?.toLowerCase() !== 'x') continue
    const said = plain(words.replaceAll(/<!--.*?-->/g, ' ').replaceAll(/[*_~`]{1,3}(?=\S)|(?<=\S)[*_~`]{1,3}/g, ''), LONGEST_LINE)
    const { text, dueOn } = withoutDay(said, now)
    if (!/[\p{L}\p{N}]/u.test(text) || /^(?:[\w.-]+\/[\w.-]+)?#\d+$|^https?:\S+\/(?:issues|pull)\/\d+\S*$/.test(text)) continue
    if (words.startsWith('*To be told')) continue
    listed.push({ text: plain(text, LONGEST_TEXT), dueOn })
    if (listed.length === MOST_ITEMS) break
  }
  return listed
}

/** Lines from our marker, or from a heading that speaks of follow-ups, to the next heading that is not below it. */
function sectionLines(document: string): string[] {
  const lines: string[] = []
  let level: number | null = null
  let fence: string | null = null
  for (const line of document.slice(0, LONGEST_DOCUMENT).split(/\r\n|\r|\n/)) {
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1]
    if (fence !== null) {
      if (mark?.startsWith(fence)) fence = null
      continue
    }
    if (mark !== undefined) {
      fence = mark
      continue
    }
    const [, hashes, title = ''] = HEADING.exec(line) ?? []
    if (hashes !== undefined && FOLLOW_UPS.test(title)) level = hashes.length
    else if (hashes !== undefined && level !== null && hashes.length <= level) level = null
    else if (line.trim() === FOLLOW_UPS_MARKER) level ??= 6
    else if (level !== null) lines.push(line)
  }
  return lines
}

function withoutDay(said: string, now: Date): { text: string; dueOn: Date | null } {
  const phrase = DUE.exec(said)
  const read = phrase?.[1] === undefined ? null : dayIn(phrase[1], now)
  if (phrase && read) return { text: trimmed(said.slice(0, phrase.index)), dueOn: read }
  const day = ISO_DAY.exec(said)
  const stated = day?.[1] === undefined ? null : inReach(new Date(`${day[1]}T00:00:00Z`), now)
  // Without a word before it, a day of the past is of what happened.
  if (!day || !stated || stated.getTime() < now.getTime() - DAY_MS) return { text: said, dueOn: null }
  return { text: trimmed(said.replace(day[0], ' ').replaceAll(/\s+/g, ' ')), dueOn: stated }
}

/** Only when the words begin with the day: "by Friday" is one, "by rolling back on Friday" is not. */
function dayIn(words: string, now: Date): Date | null {
  const [found] = chrono.parse(words, { instant: now, timezone: 0 }, { forwardDate: true })
  if (!found || found.index > 0) return null
  const at = found.start.date()
  return inReach(new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate())), now)
}

function inReach(day: Date, now: Date): Date | null {
  return Math.abs(day.getTime() - now.getTime()) <= FURTHEST_MS ? day : null
}

function trimmed(text: string): string {
  return text.replace(/[\s(,;:–—-]+$/, '').trim()
}
