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
}
