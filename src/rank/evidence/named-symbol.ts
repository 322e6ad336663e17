import { countIn, FIELDS, slotOf, termHash } from '../prepare.ts'
import { termOf } from '../text.ts'
import { type Column, type EvidenceModule, rarity, type RankingContext } from './evidence-kind.ts'

const IDENTIFIERS = FIELDS.indexOf('identifiers')
const SYMBOLS = FIELDS.indexOf('symbols')

/** A function, class or identifier that the report writes as code and that the change touches. */
export const namedSymbol: EvidenceModule = {
  kind: 'named-symbol',
  features: ['named-symbol.changed', 'named-symbol.enclosing'],
  measure(context) {
    const symbols = [...context.query.mentions.symbols]
    const total = context.candidates.length
    const columns = [new Float64Array(total), new Float64Array(total)] as const
    if (symbols.length === 0) return [...columns]
    const { terms } = context.pool
    for (const hash of new Set(symbols.flatMap(hashesOf))) {
      const slot = slotOf(terms, hash)
      if (slot === -1) continue
      const [from, to] = [terms.starts[slot]!, terms.starts[slot + 1]!]
      for (const [column, field] of [
        [columns[0], IDENTIFIERS],
        [columns[1], SYMBOLS],
      ] as const) {
        let touching = 0
        for (let at = from; at < to; at++) if (countIn(terms.counts[at]!, field) > 0) touching++
        // How telling a name is depends on how many candidates touch it.
        const worth = rarity(touching, total)
        for (let at = from; at < to; at++) if (countIn(terms.counts[at]!, field) > 0) raise(column, terms.places[at]!, worth)
      }
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

function raise(column: Column, index: number, value: number): void {
  column[index] = Math.max(column[index]!, value)
}

function firstNamed({ query }: RankingContext, names: readonly string[]): string | null {
  const wanted = new Set([...query.mentions.symbols].map((symbol) => symbol.toLowerCase()))
  return names.find((name) => wanted.has(name.toLowerCase())) ?? null
}
