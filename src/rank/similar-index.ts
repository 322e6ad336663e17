// The store's search in memory, for evaluations: it grows in time order, so that a query finds only what came before it.
import { similarQuestion, similarTerms } from './similar-terms.ts'

type Text = { title: string; body: string }

export type TextIndex = {
  add(text: Text): void
  /** Document numbers (in order of adding), best first, and how often each of the query's terms occurs. */
  search(text: Text, limit: number): { documents: number[]; documentCount: number; documentFrequency: Map<string, number> }
}

/** So many by matched weight alone are then weighed against their length. */
const SHORTLIST = 4
const LENGTH_PRIOR = 20
const LENGTH_POWER = 0.25

/** Sums of idf over the terms that meet, longer documents a little less; the store's own search does the same. */
export function textIndex(): TextIndex {
  const postings = new Map<string, number[]>()
  const lengths: number[] = []

  function add(text: Text): void {
    const found = similarTerms(text)
    for (const term of found) {
      const list = postings.get(term)
      if (list === undefined) postings.set(term, [lengths.length])
      else list.push(lengths.length)
    }
    lengths.push(found.length)
  }

  function search(text: Text, limit: number) {
    const question = similarQuestion(text)
    const documentCount = lengths.length
    const count = (term: string): number => postings.get(term)?.length ?? 0
    const asked = [...question.terms, ...question.always.map(({ term }) => term)]
    const documentFrequency = new Map(asked.filter((term) => count(term) > 0).map((term) => [term, count(term)]))
    const rarest = question.terms
      .filter((term) => count(term) > 0)
      .sort((a, b) => count(a) - count(b) || (a < b ? -1 : 1))
      .slice(0, question.rarest)
    const scores = new Float64Array(documentCount)
    for (const { term, weight } of [...question.always, ...rarest.map((term) => ({ term, weight: 1 }))]) {
      const list = postings.get(term)
      if (list === undefined) continue
      const idf = weight * Math.log(1 + (documentCount - list.length + 0.5) / (list.length + 0.5))
      for (const document of list) scores[document]! += idf
    }
    const matched = [...scores.keys()].filter((document) => scores[document]! > 0)
    const shortlist = matched.sort((a, b) => scores[b]! - scores[a]! || a - b).slice(0, SHORTLIST * limit)
    const weighed = new Map(
      shortlist.map((document) => [document, scores[document]! / (LENGTH_PRIOR + lengths[document]!) ** LENGTH_POWER]),
    )
    const documents = shortlist.sort((a, b) => weighed.get(b)! - weighed.get(a)! || a - b).slice(0, limit)
    return { documents, documentCount, documentFrequency }
  }

  return { add, search }
}
