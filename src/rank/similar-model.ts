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

export const similarityModel: SimilarityModel = {
  version: 'similar-1',
  order: {
    relativeScore: 3,
    queryTitleCovered: 1.5,
    queryTitleInTitle: 1,
    candidateTitleCovered: 1.5,
    logScore: 0.5,
    lengthGap: 0.1,
    candidateLength: -0.3,
    logAge: -0.15,
    sameService: 0.6,
    sharedLabels: 0.4,
    sameError: 0.6,
    sameTemplate: 1.5,
    sameStack: 2,
    sharedFiles: 1,
  },
  match: {
    bias: -3.2,
    ownShare: 2.5,
    queryTitleCovered: 2,
    candidateTitleCovered: 2,
    sameService: 0.4,
    sameError: 0.8,
    sameTemplate: 1.5,
    sameStack: 2.5,
  },
  threshold: 0.3,
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
