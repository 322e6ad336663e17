// What the text index keeps of an incident and what it is asked with: the store and the evaluations use the same.
import { terms, uniqueTerms } from '../text.ts'

/** What is compared of a body: more of a log adds noise and milliseconds. */
export const COMPARED_LENGTH = 4_000
const MAX_INDEXED = 400
/** No term holds a tab, so a title's word with one in front is a term of its own: "this word stands in the title". */
const IN_TITLE = '\t'
/** A word of the question's title against one of its 24 rarest others, and again when the other has it in its title too. */
const TITLE_WEIGHT = 3
const RAREST = 24

export type SimilarQuestion = {
  /** The rarest of these are looked up, each with weight 1. */
  terms: string[]
  rarest: number
  /** These are looked up however common they are. */
  always: { term: string; weight: number }[]
}

/** The terms of an incident, each once: at most 400 of title and body, the title's first, then the title's own marks. */
export function similarTerms(incident: { title: string; body: string }): string[] {
  const title = uniqueTerms(incident.title)
  return [...new Set([...title, ...terms(incident.body)])].slice(0, MAX_INDEXED).concat(title.slice(0, MAX_INDEXED).map(markOf))
}

/** How the index is asked for incidents like this one. */
export function similarQuestion(incident: { title: string; body: string }): SimilarQuestion {
  const title = uniqueTerms(incident.title)
  const inTitle = new Set(title)
  const body = uniqueTerms(incident.body).filter((term) => !inTitle.has(term))
  return {
    terms: body.slice(0, MAX_INDEXED),
    rarest: RAREST,
    always: title.flatMap((term) => [
      { term, weight: TITLE_WEIGHT },
      { term: markOf(term), weight: TITLE_WEIGHT },
    ]),
  }
}

const markOf = (term: string): string => `${IN_TITLE}${term}`
