// What two incidents have in common, in numbers: words first, then what machines print.
import { fingerprint, literalsOf, type Fingerprint } from '../fingerprint.ts'
import { idfOf, prefixOf, trigramsOf, type ReadCandidate, type ReadQuery, type TextStatistics } from './similar-read.ts'
import { COMPARED_LENGTH } from './similar-terms.ts'

export const FEATURE_NAMES = [
  'relativeScore',
  'logScore',
  'queryTitleCovered',
  'queryTitleInTitle',
  'queryBodyCovered',
  'candidateTitleCovered',
  'textPairs',
  'titleTrigrams',
  'rarestShared',
  'identifiersShared',
  'samePrefix',
  'otherPrefix',
  'titleLengthGap',
  'lengthGap',
  'candidateLength',
  'candidateTitleLength',
  'logAge',
  'logHours',
  'sameService',
  'sharedLabels',
  'sameError',
  'sameTemplate',
  'sameStack',
  'sharedFiles',
  'resolutionCovered',
] as const

export type FeatureName = (typeof FEATURE_NAMES)[number]
export type Features = Record<FeatureName, number>

const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000
const TITLE_WEIGHT = 3
const K1 = 1.2
const B_TITLE = 0.5
const B_BODY = 0.75
/** What machines print is read only of these many best by words: it takes as long as all the rest. */
const PRINTED = 60
const RAREST = 3

/** One row of features for each candidate, in their order. */
export function featuresOf(query: ReadQuery, candidates: readonly ReadCandidate[], statistics: TextStatistics, now: Date): Features[] {
  const averages = {
    title: mean([query, ...candidates].map(({ titleLength }) => titleLength)),
    body: mean([query, ...candidates].map(({ bodyLength }) => bodyLength)),
  }
  const scores = candidates.map((candidate) => bm25f(candidate, averages))
  const best = Math.max(1e-9, ...scores)
  const masses = { title: 0, body: 0 }
  for (const { inTitle, idf } of query.terms.values()) masses[inTitle ? 'title' : 'body'] += idf
  const common = commonLabels(candidates)
  const printed = printsOf(query, candidates, scores)
  const files = filesOf(query.print)
  return candidates.map((candidate, index): Features => {
    const met = metMasses(candidate)
    const { incident } = candidate
    const ageMs = Math.max(0, now.getTime() - incident.openedAt.getTime())
    const print = printed.get(candidate)
    return {
      relativeScore: scores[index]! / best,
      logScore: Math.log1p(scores[index]!),
      queryTitleCovered: ratio(met.title, masses.title),
      queryTitleInTitle: ratio(met.titleInTitle, masses.title),
      queryBodyCovered: ratio(met.body, masses.body),
      candidateTitleCovered: candidate.titleCovered,
      textPairs: Math.log1p(candidate.pairsMet),
      titleTrigrams: dice(query.trigrams, trigramsOf(incident.title)),
      rarestShared: met.rarest / (RAREST * idfOf(0, statistics.documentCount)),
      identifiersShared: Math.log1p(met.identifiers),
      samePrefix: query.prefix !== null && prefixOf(incident.title) === query.prefix ? 1 : 0,
      otherPrefix: query.prefix !== null && ![null, query.prefix].includes(prefixOf(incident.title)) ? 1 : 0,
      titleLengthGap: gap(query.titleLength, candidate.titleLength),
      lengthGap: gap(query.bodyLength, candidate.bodyLength),
      candidateLength: Math.log1p(candidate.bodyLength),
      candidateTitleLength: Math.log1p(candidate.titleLength),
      logAge: Math.log1p(ageMs / DAY_MS),
      logHours: Math.log(ageMs / HOUR_MS + 0.1),
      sameService: any(query.services, new Set(incident.services)),
      sharedLabels: jaccard(query.labels.difference(common), new Set(incident.labels).difference(common)),
      sameError: print === undefined ? 0 : any(new Set(query.print.errorClasses), new Set(print.errorClasses)),
      sameTemplate: print === undefined ? 0 : any(new Set(query.print.templates), new Set(print.templates)),
      sameStack: query.print.stack !== null && query.print.stack === print?.stack ? 1 : 0,
      sharedFiles: print === undefined ? 0 : jaccard(files, filesOf(print)),
      resolutionCovered: Math.min(1, ratio(sum(candidate.resolutionMet.map(({ idf }) => idf)), masses.title)),
    }
  })
}

