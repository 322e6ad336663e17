// A text index in memory for evaluations: it grows in time order, so that a query finds only what came before it.
import { terms } from './text.ts'

const TITLE_WEIGHT = 3
const K1 = 1.2
const BODY_LENGTH = 4_000

type Posting = { document: number; frequency: number }

export type TextIndex = {
  add(text: { title: string; body: string }): void
  /** Document numbers (in order of adding), best first, for the title's terms and the `rarest` terms of the body. */
  search(
    text: { title: string; body: string },
    rarest: number,
    limit: number,
  ): { documents: number[]; documentCount: number; documentFrequency: Map<string, number> }
}

/** BM25F over title (weight 3) and body; idf from what was added so far. */
export function textIndex(): TextIndex {
  const postings = new Map<string, Posting[]>()
  let documentCount = 0
  let totalLength = 0
  const lengths: number[] = []

  function add({ title, body }: { title: string; body: string }): void {
    const frequencies = new Map<string, number>()
    const inTitle = terms(title)
    const inBody = terms(body.slice(0, BODY_LENGTH))
    for (const term of inTitle) frequencies.set(term, (frequencies.get(term) ?? 0) + TITLE_WEIGHT)
    for (const term of inBody) frequencies.set(term, (frequencies.get(term) ?? 0) + 1)
    for (const [term, frequency] of frequencies) {
      const list = postings.get(term)
      if (list === undefined) postings.set(term, [{ document: documentCount, frequency }])
      else list.push({ document: documentCount, frequency })
    }
    lengths.push(inTitle.length + inBody.length)
    totalLength += inTitle.length + inBody.length
    documentCount++
  }

  function search({ title, body }: { title: string; body: string }, rarest: number, limit: number) {
    const known = (term: string) => postings.has(term)
    const titleTerms = new Set(terms(title))
    const bodyTerms = new Set(terms(body.slice(0, BODY_LENGTH)).filter((term) => !titleTerms.has(term)))
    const documentFrequency = new Map([...titleTerms, ...bodyTerms].map((term) => [term, postings.get(term)?.length ?? 0]))
    const rare = [...bodyTerms]
      .filter(known)
      .sort((a, b) => (documentFrequency.get(a) ?? 0) - (documentFrequency.get(b) ?? 0))
      .slice(0, rarest)
    const scores = new Map<number, number>()
    const mean = totalLength / Math.max(1, documentCount)
    for (const term of [...[...titleTerms].filter(known), ...rare]) {
      const list = postings.get(term) ?? []
      const idf = Math.log(1 + (documentCount - list.length + 0.5) / (list.length + 0.5))
      for (const { document, frequency } of list) {
        const norm = 0.25 + (0.75 * (lengths[document] ?? 0)) / Math.max(1, mean)
        scores.set(document, (scores.get(document) ?? 0) + (idf * frequency) / (frequency + K1 * norm))
      }
    }
    const documents = [...scores].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, limit)
    return { documents: documents.map(([document]) => document), documentCount, documentFrequency }
  }

  return { add, search }
}
