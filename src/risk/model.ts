/** What the engine weighs with. */
export type RiskModel = {
  version: string
  /** Chance of harm where a repository's own is not known, and how many changes that guess is worth. */
  rate: number
  ratePrior: number
  /** How many changes the repository's rate is worth when a key's own is estimated. */
  keyPrior: number
  weights: { file: number; folder: number; word: number; size: number }
  /** log(1 + lines) of an average change. */
  usualSize: number
}

/** The model that ships with Causeway. Its weights are set by hand until they are learned. */
export function shippedRiskModel(): RiskModel {
  return {
    version: 'risk-0',
    rate: 0.02,
    ratePrior: 500,
    keyPrior: 20,
    weights: { file: 0.35, folder: 0.25, word: 0.3, size: 0.15 },
    usualSize: 3.7,
  }
}
