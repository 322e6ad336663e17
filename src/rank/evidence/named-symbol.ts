import { countIn, FIELDS, matchTerms, slotsOf, termHash } from '../prepare.ts'
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
    const wanted = slotsOf([...new Set(symbols.flatMap(hashesOf))])
    // Two passes: how telling a name is depends on how many candidates touch it.
    const counts = [IDENTIFIERS, SYMBOLS].map(() => new Uint32Array(wanted.hashes.length))
    const found: number[] = []
    for (let index = 0; index < total; index++) {
      if (context.matches.fields[IDENTIFIERS]![index] === 0 && context.matches.fields[SYMBOLS]![index] === 0) continue
      matchTerms(wanted, context.candidates[index]!, (slot, packed) => {
        if (countIn(packed, IDENTIFIERS) > 0) counts[0]![slot]!++
        if (countIn(packed, SYMBOLS) > 0) counts[1]![slot]!++
        found.push(index, slot, packed)
      })
    }
    for (let at = 0; at < found.length; at += 3) {
      const index = found[at]!
      const slot = found[at + 1]!
      const packed = found[at + 2]!
      if (countIn(packed, IDENTIFIERS) > 0) raise(columns[0], index, rarity(counts[0]![slot]!, total))
      if (countIn(packed, SYMBOLS) > 0) raise(columns[1], index, rarity(counts[1]![slot]!, total))
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
