import { minimise } from './minimise.ts'

type Standardised = { name: string; weight: number; mean: number; scale: number }
type Yes = { values: readonly number[]; isSo: boolean; share?: number }

/**
 * Logistic regression with an L2 penalty on the standardised weights; a feature whose value never varies takes no part,
 * but the first, which is the bias, is not pulled to zero. `share` is how much a row counts (default 1).
 */
export function fitLogistic(names: readonly string[], rows: readonly Yes[], penalty: number): Standardised[] {
  const count = Math.max(1, rows.length)
  const means = names.map((_, at) => (at === 0 ? 0 : rows.reduce((sum, { values }) => sum + values[at]!, 0) / count))
  const scales = names.map((_, at) => {
    const variance = at === 0 ? 0 : rows.reduce((sum, { values }) => sum + (values[at]! - means[at]!) ** 2, 0) / count
    return variance < 1e-12 ? 1 : Math.sqrt(variance)
  })
  const inputs = rows.map(({ values }) => Float64Array.from(values, (value, at) => (value - means[at]!) / scales[at]!))
  const weights = minimise((at) => {
    let value = 0
    const gradient = at.map((weight, place) => (place === 0 ? 0 : penalty * weight))
    for (let place = 1; place < at.length; place++) value += (penalty / 2) * at[place]! ** 2
    for (const [row, input] of inputs.entries()) {
      const { isSo, share = 1 } = rows[row]!
      let logit = 0
      for (let place = 0; place < input.length; place++) logit += at[place]! * input[place]!
      value += share * (Math.max(0, logit) + Math.log1p(Math.exp(-Math.abs(logit))) - (isSo ? logit : 0))
      const pull = share * (1 / (1 + Math.exp(-logit)) - (isSo ? 1 : 0))
      for (let place = 0; place < input.length; place++) gradient[place]! += pull * input[place]!
    }
    return { value, gradient }
  }, new Float64Array(names.length))
  return names.map((name, at) => ({ name, weight: round(weights[at]!), mean: round(means[at]!), scale: round(scales[at]!) }))
}

const round = (value: number): number => Number(value.toPrecision(5))
