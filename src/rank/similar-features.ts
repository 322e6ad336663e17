// What two incidents have in common, in numbers. The lexical ones are those known to carry over from one tracker to
// another (score against the best, shares of both titles covered, lengths, age); the rest is what machines print.
import { fingerprint, type Fingerprint } from './fingerprint.ts'
import { terms } from './text.ts'

/** What the text index knows of the query's terms. */
export type TextStatistics = { documentCount: number; documentFrequency: ReadonlyMap<string, number> }

export type ComparableIncident = {
  id: number
  title: string
  body: string
  labels: readonly string[]
  services: readonly string[]
  openedAt: Date
}

/** An incident cut into what is compared. */
export type ReadIncident = {
  title: Map<string, number>
  body: Map<string, number>
  /** Neighbouring terms of the title. */
  titlePairs: ReadonlySet<string>
  titleLength: number
  bodyLength: number
  labels: ReadonlySet<string>
  services: ReadonlySet<string>
  openedAt: Date
  print: Fingerprint
  files: ReadonlySet<string>
}

export const FEATURE_NAMES = [
  'relativeScore',
  'queryTitleCovered',
  'queryTitleInTitle',
  'candidateTitleCovered',
  'candidateTitleInTitle',
  'titlePairs',
  'rarestShared',
  'lengthGap',
  'candidateLength',
  'logAge',
  'sameService',
  'sharedLabels',
  'sameError',
  'sameTemplate',
  'sameStack',
  'sharedFiles',
] as const

export type Features = Record<(typeof FEATURE_NAMES)[number], number>

/** Re-ranking reads this much of a body: more of a log adds noise and milliseconds. */
const BODY_LENGTH = 4_000
const DAY_MS = 86_400_000
const TITLE_WEIGHT = 3
const K1 = 1.2
const B_TITLE = 0.5
const B_BODY = 0.75
/** A young index has seen too little to call a word common. */
const PRIOR_DOCUMENTS = 30

export function readIncident(incident: ComparableIncident): ReadIncident {
  const body = incident.body.slice(0, BODY_LENGTH)
  const titleTerms = terms(incident.title)
  const bodyTerms = terms(body)
  const print = fingerprint(`${incident.title}\n${body}`)
  return {
    title: counts(titleTerms),
    body: counts(bodyTerms),
    titlePairs: new Set(titleTerms.slice(1).map((term, index) => `${titleTerms[index] ?? ''} ${term}`)),
    titleLength: titleTerms.length,
    bodyLength: bodyTerms.length,
    labels: new Set(incident.labels),
    services: new Set(incident.services),
    openedAt: incident.openedAt,
    print,
    files: new Set(print.frames.map(({ path }) => path.split('/').slice(-2).join('/'))),
  }
}

/** One row of features for each candidate, in their order. */
export function featuresOf(query: ReadIncident, candidates: readonly ReadIncident[], statistics: TextStatistics, now: Date): Features[] {
  const idf = idfOf(query, statistics)
  const averages = {
    title: average([query, ...candidates].map(({ titleLength }) => titleLength)),
    body: average([query, ...candidates].map(({ bodyLength }) => bodyLength)),
  }
  const scores = candidates.map((candidate) => bm25f(query, candidate, idf, averages))
  const best = Math.max(1e-9, ...scores)
  const common = commonLabels(candidates)
  return candidates.map((candidate, index): Features => {
    const score = scores[index] ?? 0
    const has = (term: string) => candidate.title.has(term) || candidate.body.has(term)
    return {
      relativeScore: score / best,
      queryTitleCovered: covered(query.title, idf, has),
      queryTitleInTitle: covered(query.title, idf, (term) => candidate.title.has(term)),
      candidateTitleCovered: share([...candidate.title.keys()], (term) => query.title.has(term) || query.body.has(term)),
      candidateTitleInTitle: share([...candidate.title.keys()], (term) => query.title.has(term)),
      titlePairs: jaccard(query.titlePairs, candidate.titlePairs),
      rarestShared: rarestShared(idf, has) / Math.log(2 + statistics.documentCount + PRIOR_DOCUMENTS),
      lengthGap: Math.abs(Math.log1p(query.bodyLength) - Math.log1p(candidate.bodyLength)),
      candidateLength: Math.log1p(candidate.bodyLength),
      logAge: Math.log1p(Math.max(0, now.getTime() - candidate.openedAt.getTime()) / DAY_MS),
      sameService: any(query.services, candidate.services),
      sharedLabels: jaccard(without(query.labels, common), without(candidate.labels, common)),
      sameError: any(new Set(query.print.errorClasses), new Set(candidate.print.errorClasses)),
      sameTemplate: any(new Set(query.print.templates), new Set(candidate.print.templates)),
      sameStack: query.print.stack !== null && query.print.stack === candidate.print.stack ? 1 : 0,
      sharedFiles: jaccard(query.files, candidate.files),
    }
  })
}