function bm25f(candidate: ReadCandidate, averages: { title: number; body: number }): number {
  const titleNorm = 1 - B_TITLE + (B_TITLE * candidate.titleLength) / Math.max(1, averages.title)
  const bodyNorm = 1 - B_BODY + (B_BODY * candidate.bodyLength) / Math.max(1, averages.body)
  let score = 0
  for (const [term, { inTitle, inBody }] of candidate.met) {
    const frequency = (TITLE_WEIGHT * inTitle) / titleNorm + inBody / bodyNorm
    // A word of the query's own title says more about what it is than one of its log.
    score += ((term.inTitle ? 1.75 : 1) * term.idf * frequency) / (frequency + K1)
  }
  return score
}

function metMasses({ met }: ReadCandidate) {
  const masses = { title: 0, titleInTitle: 0, body: 0, identifiers: 0, rarest: 0 }
  const weights: number[] = []
  for (const [{ inTitle: isAsked, idf, isIdentifier }, { inTitle }] of met) {
    masses[isAsked ? 'title' : 'body'] += idf
    if (isAsked && inTitle > 0) masses.titleInTitle += idf
    if (isIdentifier) masses.identifiers += idf
    weights.push(idf)
  }
  for (const idf of weights.sort((a, b) => b - a).slice(0, RAREST)) masses.rarest += idf
  return masses
}

/** Of those alone that may have printed the same. */
function printsOf(query: ReadQuery, candidates: readonly ReadCandidate[], scores: readonly number[]): Map<ReadCandidate, Fingerprint> {
  if (!query.hasPrint) return new Map()
  const literals = literalsOf(query.print)
  const best = [...candidates.keys()].sort((a, b) => scores[b]! - scores[a]! || a - b).slice(0, PRINTED)
  return new Map(
    best.flatMap((at): [ReadCandidate, Fingerprint][] => {
      const candidate = candidates[at]!
      const { title, body } = candidate.incident
      const text = `${title}\n${body.slice(0, COMPARED_LENGTH)}`
      const lower = text.toLowerCase()
      return literals?.some((literal) => lower.includes(literal)) === false ? [] : [[candidate, fingerprint(text)]]
    }),
  )
}

/** Labels that nearly every candidate has ("incident") say nothing. */
function commonLabels(candidates: readonly ReadCandidate[]): ReadonlySet<string> {
  const all = new Map<string, number>()
  for (const { incident } of candidates) for (const label of new Set(incident.labels)) all.set(label, (all.get(label) ?? 0) + 1)
  return new Set([...all].filter(([, n]) => candidates.length > 1 && n > 0.8 * candidates.length).map(([label]) => label))
}

const filesOf = (print: Fingerprint): Set<string> => new Set(print.frames.map(({ path }) => path.split('/').slice(-2).join('/')))
const gap = (a: number, b: number): number => Math.abs(Math.log1p(a) - Math.log1p(b))
const ratio = (part: number, all: number): number => (all === 0 ? 0 : part / all)
const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0)
const mean = (values: readonly number[]): number => sum(values) / Math.max(1, values.length)
const any = <T>(a: ReadonlySet<T>, b: ReadonlySet<T>): number => (a.size > 0 && !a.isDisjointFrom(b) ? 1 : 0)
const dice = <T>(a: ReadonlySet<T>, b: ReadonlySet<T>): number => ratio(2 * a.intersection(b).size, a.size + b.size)
const jaccard = <T>(a: ReadonlySet<T>, b: ReadonlySet<T>): number => (a.size + b.size === 0 ? 0 : a.intersection(b).size / a.union(b).size)
