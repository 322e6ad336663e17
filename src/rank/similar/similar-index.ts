// The store's search in memory, for evaluations: it grows in time order, so that a query finds only what came before it.
import { similarQuestion, similarTerms } from './similar-terms.ts'

type Text = { title: string; body: string }

export type TextIndex = {
  add(text: Text): void
  /** Document numbers (in order of adding), best first, and how often each of the query's terms occurs. */
  search(text: Text, limit: number): { documents: number[]; documentCount: number; documentFrequency: Map<string, number> }
}

// The same numbers as the store's own search has: a test holds the two to the same answers.
const SHORTLIST = 8
const LENGTH_PRIOR = 20
const LENGTH_POWER = 0.25
const COMMON_SHARE = 0.1
const LEAST_COMMON = 500
const FOUND_BY_ONE = 10

/** Sums of idf over the terms that meet, longer documents a little less; nobody is found by common terms alone. */
export function textIndex(): TextIndex {
  const postings = new Map<string, number[]>()
  const documents: ReadonlySet<string>[] = []

  function add(text: Text): void {
    const found = similarTerms(text)
    for (const term of found) {
      const list = postings.get(term)
      if (list === undefined) postings.set(term, [documents.length])
      else list.push(documents.length)
    }
    documents.push(new Set(found))
  }

  function search(text: Text, limit: number) {
    const question = similarQuestion(text)
    const documentCount = documents.length
    const mostRare = Math.max(LEAST_COMMON, Math.floor(COMMON_SHARE * documentCount))
    const asked = [...question.terms, ...question.always.map(({ term }) => term)].filter((term) => postings.has(term))
    const documentFrequency = new Map(asked.map((term) => [term, postings.get(term)!.length]))
    const count = (term: string): number => documentFrequency.get(term) ?? 0
    const rarest = question.terms
      .filter((term) => documentFrequency.has(term))
      .sort((a, b) => count(a) - count(b) || (a < b ? -1 : 1))
      .slice(0, question.rarest)
    const chosen = [...rarest.map((term) => ({ term, weight: 1 })), ...question.always.filter(({ term }) => documentFrequency.has(term))]
    const idf = ({ term, weight }: { term: string; weight: number }): number =>
      weight * Math.log(1 + (documentCount - count(term) + 0.5) / (count(term) + 0.5))
    const narrow = chosen.filter(({ term }) => count(term) <= mostRare)
    const looked = narrow.length > 0 ? narrow : chosen
    const rest = chosen.filter((each) => !looked.includes(each))
    const scores = new Float64Array(documentCount)
    for (const each of looked) {
      const value = idf(each)
      for (const document of postings.get(each.term)!.slice(-FOUND_BY_ONE * limit)) scores[document]! += value
    }
    const matched = [...scores.keys()].filter((document) => scores[document]! > 0)
    const shortlist = matched.sort((a, b) => scores[b]! - scores[a]! || a - b).slice(0, SHORTLIST * limit)
    const weighed = new Map(
      shortlist.map((document) => {
        const terms = documents[document]!
        const common = rest.reduce((sum, each) => sum + (terms.has(each.term) ? idf(each) : 0), 0)
        return [document, (scores[document]! + common) / (LENGTH_PRIOR + terms.size) ** LENGTH_POWER]
      }),
    )
    const found = shortlist.sort((a, b) => weighed.get(b)! - weighed.get(a)! || a - b).slice(0, limit)
    return { documents: found, documentCount, documentFrequency }
  }

  return { add, search }
}
