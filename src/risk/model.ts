import { z } from 'zod'
import shipped from './models/risk-1.json' with { type: 'json' }

const riskModelSchema = z.strictObject({
  version: z.string().min(1),
  trainedOn: z.strictObject({
    description: z.string(),
    sets: z.array(z.strictObject({ name: z.string(), changes: z.number().int(), positives: z.number().int(), hash: z.string() })),
  }),
  /** Chance of harm where nothing is known of a repository, and how many changes that guess is worth. */
  rate: z.number().positive().max(0.5),
  ratePrior: z.number().positive(),
  /** Log-odds of a change that is average in everything, against its repository's base rate. */
  bias: z.number(),
  /** What a feature's value adds: the sum of the steps that lie below it, less the mean of that sum. */
  features: z.array(z.strictObject({ name: z.string(), mean: z.number(), above: z.array(z.number()), steps: z.array(z.number()) })),
  /** What a word in the title adds, in any repository (stems). */
  words: z.record(z.string(), z.number()),
  wordMean: z.number(),
  /** Measured on repositories that the weights had not seen; null when nothing was measured. */
  accuracy: z
    .strictObject({ changes: z.number(), auc: z.number(), lift10: z.number(), brierSkill: z.number(), ece: z.number(), how: z.string() })
    .nullable(),
})

/** What the engine weighs with. */
export type RiskModel = z.infer<typeof riskModelSchema>

/** Reads a model file's content. Throws with every wrong field named. */
export function parseRiskModel(content: unknown, source: string): RiskModel {
  const parsed = riskModelSchema.safeParse(content)
  if (!parsed.success) throw new Error(`${source} is not a risk model: ${z.prettifyError(parsed.error)}`)
  return parsed.data
}

/** The model that ships with Causeway. */
export function shippedRiskModel(): RiskModel {
  return parseRiskModel(shipped, 'the shipped risk-1.json')
}

/** What a feature of this value adds to the log-odds. */
export function stepsBelow({ above, steps, mean }: RiskModel['features'][number], value: number): number {
  let sum = -mean
  for (let at = 0; at < above.length && value > above[at]!; at++) sum += steps[at]!
  return sum
}

/** What the words of a title (stems) add to the log-odds. */
export function wordsIn(words: Iterable<string>, model: RiskModel): number {
  let sum = -model.wordMean
  for (const word of words) if (Object.hasOwn(model.words, word)) sum += model.words[word]!
  return sum
}

/** The repository's own base rate, drawn towards the general one while few of its outcomes are known. */
export function baseRateOf(
  { changes, harmed }: { changes: number; harmed: number },
  { rate, ratePrior }: Pick<RiskModel, 'rate' | 'ratePrior'>,
): number {
  return (harmed + ratePrior * rate) / (changes + ratePrior)
}

export const logit = (probability: number): number => Math.log(probability / (1 - probability))
export const logistic = (logOdds: number): number => 1 / (1 + Math.exp(-logOdds))
