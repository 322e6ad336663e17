import type { CountedPostings } from '../postings.ts'
import { CODE, countIn, FIELDS, FIELDS_OF_LIST, slotOf, SYMBOLS, termHash } from '../prepare.ts'
import { termOf } from '../text.ts'
import { type Column, type EvidenceModule, rarity, type RankingContext } from './evidence-kind.ts'

/** Its place among the fields of code. */
const IDENTIFIERS = FIELDS.indexOf('identifiers') - CODE * FIELDS_OF_LIST

/** A function, class or identifier that the report writes as code and that the change touches. */
export const namedSymbol: EvidenceModule = {
  kind: 'named-symbol',
  features: ['named-symbol.changed', 'named-symbol.enclosing'],
  measure(context) {
    const symbols = [...context.query.mentions.symbols]
    const total = context.candidates.length
    const columns = [new Float64Array(total), new Float64Array(total)] as const
    if (symbols.length === 0) return [...columns]
    const { lists } = context.pool
    for (const hash of new Set(symbols.flatMap(hashesOf))) {
      raiseHolders(columns[0], lists[CODE]!, hash, IDENTIFIERS)
      raiseHolders(columns[1], lists[SYMBOLS]!, hash, 0)
    }
    return [...columns]
  },
  sentence(context, index) {
    const { candidate } = context.candidates[index]!
    const enclosing = firstNamed(context, candidate.symbols)
    if (enclosing !== null) return `Changes \`${enclosing}\`, named in the report`
    const changed = firstNamed(context, candidate.identifiers)
    return changed === null ? null : `Changes lines with \`${changed}\`, named in the report`
  },
}

/** A name as `terms` keeps it: whole in lower case, or as a stem when it is one plain word. */
function hashesOf(symbol: string): number[] {
  const stem = termOf(symbol)
  return [...new Set([symbol.toLowerCase(), stem ?? symbol.toLowerCase()])].map(termHash)
}

/** Raises those whose field holds a name: how telling it is depends on how many candidates touch it. */
function raiseHolders(column: Column, postings: CountedPostings, hash: number, field: number): void {
  const slot = slotOf(postings, hash)
  if (slot === -1) return
  const { starts, places, counts } = postings
  let touching = 0
  for (let at = starts[slot]!; at < starts[slot + 1]!; at++) if (countIn(counts[at]!, field) > 0) touching++
  const worth = rarity(touching, column.length)
  for (let at = starts[slot]!; at < starts[slot + 1]!; at++) {
    const place = places[at]!
    if (countIn(counts[at]!, field) > 0 && worth > column[place]!) column[place] = worth
  }
}

function firstNamed({ query }: RankingContext, names: readonly string[]): string | null {
  const wanted = new Set([...query.mentions.symbols].map((symbol) => symbol.toLowerCase()))
  return names.find((name) => wanted.has(name.toLowerCase())) ?? null
}
