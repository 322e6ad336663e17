import type { CombinedRisk } from '../domain/risk.ts'

/** Risk of shipping changes together. Their order never matters; of equally risky ones the lower id goes first. */
export function combinedRisk(changes: readonly { id: string; probability: number }[]): CombinedRisk {
  const probability = together(changes)
  const riskiestFirst = changes.toSorted((a, b) => b.probability - a.probability || (a.id < b.id ? -1 : 1))
  // Taking out the riskiest lowers the rest most, so the first cut that is enough is the smallest one.
  for (let apart = 1; apart < changes.length; apart++) {
    const rest = together(riskiestFirst.slice(apart))
    if (rest <= probability / 2) return { probability, split: { apart: riskiestFirst.slice(0, apart).map(({ id }) => id), rest } }
  }
  return { probability, split: null }
}

/** Summed in a fixed order, so that the same changes give the same last digit. */
function together(changes: readonly { probability: number }[]): number {
  const harmless = changes.map(({ probability }) => Math.log1p(-Math.min(probability, 1 - 1e-12))).sort((a, b) => a - b)
  return 0 - Math.expm1(harmless.reduce((sum, log) => sum + log, 0))
}
