// The numbers behind a ranking, for `causeway suspects --explain` and `--why-not`.
import type { Candidate } from '../domain/ranking.ts'
import type { CloneRanking } from '../history/rank-clone.ts'
import type { Explanation, Share } from '../rank/explain.ts'
import { plain, table } from './terminal.ts'

/** Contributions smaller than this in both compared candidates are summed up in one line. */
const SMALL = 0.01

/** The candidate that a sha (or a part of it, or `#12`) names. Throws when none or several do. */
export function candidateNamed(named: string, { candidates }: CloneRanking): Candidate {
  const wanted = named.toLowerCase()
  const found = [...candidates.values()].filter(
    ({ id, number, shas }) =>
      id.startsWith(wanted) ||
      (shas ?? []).some((sha) => sha.startsWith(wanted)) ||
      (/^#\d+$/.test(wanted) && number === Number(wanted.slice(1))),
  )
  const [only] = found
  if (only === undefined) {
    throw new Error(
      `${plain(named, 60)} is none of the ${candidates.size} changes that landed in the lookback: it landed before (try a longer --lookback), ` +
        'after (see --at), or on another line (see --branch)',
    )
  }
  if (found.length > 1) throw new Error(`${plain(named, 60)} names ${found.length} changes: give more digits of the one that you mean`)
  return only
}

/** Each feature of one change, what moved it most first. */
export function explained(id: string, explanation: Explanation, { candidates }: CloneRanking): string[] {
  const own = explanation.candidates.get(id)
  if (own === undefined) return []
  const shown = bySize(own.features)
  const rest = own.features.filter((share) => !shown.includes(share))
  return [
    `${id.slice(0, 12)} ${plain(candidates.get(id)?.title ?? '', 80)}: score ${signed(own.score)}`,
    ...indented(
      table(['feature', 'value', 'pool', 'weight', 'contribution'], [...shown.map(cells), ['all others', '', '', '', signed(sum(rest))]]),
    ),
    '',
  ]
}

/** What speaks for "none of these", as log-odds against all candidates together. */
export function explainedNone(explanation: Explanation): string[] {
  if (explanation.none.length === 0) return []
  return [
    `none of these: log-odds ${signed(sum(explanation.none))}`,
    ...indented(table(['feature', 'value', 'usual', 'weight', 'contribution'], explanation.none.map(cells))),
    '',
  ]
}

/** Why one change stands behind the first, or why it was not weighed at all. */
export function whyNot(candidate: Candidate, explanation: Explanation, { ranking, candidates }: CloneRanking): string[] {
  const name = `${candidate.id.slice(0, 12)} ${plain(candidate.title, 80)}`
  if (candidate.ruledOut !== null) return [`${name}: ruled out. ${plain(candidate.ruledOut.sentence, 200)}`, '']
  const place = ranking.suspects.findIndex(({ id }) => id === candidate.id)
  const own = explanation.candidates.get(candidate.id)
  const first = explanation.candidates.get(ranking.suspects[0]?.id ?? '')
  if (own === undefined || first === undefined) return [`${name}: landed after the incident began.`, '']
  const share = ((ranking.suspects[place]?.probability ?? 0) * 100).toFixed(1)
  if (place === 0) return [`${name}: it is the first of ${ranking.pool}, with ${share} %.`, '']
  const gaps = own.features.map((each, at) => ({
    own: each,
    first: first.features[at]!,
    gap: each.contribution - first.features[at]!.contribution,
  }))
  const shown = gaps.filter(({ gap }) => Math.abs(gap) >= SMALL).sort((a, b) => Math.abs(b.gap) - Math.abs(a.gap))
  const rest = gaps.filter((each) => !shown.includes(each)).reduce((total, { gap }) => total + gap, 0)
  const firstName = candidates.get(ranking.suspects[0]?.id ?? '')?.id.slice(0, 12) ?? ''
  return [
    `${name}: place ${place + 1} of ${ranking.pool}, ${share} %. Against the first, ${firstName}: ${signed(own.score - first.score)}`,
    ...indented(
      table(
        ['feature', 'value', 'of the first', 'weight', 'difference'],
        [
          ...shown.map((each) => [each.own.name, short(each.own.value), short(each.first.value), short(each.own.weight), signed(each.gap)]),
          ['all others', '', '', '', signed(rest)],
        ],
      ),
    ),
    '',
  ]
}

function bySize(shares: readonly Share[]): Share[] {
  return shares
    .filter(({ contribution }) => Math.abs(contribution) >= SMALL)
    .sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution))
}

function cells({ name, value, mean, weight, contribution }: Share): string[] {
  return [name, short(value), short(mean), short(weight), signed(contribution)]
}

const indented = (lines: readonly string[]): string[] => lines.map((line) => `   ${line}`)
const short = (value: number): string => value.toFixed(3)
const signed = (value: number): string => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(3)}`
const sum = (shares: readonly Share[]): number => shares.reduce((total, { contribution }) => total + contribution, 0)
