import type { PreparedCandidate } from '../prepare.ts'
import { columnOf, type EvidenceModule, rarity, type RankingContext } from './evidence-kind.ts'

/** A function, class or identifier that the report writes as code and that the change touches. */
export const namedSymbol: EvidenceModule = {
  kind: 'named-symbol',
  features: ['named-symbol.changed', 'named-symbol.enclosing'],
  measure(context) {
    const changed = context.candidates.map((prepared) => named(context, prepared.candidate.identifiers))
    const enclosing = context.candidates.map((prepared) => named(context, prepared.candidate.symbols))
    return [changed, enclosing].map((found) => {
      const counts = new Map<string, number>()
      for (const names of found) for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
      return columnOf(context, (_, index) =>
        found[index]!.reduce((best, name) => Math.max(best, rarity(counts.get(name) ?? 1, context.candidates.length)), 0),
      )
    })
  },
  sentence(context, index) {
    const { candidate } = context.candidates[index] as PreparedCandidate
    const enclosing = named(context, candidate.symbols)[0]
    if (enclosing !== undefined) return `Changes \`${enclosing}\`, named in the report`
    const changed = named(context, candidate.identifiers)[0]
    return changed === undefined ? null : `Changes lines with \`${changed}\`, named in the report`
  },
}

function named({ query }: RankingContext, names: readonly string[]): string[] {
  const { symbols } = query.mentions
  return symbols.size === 0 ? [] : names.filter((name) => symbols.has(name))
}
