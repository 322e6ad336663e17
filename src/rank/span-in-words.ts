const UNITS: readonly (readonly [string, number])[] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
]

/** A span as people say it: "12 minutes", "3 hours", "2 days"; the largest unit that fits at least twice, else once. */
export function spanInWords(spanMs: number): string {
  const span = Math.max(0, spanMs)
  for (const [unit, size] of UNITS) {
    const count = Math.floor(span / size)
    if (count >= 2 || (count === 1 && unit !== 'day')) return `${count} ${unit}${count === 1 ? '' : 's'}`
  }
  return 'less than a second'
}
