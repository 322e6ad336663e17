import type { Candidate } from '../../domain/ranking.ts'
import { ageDensities } from '../age-densities.ts'
import { type ReportKind, speaksOf } from '../report-kinds.ts'
import { spanInWords } from '../span-in-words.ts'
import { type Column, type EvidenceModule, type RankingContext, scaled, standardized } from './evidence-kind.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** Upper edges of the age bins, in hours; the last bin is open. */
const BIN_EDGES_H = [0.25, 0.5, 1, 2, 4, 8, 16, 32, 64, 128, 256]
/** How many imagined culprits the general shape is worth against the repository's own. */
const PRIOR_CASES = 8
const RECENT_CULPRITS = 200
/** The general shape: culprits' ages are roughly log-normal around half a working day. */
const PRIOR_MEDIAN_H = 8
const PRIOR_SPREAD = 2

/** A broken build is noticed within hours, a memory regression within days. */
const REPORT_KINDS: readonly ReportKind[] = ['build', 'tests', 'slow']

/** How long before the incident a change took effect, seen against how long this repository's culprits have taken. */
export const time: EvidenceModule = {
  kind: 'time',
  features: [
    'time.log-age',
    'time.decay',
    'time.first-hours',
    'time.own-past',
    'time.since-merged',
    'time.log-age*poor-text',
    'time.own-past*poor-text',
    'time.usual',
    'time.usual-share',
    ...REPORT_KINDS.map((kind) => `time.log-age*${kind}-words`),
  ],
  measure(context) {
    const { agesMs } = context.timeline
    const poverty = 1 - context.matches.richness
    const { logAge, decay, firstHours } = fadingOf(agesMs)
    const ownPast = ownPastColumn(context)
    const { cells, culprits, candidates } = ageDensities(agesMs, knownAges(context))
    return [
      logAge,
      decay,
      firstHours,
      ownPast,
      sinceMerged(context),
      scaled(standardized(logAge), poverty),
      scaled(ownPast, poverty),
      lookedUp(
        culprits.map((density) => Math.log(density + 1e-4)),
        cells,
      ),
      lookedUp(
        culprits.map((density, cell) => Math.log(density / candidates[cell]! + 1e-6)),
        cells,
      ),
      ...REPORT_KINDS.map((kind) => (speaksOf(context.query, kind) ? logAge : new Float64Array(logAge.length))),
    ]
  },
  sentence(context, index) {
    const candidate = context.candidates[index]!.candidate
    return `${tookEffect(candidate)} ${spanInWords(context.timeline.agesMs[index]!)} before`
  },
}

function tookEffect(candidate: Candidate): string {
  return candidate.liveAt === null ? 'Landed' : 'Went live'
}

/** log(chance of this age among culprits ÷ number of candidates of this age). */
function ownPastColumn(context: RankingContext): Column {
  const shares = ageShares(context)
  const { agesMs } = context.timeline
  const bins = new Uint8Array(agesMs.length)
  for (let index = 0; index < bins.length; index++) bins[index] = binOf(agesMs[index]!)
  const occupied = new Float64Array(shares.length)
  for (const bin of bins) occupied[bin]!++
  return lookedUp(
    shares.map((share, bin) => Math.log(share / (occupied[bin]! + 1))),
    bins,
  )
}

/** Of those that went live, whose age counts from then; 0 for others. */
function sinceMerged({ pool: { candidates, mergedMs }, query }: RankingContext): Column {
  const column = new Float64Array(candidates.length)
  for (let index = 0; index < column.length; index++) {
    if (candidates[index]!.candidate.liveAt !== null) column[index] = -Math.log1p(Math.max(0, query.atMs - mergedMs[index]!) / HOUR_MS)
  }
  return column
}

/** The age itself, and what is left after it: half after two days, half after six hours. */
function fadingOf(agesMs: Float64Array): Record<'logAge' | 'decay' | 'firstHours', Column> {
  const [logAge, decay, firstHours] = [new Float64Array(agesMs.length), new Float64Array(agesMs.length), new Float64Array(agesMs.length)]
  for (let index = 0; index < agesMs.length; index++) {
    const age = agesMs[index]!
    logAge[index] = -Math.log1p(age / HOUR_MS)
    decay[index] = Math.exp((-Math.LN2 * age) / (2 * DAY_MS))
    firstHours[index] = Math.exp((-Math.LN2 * age) / (6 * HOUR_MS))
  }
  return { logAge, decay, firstHours }
}

/** What many candidates share, worked out once and looked up. */
function lookedUp(values: Float64Array, cells: Uint8Array): Column {
  const column = new Float64Array(cells.length)
  for (let index = 0; index < column.length; index++) column[index] = values[cells[index]!]!
  return column
}

function ageShares(context: RankingContext): Float64Array {
  const shares = new Float64Array(BIN_EDGES_H.length + 1)
  let below = 0
  for (let bin = 0; bin < shares.length; bin++) {
    const edge = BIN_EDGES_H[bin]
    const upTo = edge === undefined ? 1 : logNormalShareBelow(edge)
    shares[bin] = PRIOR_CASES * (upTo - below)
    below = upTo
  }
  for (const ageMs of knownAges(context)) {
    // Spread over the neighbours: a handful of cases must not make the histogram jagged.
    const bin = binOf(ageMs)
    shares[bin]! += 0.6
    shares[Math.max(0, bin - 1)]! += 0.2
    shares[Math.min(shares.length - 1, bin + 1)]! += 0.2
  }
  const total = shares.reduce((sum, share) => sum + share, 0)
  return shares.map((share) => Math.max(share / total, 1e-4))
}

/** How long the repository's latest culprits took, in milliseconds. */
function knownAges({ past, query }: RankingContext): number[] {
  return past.culprits
    .filter(({ incidentAt }) => incidentAt.getTime() < query.atMs)
    .slice(-RECENT_CULPRITS)
    .map(({ ageMs }) => ageMs)
}

function binOf(ageMs: number): number {
  const hours = ageMs / HOUR_MS
  let bin = 0
  while (bin < BIN_EDGES_H.length && hours >= BIN_EDGES_H[bin]!) bin++
  return bin
}

/** Log-normal distribution function by its logistic approximation (error below 0.01). */
function logNormalShareBelow(hours: number): number {
  const z = (Math.log(hours) - Math.log(PRIOR_MEDIAN_H)) / PRIOR_SPREAD
  return 1 / (1 + Math.exp(-1.702 * z))
}
