// How usual an age is among a repository's culprits, and how many candidates share it: smooth, where bins would be
// jagged. Pure: ages in, densities out. All on one grid of log-ages, so that 5,000 candidates cost no more than a few.

const HOUR_MS = 3_600_000
/** Ages are compared as log(1 + quarters of an hour): the first minutes lie close together, as do the last days. */
const STEPS_PER_UNIT = 10
const CELLS = 90
const BANDWIDTH = 0.6
/** The general shape, and how many imagined culprits it is worth against the repository's own. */
const PRIOR_CASES = 8
const PRIOR_MEAN = 3.2
const PRIOR_SPREAD = 1.7

/**
 * The cell of each candidate's age on the grid, and by cell the density of that age among culprits (integrates to 1) and
 * among the candidates (to their count).
 */
export type AgeDensities = { cells: Uint8Array; culprits: Float64Array; candidates: Float64Array }

export function ageDensities(agesMs: Float64Array, culpritAgesMs: readonly number[]): AgeDensities {
  const cells = cellsOf(agesMs)
  const known = smoothed(cellsOf(culpritAgesMs))
  const culprits = known.map(
    (density, cell) =>
      (density + PRIOR_CASES * normal(cell / STEPS_PER_UNIT - PRIOR_MEAN, PRIOR_SPREAD)) / (culpritAgesMs.length + PRIOR_CASES),
  )
  return { cells, culprits, candidates: smoothed(cells) }
}

function cellsOf(agesMs: ArrayLike<number>): Uint8Array {
  const cells = new Uint8Array(agesMs.length)
  for (let index = 0; index < cells.length; index++) cells[index] = cellOf(agesMs[index]!)
  return cells
}

function cellOf(ageMs: number): number {
  return Math.min(CELLS - 1, Math.round(Math.log1p((4 * Math.max(0, ageMs)) / HOUR_MS) * STEPS_PER_UNIT))
}

/** How much of an age is counted so many cells away. */
const NEARNESS = Float64Array.from({ length: CELLS }, (_, cells) => normal(cells / STEPS_PER_UNIT, BANDWIDTH))

function smoothed(cells: Uint8Array): Float64Array {
  const counts = new Float64Array(CELLS)
  for (const cell of cells) counts[cell]!++
  const densities = new Float64Array(CELLS)
  for (let from = 0; from < CELLS; from++) {
    if (counts[from] === 0) continue
    for (let to = 0; to < CELLS; to++) densities[to]! += counts[from]! * NEARNESS[Math.abs(to - from)]!
  }
  return densities
}

function normal(distance: number, spread: number): number {
  return Math.exp(-0.5 * (distance / spread) ** 2) / (spread * Math.sqrt(2 * Math.PI))
}
