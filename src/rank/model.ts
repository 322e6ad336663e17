import { z } from 'zod'
import shipped from './models/suspects-5.json' with { type: 'json' }

const weighted = z.strictObject({
  name: z.string().min(1),
  weight: z.number(),
  /** Values enter as (value − mean) ÷ scale. */
  mean: z.number(),
  scale: z.number().positive(),
})

const suspectModelSchema = z.strictObject({
  version: z.string().min(1),
  trainedOn: z.strictObject({
    description: z.string(),
    /** Which features had no training data and carry weights set by hand. */
    handSet: z.array(z.string()),
    sets: z.array(
      z.strictObject({
        name: z.string(),
        cases: z.number().int().nonnegative(),
        /** Content hashes of its cases, with spaces between. */
        hashes: z.string(),
      }),
    ),
  }),
  features: z.array(weighted),
  none: z.array(weighted),
  /** So many incidents are taken to have no cause among the candidates; the bias of `none` is set to it. */
  unlistedShare: z.number().gt(0).lt(1),
  temperature: z.number().positive(),
  /** Share of every answer that is spread evenly over the pool: reports and reverts that nothing measured can explain. */
  lapse: z.number().min(0).lt(1),
  /** Measured on repositories that the weights had not seen; null when nothing was measured. */
  accuracy: z
    .strictObject({
      cases: z.number(),
      top1: z.number(),
      top5: z.number(),
      top10: z.number(),
      mrr: z.number(),
      ece: z.number(),
      how: z.string(),
    })
    .nullable(),
})

export type SuspectModel = z.infer<typeof suspectModelSchema>

/** Reads a model file's content. Throws with every wrong field named. */
export function parseSuspectModel(content: unknown, source: string): SuspectModel {
  const parsed = suspectModelSchema.safeParse(content)
  if (!parsed.success) throw new Error(`${source} is not a suspects model: ${z.prettifyError(parsed.error)}`)
  return parsed.data
}

/** The model that ships with Causeway. */
export function shippedSuspectModel(): SuspectModel {
  return parseSuspectModel(shipped, 'the shipped suspects-5.json')
}

/** How many of these cases, by content hash, a model has learned from: it must not be judged on them. */
export function countLearned(model: SuspectModel, hashes: readonly string[]): number {
  const learned = new Set(model.trainedOn.sets.flatMap((set) => set.hashes.split(' ')))
  return hashes.filter((hash) => learned.has(hash)).length
}
