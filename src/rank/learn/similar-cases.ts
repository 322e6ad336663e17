// The questions of a data set, each with the candidates that the index of its time gives. Pure: reports in, cases out.
import { featuresOf, type Features } from '../similar/similar-features.ts'
import { textIndex } from '../similar/similar-index.ts'
import { readCandidate, readQuery, type ComparableIncident, type ReadQuery } from '../similar/similar-read.ts'

export type SimilarSet = {
  name: string
  /** In time order; `id` is the place in this list. */
  incidents: readonly ComparableIncident[]
  /** Place of a report → places of the earlier ones that are the same. */
  pairs: ReadonlyMap<number, ReadonlySet<number>>
  /** Place of a report with pairs → hash of what it says and of what it is the same as. */
  hashes: ReadonlyMap<number, string>
}

export type SimilarCase = { place: number; query: ReadQuery; rows: Features[]; documents: number[]; isSame: boolean[] }

const CANDIDATES = 200

/** Places of the queries, by time: of the first `share` of them, and of the rest. */
export function splitByTime(set: SimilarSet, share: number): { first: number[]; rest: number[] } {
  const places = [...set.pairs.keys()].sort((a, b) => a - b)
  const cut = places.length - Math.round(places.length * (1 - share))
  return { first: places.slice(0, cut), rest: places.slice(cut) }
}

/** One case for each of `places`, by time, from an index that knows only what came before it. */
export function* casesOf(set: SimilarSet, places: ReadonlySet<number>): Generator<SimilarCase> {
  const index = textIndex()
  for (const [place, incident] of set.incidents.entries()) {
    const same = set.pairs.get(place)
    if (same !== undefined && places.has(place)) {
      const found = index.search(incident, CANDIDATES)
      const query = readQuery(incident, found)
      const candidates = found.documents.map((document) => readCandidate(query, set.incidents[document]!))
      yield {
        place,
        query,
        rows: featuresOf(query, candidates, found, incident.openedAt),
        documents: found.documents,
        isSame: found.documents.map((document) => same.has(document)),
      }
    }
    index.add(incident)
  }
}
