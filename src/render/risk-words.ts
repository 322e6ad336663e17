// How a risk is said to people. Pure.

/** Two figures are as many as the calibration supports. */
export function percentOf(probability: number): string {
  const percent = probability * 100
  return `${percent < 0.1 ? '< 0.1' : percent < 10 ? percent.toFixed(1) : percent.toFixed(0)} %`
}

export function timesAverage(probability: number, baseRate: number): string {
  const times = probability / baseRate
  const average = `this repository's average (${percentOf(baseRate)})`
  if (times >= 1.25) return `${times < 10 ? times.toFixed(1) : times.toFixed(0)} times ${average}`
  return times > 0.8 ? `about ${average}` : `below ${average}`
}

/** By how much a reason multiplies the odds. */
export const oddsInWords = (strength: number): string => `×${Math.exp(strength).toFixed(strength > 2 ? 0 : 1)}`
