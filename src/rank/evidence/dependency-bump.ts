import type { PreparedCandidate } from '../prepare.ts'
import { termOf } from '../text.ts'
import { columnOf, type EvidenceModule, oncePerPool, type RankingContext } from './evidence-kind.ts'

/** Brings in a dependency's changes, which its own lines don't show; most telling when the report names it. */
export const dependencyBump: EvidenceModule = {
  kind: 'dependency-bump',
  features: ['dependency-bump.any', 'dependency-bump.named'],
  measure(context) {
    const { any, bumping } = columnsOf(context)
    const named = new Float64Array(context.candidates.length)
    for (const index of bumping) named[index] = namedBump(context, context.candidates[index]!) === null ? 0 : 1
    return [any, named]
  },
  sentence(context, index) {
    const prepared = context.candidates[index]!
    const named = namedBump(context, prepared)
    if (named !== null) return `Bumps ${named}, which the report names`
    const [bump] = prepared.candidate.bumps
    if (bump === undefined) return prepared.traits.isRoll ? 'Brings in a new version of a dependency' : null
    return `Bumps ${bump.dependency}${bump.from === null ? '' : ` from ${bump.from}`}${bump.to === null ? '' : ` to ${bump.to}`}`
  },
}

const columnsOf = oncePerPool(({ candidates }) => ({
  any: columnOf({ candidates }, ({ candidate, traits }) => (candidate.bumps.length > 0 || traits.isRoll ? 1 : 0)),
  bumping: [...candidates.keys()].filter((index) => candidates[index]!.candidate.bumps.length > 0),
}))

function namedBump({ query }: RankingContext, { candidate }: PreparedCandidate): string | null {
  for (const { dependency } of candidate.bumps) {
    const name = dependency.toLowerCase().slice(dependency.lastIndexOf('/') + 1)
    const term = termOf(name)
    if (query.counts.has(dependency.toLowerCase()) || query.counts.has(name) || (term !== null && query.counts.has(term))) return dependency
  }
  return null
}
