// Two incidents cut into what is compared. Everything is seen from the query: of a candidate only the words that meet
// it, its own title and its lengths are kept, so that two hundred candidates take milliseconds.
import { fingerprint, type Fingerprint } from '../fingerprint.ts'
import { slotOf, slotsOf, type HashSlots } from '../prepare.ts'
import { COMPARED_LENGTH } from './similar-terms.ts'
import { cutWords, unpackWords, type Words } from './similar-words.ts'
import { termHash } from '../term-hash.ts'
import { terms } from '../text.ts'

/** What the text index knows of the query's terms. */
export type TextStatistics = { documentCount: number; documentFrequency: ReadonlyMap<string, number> }

export type ComparableIncident = {
  id: number
  title: string
  body: string
  labels: readonly string[]
  services: readonly string[]
  openedAt: Date
  /** What ended it, in people's words; only where it was known when the query came in. */
  resolution?: string
  /** Its title and body, cut before (`packWords`). */
  words?: Uint8Array | null
}

export type QueryTerm = { index: number; term: string; idf: number; inTitle: boolean; isIdentifier: boolean }

export type ReadQuery = {
  incident: ComparableIncident
  terms: ReadonlyMap<string, QueryTerm>
  /** The same by hash: a slot is a place in `list`. */
  slots: HashSlots
  list: readonly QueryTerm[]
  /** Neighbouring terms of title and body, as pairKey gives them. */
  pairs: ReadonlySet<number>
  titleLength: number
  bodyLength: number
  trigrams: ReadonlySet<number>
  prefix: string | null
  print: Fingerprint
  hasPrint: boolean
  labels: ReadonlySet<string>
  services: ReadonlySet<string>
}

export type ReadCandidate = {
  incident: ComparableIncident
  /** The query's terms in it, with how often they stand in its title and in its body. */
  met: ReadonlyMap<QueryTerm, { inTitle: number; inBody: number }>
  /** How many of the query's neighbouring terms are neighbours here too. */
  pairsMet: number
  /** Share of its title's distinct terms that the query has. */
  titleCovered: number
  /** The query's terms in what ended it. */
  resolutionMet: readonly QueryTerm[]
  titleLength: number
  bodyLength: number
}

/** A young index has seen too little to call a word common. */
const PRIOR_DOCUMENTS = 30
const IDENTIFIER = /[._/\\:$-]|\d/

export function readQuery(incident: ComparableIncident, statistics: TextStatistics): ReadQuery {
  const [title, body] = [terms(incident.title), terms(incident.body.slice(0, COMPARED_LENGTH))]
  const read = new Map<string, QueryTerm>()
  for (const [position, term] of [...title, ...body].entries()) {
    if (read.has(term)) continue
    const idf = idfOf(statistics.documentFrequency.get(term) ?? 0, statistics.documentCount)
    read.set(term, { index: read.size, term, idf, inTitle: position < title.length, isIdentifier: IDENTIFIER.test(term) })
  }
  const print = fingerprint(`${incident.title}\n${incident.body.slice(0, COMPARED_LENGTH)}`)
  return {
    incident,
    terms: read,
    slots: slotsOf([...read.keys()].map(termHash)),
    list: [...read.values()],
    pairs: new Set([...pairsOf(title, read), ...pairsOf(body, read)]),
    titleLength: title.length,
    bodyLength: body.length,
    trigrams: trigramsOf(incident.title),
    prefix: prefixOf(incident.title),
    print,
    hasPrint: print.errorClasses.length + print.templates.length + print.frames.length > 0,
    labels: new Set(incident.labels),
    services: new Set(incident.services),
  }
}

// Memo, invisible to callers: one past incident is a candidate of many queries, and cutting its text is half the time.
const cut = new WeakMap<ComparableIncident, Words>()

function wordsOf(incident: ComparableIncident): Words {
  const kept = incident.words ? unpackWords(incident.words) : null
  if (kept !== null) return kept
  const known = cut.get(incident)
  if (known !== undefined) return known
  const found = cutWords(incident)
  cut.set(incident, found)
  return found
}

export function readCandidate(query: ReadQuery, incident: ComparableIncident): ReadCandidate {
  const { title, body } = wordsOf(incident)
  const met = new Map<QueryTerm, { inTitle: number; inBody: number }>()
  const pairs = new Set<number>()
  const count = (found: Uint32Array, field: 'inTitle' | 'inBody'): void => {
    let previous: QueryTerm | undefined
    for (let at = 0; at < found.length; at++) {
      const slot = slotOf(query.slots, found[at]!)
      const term = slot === -1 ? undefined : query.list[slot]!
      if (term !== undefined) {
        const counts = met.get(term)
        if (counts === undefined) met.set(term, { inTitle: 0, inBody: 0, [field]: 1 })
        else counts[field]++
        if (previous !== undefined) pairs.add(pairKey(previous, term))
      }
      previous = term
    }
  }
  count(title, 'inTitle')
  const inTitle = met.size
  count(body, 'inBody')
  const distinct = new Set(title).size
  return {
    incident,
    met,
    pairsMet: pairs.intersection(query.pairs).size,
    titleCovered: distinct === 0 ? 0 : inTitle / distinct,
    resolutionMet: [...new Set(terms((incident.resolution ?? '').slice(0, COMPARED_LENGTH)))].flatMap(
      (term) => query.terms.get(term) ?? [],
    ),
    titleLength: title.length,
    bodyLength: body.length,
  }
}

/** Weight of a term that `frequency` of `documentCount` incidents have: rarer says more. */
export function idfOf(frequency: number, documentCount: number): number {
  const documents = Math.max(0, documentCount) + PRIOR_DOCUMENTS
  const bounded = Math.min(documents, frequency)
  return Math.log(1 + (documents - bounded + 0.5) / (bounded + 0.5))
}

function pairsOf(found: readonly string[], read: ReadonlyMap<string, QueryTerm>): Set<number> {
  const pairs = new Set<number>()
  for (let at = 1; at < found.length; at++) pairs.add(pairKey(read.get(found[at - 1]!)!, read.get(found[at]!)!))
  return pairs
}

/** Terms of one text never reach 2^16. */
const pairKey = (first: QueryTerm, second: QueryTerm): number => first.index * 65_536 + second.index

/** Groups of three characters survive a misspelling that no word does. Each as one number, of 16 bits a character. */
export function trigramsOf(title: string): Set<number> {
  const text = ` ${title
    .slice(0, 200)
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()} `
  const found = new Set<number>()
  let [first, second] = [text.charCodeAt(0), text.charCodeAt(1)]
  for (let at = 2; at < text.length; at++) {
    const third = text.charCodeAt(at)
    found.add((first * 65_536 + second) * 65_536 + third)
    first = second
    second = third
  }
  return found
}

const PREFIX = /^\s*(?:\[([^\]]{2,30})\]|([^\s:][^:]{1,29}):\s)/

/** What many titles begin with: "Android: …", "[checkout] …". */
export function prefixOf(title: string): string | null {
  const match = PREFIX.exec(title)
  return match === null ? null : (match[1] ?? match[2] ?? '').trim().toLowerCase()
}