/** Weight of each of the query's terms: rarer says more. */
export function idfOf(query: ReadIncident, statistics: TextStatistics): ReadonlyMap<string, number> {
  const documents = Math.max(0, statistics.documentCount) + PRIOR_DOCUMENTS
  const weights = new Map<string, number>()
  for (const term of [...query.title.keys(), ...query.body.keys()]) {
    const frequency = Math.min(documents, statistics.documentFrequency.get(term) ?? 0)
    weights.set(term, Math.log(1 + (documents - frequency + 0.5) / (frequency + 0.5)))
  }
  return weights
}

function bm25f(
  query: ReadIncident,
  candidate: ReadIncident,
  idf: ReadonlyMap<string, number>,
  averages: { title: number; body: number },
): number {
  const titleNorm = 1 - B_TITLE + (B_TITLE * candidate.titleLength) / Math.max(1, averages.title)
  const bodyNorm = 1 - B_BODY + (B_BODY * candidate.bodyLength) / Math.max(1, averages.body)
  let score = 0
  for (const [term, weight] of idf) {
    const inTitle = candidate.title.get(term) ?? 0
    const inBody = candidate.body.get(term) ?? 0
    if (inTitle === 0 && inBody === 0) continue
    const frequency = (TITLE_WEIGHT * inTitle) / titleNorm + inBody / bodyNorm
    // A word of the query's own title says more about what it is than one of its log.
    const asked = query.title.has(term) ? 1 + TITLE_WEIGHT / (1 + TITLE_WEIGHT) : 1
    score += (asked * weight * frequency) / (frequency + K1)
  }
  return score
}

function covered(asked: ReadonlyMap<string, number>, idf: ReadonlyMap<string, number>, has: (term: string) => boolean): number {
  let all = 0
  let found = 0
  for (const term of asked.keys()) {
    const weight = idf.get(term) ?? 0
    all += weight
    if (has(term)) found += weight
  }
  return all === 0 ? 0 : found / all
}

function rarestShared(idf: ReadonlyMap<string, number>, has: (term: string) => boolean): number {
  let rarest = 0
  for (const [term, weight] of idf) if (weight > rarest && has(term)) rarest = weight
  return rarest
}

function counts(found: readonly string[]): Map<string, number> {
  const map = new Map<string, number>()
  for (const term of found) map.set(term, (map.get(term) ?? 0) + 1)
  return map
}

/** Labels that nearly every candidate has ("incident") say nothing. */
function commonLabels(candidates: readonly ReadIncident[]): ReadonlySet<string> {
  const all = counts(candidates.flatMap(({ labels }) => [...labels]))
  return new Set([...all].filter(([, n]) => candidates.length > 1 && n > 0.8 * candidates.length).map(([label]) => label))
}

const average = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)
const share = <T>(items: readonly T[], is: (item: T) => boolean): number =>
  items.length === 0 ? 0 : items.filter(is).length / items.length
const any = <T>(a: ReadonlySet<T>, b: ReadonlySet<T>): number => (a.size > 0 && !a.isDisjointFrom(b) ? 1 : 0)
const jaccard = <T>(a: ReadonlySet<T>, b: ReadonlySet<T>): number => (a.size + b.size === 0 ? 0 : a.intersection(b).size / a.union(b).size)
const without = <T>(a: ReadonlySet<T>, b: ReadonlySet<T>): ReadonlySet<T> => a.difference(b)
