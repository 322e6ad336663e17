// Is a model better for having learned from a repository's own causes? Plays the cases of each set in time order: each is
// answered by the model as it is, and as the cases before it had adjusted it by then.
import { adjustedScores, type AnsweredCase, type Factors, playInTime, scoreParts } from '../adjust.ts'
import type { MeasuredSet } from './measure-cases.ts'
import { type Accuracy, accuracyOf, bootstrapMacroOf, type Interval, macroOf } from '../metrics.ts'
import type { SuspectModel } from '../model.ts'
import { rankOf, sharesOf } from '../score.ts'

type Answer = { rank: number | null; logLikelihood: number | null }

/** The cases of one set in time order, each answered both ways. */
export type AdjustedSet = { name: string; answers: { asShipped: Answer; adjusted: Answer; isAdjusted: boolean }[] }

export type AdjustedReport = {
  sets: { name: string; cases: number; adjustedAnswers: number; asShipped: Accuracy; adjusted: Accuracy; gainPerCase: number }[]
  /** Mean over sets. */
  macro: { asShipped: Accuracy; adjusted: Accuracy; gainPerCase: number }
  /** Adjusted less as shipped; 95 %, by drawing the cases of each set again, each with both of its answers. */
  difference: Record<'top1' | 'top5' | 'mrr' | 'gainPerCase', { mean: number; interval: Interval }>
}

export function answerAdjusted(set: MeasuredSet, model: SuspectModel): AdjustedSet {
  const cases = set.cases.map(({ columns, culprits }): AnsweredCase => ({ parts: scoreParts(columns, model), culprits }))
  const played = playInTime(cases, model)
  const answers = cases.map((each, at) => {
    const { factors } = played[at]!
    return {
      asShipped: answerWith(each, null, model),
      adjusted: answerWith(each, factors, model),
      isAdjusted: factors !== null,
    }
  })
  return { name: set.name, answers }
}

function answerWith(each: AnsweredCase, factors: Factors | null, model: SuspectModel): Answer {
  const scores = adjustedScores(each, factors)
  const shares = sharesOf(scores, model)
  const caused = each.culprits.reduce((sum, place) => sum + shares[place]!, 0)
  return { rank: rankOf(scores, each.culprits), logLikelihood: each.culprits.length === 0 ? null : Math.log(caused) }
}

export function adjustedReportOf(sets: readonly AdjustedSet[]): AdjustedReport {
  const figures = sets.map(({ name, answers }) => ({
    name,
    cases: answers.length,
    adjustedAnswers: answers.filter(({ isAdjusted }) => isAdjusted).length,
    asShipped: accuracyOf(answers.map(({ asShipped }) => asShipped.rank)),
    adjusted: accuracyOf(answers.map(({ adjusted }) => adjusted.rank)),
    gainPerCase: mean(answers.map(gainOf)),
  }))
  const difference = (value: (answer: AdjustedSet['answers'][number]) => number) => {
    const values = sets.map(({ answers }) => answers.map(value))
    return { mean: mean(values.map(mean)), interval: bootstrapMacroOf(values) }
  }
  const within =
    (places: number) =>
    ({ rank }: Answer): number =>
      rank !== null && rank <= places ? 1 : 0
  const reciprocal = ({ rank }: Answer): number => (rank === null ? 0 : 1 / rank)
  return {
    sets: figures,
    macro: {
      asShipped: macroOf(figures.map(({ asShipped }) => asShipped)),
      adjusted: macroOf(figures.map(({ adjusted }) => adjusted)),
      gainPerCase: mean(figures.map(({ gainPerCase }) => gainPerCase)),
    },
    difference: {
      top1: difference(({ asShipped, adjusted }) => within(1)(adjusted) - within(1)(asShipped)),
      top5: difference(({ asShipped, adjusted }) => within(5)(adjusted) - within(5)(asShipped)),
      mrr: difference(({ asShipped, adjusted }) => reciprocal(adjusted) - reciprocal(asShipped)),
      gainPerCase: difference(gainOf),
    },
  }
}

function gainOf({ asShipped, adjusted }: AdjustedSet['answers'][number]): number {
  return (adjusted.logLikelihood ?? 0) - (asShipped.logLikelihood ?? 0)
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)
