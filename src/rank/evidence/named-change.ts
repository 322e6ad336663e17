import type { PreparedCandidate } from '../prepare.ts'
import { type Column, columnOf, type EvidenceModule, type RankingContext } from './evidence-kind.ts'

/** Shorter hexadecimal words are too likely to be something else. */
const MIN_SHA_LENGTH = 7

/** The report names the change itself, by number or sha. */
export const namedChange: EvidenceModule = {
  kind: 'named-change',
  features: ['named-change.number', 'named-change.sha'],
  measure(context) {
    const { numbers, shas } = context.query.mentions
    const none = (): Column => new Float64Array(context.candidates.length)
    return [
      numbers.size === 0 ? none() : columnOf(context, (candidate) => (namedNumber(context, candidate) === null ? 0 : 1)),
      shas.length === 0 ? none() : columnOf(context, (candidate) => (namedSha(context, candidate) === null ? 0 : 1)),
    ]
  },
  sentence(context, index) {
    const candidate = context.candidates[index]!
    const number = namedNumber(context, candidate)
    if (number !== null) return `The report names #${number}`
    const sha = namedSha(context, candidate)
    return sha === null ? null : `The report names commit ${sha.slice(0, 12)}`
  },
}

function namedNumber({ query }: RankingContext, { candidate }: PreparedCandidate): number | null {
  const number = candidate.number ?? null
  return number !== null && query.mentions.numbers.has(number) ? number : null
}

function namedSha({ query }: RankingContext, { candidate }: PreparedCandidate): string | null {
  if (query.mentions.shas.length === 0) return null
  const shas = candidate.shas ?? [candidate.id]
  return query.mentions.shas.find((named) => named.length >= MIN_SHA_LENGTH && shas.some((sha) => sha.startsWith(named))) ?? null
}
