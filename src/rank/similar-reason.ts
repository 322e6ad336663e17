// Why an earlier incident is shown, in words of the incident itself.
import type { Features, ReadIncident } from './similar-features.ts'
import { termOf, terms } from './text.ts'

const MOST_WORDS = 3
const WORD = /[\p{L}\p{N}_$][\p{L}\p{M}\p{N}_$.-]{0,60}/gu

/** "same error class ECONNRESET in checkout; shares “ledger” and “timeout”". Foreign text in it is raw. */
export function sharedReason(
  queryText: string,
  query: ReadIncident,
  candidate: ReadIncident,
  features: Features,
  idf: ReadonlyMap<string, number>,
): { reason: string; sharedTerms: string[] } {
  const sharedTerms = sharedWords(queryText, query, candidate, idf)
  const machine: string[] = []
  const classes = query.print.errorClasses.filter((name) => candidate.print.errorClasses.includes(name))
  if (features.sameStack === 1) machine.push('same stack trace')
  if (classes.length > 0) machine.push(`same error class ${classes.slice(0, 2).join(' and ')}`)
  else if (features.sameTemplate === 1) machine.push('same error message')
  const services = [...query.services].filter((service) => candidate.services.has(service))
  const parts = machine.length > 0 ? [machine.join(', ')] : []
  if (services.length > 0) {
    const where = services.slice(0, 2).join(' and ')
    if (parts.length > 0) parts[0] = `${parts[0]} in ${where}`
    else parts.push(`same service ${where}`)
  }
  if (sharedTerms.length > 0) parts.push(`shares ${inWords(sharedTerms.map((word) => `“${word}”`))}`)
  return { reason: parts.length === 0 ? 'similar text' : parts.join('; '), sharedTerms }
}

/** The rarest shared words, as the incident spells them. */
function sharedWords(text: string, query: ReadIncident, candidate: ReadIncident, idf: ReadonlyMap<string, number>): string[] {
  const weight = (term: string) => (idf.get(term) ?? 0) * (query.title.has(term) ? 1.5 : 1) * (candidate.title.has(term) ? 1.5 : 1)
  const shared = [...idf.keys()].filter((term) => candidate.title.has(term) || candidate.body.has(term))
  shared.sort((a, b) => weight(b) - weight(a) || (a < b ? -1 : 1))
  const spelled = spellings(text)
  const words: string[] = []
  for (const term of shared) {
    const word = spelled.get(term) ?? term
    // Parts and pairs of a word that is named already add nothing.
    if (words.some((known) => known.toLowerCase().includes(word.toLowerCase()) || word.toLowerCase().includes(known.toLowerCase())))
      continue
    words.push(word)
    if (words.length === MOST_WORDS) break
  }
  return words
}

function spellings(text: string): Map<string, string> {
  const found = new Map<string, string>()
  for (const [match] of text.slice(0, 4_000).matchAll(WORD)) {
    const word = match.replace(/[.-]+$/, '')
    const term = termOf(word) ?? (terms(word).length === 1 ? terms(word)[0] : undefined)
    if (term !== undefined && !found.has(term)) found.set(term, word)
  }
  return found
}

const inWords = (items: readonly string[]): string =>
  items.length <= 1 ? (items[0] ?? '') : `${items.slice(0, -1).join(', ')} and ${items.at(-1) ?? ''}`
