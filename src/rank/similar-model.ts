// The weights of the re-ranker, and of "is the best one right", as plain numbers that can be read and argued with.
import type { Features } from './similar-features.ts'

export type SimilarityModel = {
  version: string
  /** Order among candidates: a linear score. */
  order: Partial<Features>
  /** Log-odds that a candidate is the same kind of trouble, judged on its own. */
  match: { bias: number } & Partial<Features>
  /** Below this probability nothing is shown. */
  threshold: number
}

/**
 * Lexical weights were fitted with a listwise loss on the first 60 % of the queries of one public tracker (855 reports
 * with a known duplicate); docs/measurements.md has the figures on the rest and on another tracker. No such data know
 * services, labels or traces of one team, so those few weights are set by hand.
 */
export const similarityModel: SimilarityModel = {
  version: 'similar-1',
  order: {
    relativeScore: 3.03,
    queryTitleCovered: 4.47,
    queryTitleInTitle: 1.55,
    candidateTitleCovered: 4.95,
    candidateTitleInTitle: 1.94,
    titlePairs: -2.94,
    rarestShared: 2.16,
    lengthGap: 0.21,
    candidateLength: -0.54,
    logAge: -0.59,
    sameError: 0.9,
    sameTemplate: 1.49,
    sameService: 0.8,
    sharedLabels: 0.5,
    sameStack: 1.5,
    sharedFiles: 0.5,
  },
  match: {
    bias: -7.3,
    relativeScore: 2.14,
    queryTitleCovered: 1.5,
    queryTitleInTitle: 0.91,
    candidateTitleCovered: 2.28,
    candidateTitleInTitle: 0.66,
    rarestShared: 2,
    sameError: 0.94,
    sameTemplate: 0.6,
    sameService: 0.4,
    sameStack: 1.5,
    sharedFiles: 0.5,
  },
  threshold: 0.1,
}

export function linear(weights: Partial<Features>, features: Features): number {
  let sum = 0
  for (const [name, weight] of Object.entries(weights)) sum += weight * features[name as keyof Features]
  return sum
}

/** Chance that this candidate is the same kind of trouble, whatever the others are. */
export function matchProbability(model: SimilarityModel, features: Features): number {
  const { bias, ...weights } = model.match
  return 1 / (1 + Math.exp(-(bias + linear(weights, features))))
}
