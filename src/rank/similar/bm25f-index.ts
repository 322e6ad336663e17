// What similar incidents have to beat: plain BM25F over title and body, from an index that grows in time order.
import { COMPARED_LENGTH } from './similar-terms.ts'
import { terms } from '../text.ts'

const TITLE_WEIGHT = 3
const K1 = 1.2
const B = 0.75

type Text = { title: string; body: string }

export type Bm25fIndex = {
  add(text: Text): void
  /** Document numbers (in order of adding), best first; `prior` of a document multiplies its score. */
  search(text: Text, limit: number, prior?: (document: number) => number): number[]
}

export function bm25fIndex(): Bm25fIndex {
  const postings = new Map<string, { document: number; frequency: number }[]>()
  const lengths: number[] = []
  let totalLength = 0

  function add({ title, body }: Text): void {
    const inTitle = terms(title)
    const inBody = terms(body.slice(0, COMPARED_LENGTH))
    const frequencies = new Map<string, number>()
    for (const term of inTitle) frequencies.set(term, (frequencies.get(term) ?? 0) + TITLE_WEIGHT)
    for (const term of inBody) frequencies.set(term, (frequencies.get(term) ?? 0) + 1)
    for (const [term, frequency] of frequencies) {
      const list = postings.get(term)
      if (list === undefined) postings.set(term, [{ document: lengths.length, frequency }])
      else list.push({ document: lengths.length, frequency })
    }
    lengths.push(inTitle.length + inBody.length)
    totalLength += inTitle.length + inBody.length
  }

  function search({ title, body }: Text, limit: number, prior?: (document: number) => number): number[] {
    const scores = new Map<number, number>()
    const mean = totalLength / Math.max(1, lengths.length)
    for (const term of new Set([...terms(title), ...terms(body.slice(0, COMPARED_LENGTH))])) {
      const list = postings.get(term) ?? []
      const idf = Math.log(1 + (lengths.length - list.length + 0.5) / (list.length + 0.5))
      for (const { document, frequency } of list) {
        const norm = 1 - B + (B * lengths[document]!) / Math.max(1, mean)
        scores.set(document, (scores.get(document) ?? 0) + (idf * frequency) / (frequency + K1 * norm))
      }
    }
    if (prior !== undefined) for (const [document, score] of scores) scores.set(document, score * prior(document))
    const best = [...scores].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, limit)
    return best.map(([document]) => document)
  }

  return { add, search }
}
