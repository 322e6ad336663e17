/** How often the ranker would have found the known causes of a repository's own past, each asked with what was known then. */
export type Accuracy = {
  repositoryId: number
  /** Of the model that was asked. */
  modelVersion: string
  measuredAt: Date
  cases: number
  /** Of these the cause was the first, among the first five. */
  first: number
  firstFive: number
  /** When the earliest case was found out; null without any. */
  since: Date | null
  /** What these causes have taught about how much the model's evidence counts here; null while that was not worth it. */
  adjustment: Adjustment | null
}

/** Kept as JSON. */
export type Adjustment = {
  /** What the weight of each feature that the model weighs is multiplied by, in the ranker's order; at least 0. */
  factors: readonly number[]
  /** Causes it was learned from. */
  cases: number
  /** What it won on them, each asked before its cause was known: summed log-likelihood, and summed 1 ÷ place of the cause. */
  gain: number
  lead: number
}
