import type { Candidate } from '../../domain/ranking.ts'
import { FIELDS } from '../prepare.ts'
import { type Column, type EvidenceModule, rarity, type RankingContext } from './evidence-kind.ts'

/** A function, class or identifier that the report writes as code and that the change touches. */
export const namedSymbol: EvidenceModule = {
  kind: 'named-symbol',
  features: ['named-symbol.changed', 'named-symbol.enclosing'],
  measure(context) {
    const { fields } = context.matches
    return [
      namedColumn(context, fields[FIELDS.indexOf('identifiers')]!, ({ identifiers }) => identifiers),
      namedColumn(context, fields[FIELDS.indexOf('symbols')]!, ({ symbols }) => symbols),
    ]
  },
  sentence(context, index) {
    const { candidate } = context.candidates[index]!
    const enclosing = named(context, candidate.symbols)[0]
    if (enclosing !== undefined) return `Changes \`${enclosing}\`, named in the report`
    const changed = named(context, candidate.identifiers)[0]
    return changed === undefined ? null : `Changes lines with \`${changed}\`, named in the report`
  },
}

/** How telling the rarest named name is; only candidates whose field shares a word at all are looked at closely. */
function namedColumn(context: RankingContext, shared: Column, namesOf: (candidate: Candidate) => readonly string[]): Column {
  const column = new Float64Array(shared.length)
  if (context.query.mentions.symbols.size === 0) return column
  const found = context.candidates.map(({ candidate }, index) => (shared[index]! > 0 ? named(context, namesOf(candidate)) : []))
  const counts = new Map<string, number>()
  for (const names of found) for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  for (const [index, names] of found.entries()) {
    for (const name of names) column[index] = Math.max(column[index]!, rarity(counts.get(name) ?? 1, column.length))
  }
  return column
}

function named({ query }: RankingContext, names: readonly string[]): string[] {
  const { symbols } = query.mentions
  return symbols.size === 0 ? [] : names.filter((name) => symbols.has(name))
}
