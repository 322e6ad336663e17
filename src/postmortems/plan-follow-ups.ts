// What the list says now, against what is tracked already. Pure: the same two lists lead to the same plan, whichever edits
// led there, so that a line that was said better stays the follow-up that it was.
import { createHash } from 'node:crypto'
import type { FollowUpItem, ListedFollowUp } from '../domain/follow-up.ts'

type Line = Pick<FollowUpItem, 'key' | 'text' | 'dueOn'>

export type FollowUpPlan = { open: Line[]; edit: Line[] }

/** Share of words in common from which on a new line is an old one, said better. */
const ALIKE = 0.5

/** `dueOn`: for what names no day itself. */
export function planFollowUps(tracked: readonly FollowUpItem[], listed: readonly ListedFollowUp[], dueOn: Date): FollowUpPlan {
  const left = new Map(tracked.map((item) => [item.key, item]))
  const edit: Line[] = []
  const take = (item: FollowUpItem, line: ListedFollowUp): void => {
    left.delete(item.key)
    const next = { key: item.key, text: line.text, dueOn: line.dueOn ?? item.dueOn }
    if (next.text !== item.text || next.dueOn.getTime() !== item.dueOn.getTime()) edit.push(next)
  }
  const unknown = listed.filter((line) => {
    const same = [...left.values()].find(({ text }) => normal(text) === normal(line.text))
    if (same) take(same, line)
    return !same
  })
  const open: Line[] = []
  for (const line of unknown) {
    const [nearest] = [...left.values()]
      .map((item) => ({ item, share: sharedWords(item.text, line.text) }))
      .filter(({ share }) => share >= ALIKE)
      .sort((a, b) => b.share - a.share || (a.item.key < b.item.key ? -1 : 1))
    if (nearest) take(nearest.item, line)
    else open.push({ key: keyOf(line.text), text: line.text, dueOn: line.dueOn ?? dueOn })
  }
  // The same words twice are one thing to do.
  const known = new Set(tracked.map(({ key }) => key))
  return { open: open.filter(({ key }) => !known.has(key) && known.add(key)), edit }
}

function normal(text: string): string {
  return words(text).join(' ')
}

function words(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []
}

function sharedWords(a: string, b: string): number {
  const [of, others] = [new Set(words(a)), new Set(words(b))]
  const shared = [...of].filter((word) => others.has(word)).length
  const all = of.size + others.size - shared
  return all === 0 ? 0 : shared / all
}

function keyOf(text: string): string {
  return createHash('sha256').update(normal(text)).digest('hex').slice(0, 16)
}
