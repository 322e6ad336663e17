// The re-ranker's numbers, read from a file: readable, versioned, with what they were learned from.
import { z } from 'zod'
import shipped from '../models/similar-1.json' with { type: 'json' }
import { FEATURE_NAMES } from './similar-features.ts'

/** How sure the first one is, in numbers; `similar-first.ts` measures them. */
export const FIRST_NAMES = [
  'logShare',
  'gapToSecond',
  'gapToFifth',
  'gapToTenth',
  'titleTrigrams',
  'queryTitleCovered',
  'candidateTitleCovered',
  'queryTitleLength',
] as const

export type FirstName = (typeof FIRST_NAMES)[number]

const weighted = <T extends readonly [string, ...string[]]>(names: T) =>
  z.strictObject({
    name: z.enum(names),
    weight: z.number(),
    /** Values enter as (value − mean) ÷ scale. */
    mean: z.number(),
    scale: z.number().positive(),
  })

const share = z.number().min(0).max(1)

const similarModelSchema = z.strictObject({
  version: z.string().min(1),
  trainedOn: z.strictObject({
    description: z.string(),
    /** Features without training data, with weights set by hand. */
    handSet: z.array(z.enum(FEATURE_NAMES)),
    sets: z.array(
      z.strictObject({ name: z.string(), queries: z.number().int().positive(), firstAt: z.iso.datetime(), lastAt: z.iso.datetime() }),
    ),
    /** Content hashes of the queries it was fitted on. */
    cases: z.array(z.string().regex(/^[0-9a-f]{16}$/)),
  }),
  /** Order among candidates: a linear score. */
  order: z.array(weighted(FEATURE_NAMES)),
  /** Score of a candidate that only happens to share words: it fills a pool that is smaller than those of training. */
  chance: z.number(),
  /** Log-odds that the first is right. */
  first: z.strictObject({ bias: z.number(), features: z.array(weighted(FIRST_NAMES)) }),
  /** What is less likely is not shown. */
  threshold: share,
  /** Measured on later queries than those of training; null when there were none. */
  accuracy: z
    .strictObject({
      queries: z.number().int().positive(),
      recall1: share,
      recall5: share,
      recall10: share,
      mrr: share,
      auc: share,
      brierSkill: z.number(),
      how: z.string(),
    })
    .nullable(),
})

export type SimilarModel = z.infer<typeof similarModelSchema>

/** Reads a model file's content. Throws with every wrong field named. */
export function parseSimilarModel(content: unknown, source: string): SimilarModel {
  const parsed = similarModelSchema.safeParse(content)
  if (!parsed.success) throw new Error(`${source} is not a model of similar incidents: ${z.prettifyError(parsed.error)}`)
  return parsed.data
}

/** The model that ships with Causeway. */
export const shippedSimilarModel: SimilarModel = parseSimilarModel(shipped, 'the shipped similar-1.json')

type Weighted<Name extends string> = { name: Name; weight: number; mean: number; scale: number }

export function linear<Name extends string>(weights: readonly Weighted<Name>[], values: Readonly<Record<Name, number>>): number {
  let sum = 0
  for (const { name, weight, mean, scale } of weights) sum += (weight * (values[name] - mean)) / scale
  return sum
}
