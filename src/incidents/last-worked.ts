// When it was last seen to work: the newest word in the issue, else what the report says. Pure.
import type { Incident } from '../domain/incident.ts'
import type { LastWorked } from '../domain/report.ts'
import type { TimelineEntry } from '../domain/timeline.ts'
import { formFields } from './read-report.ts'
import { statedTime } from './stated-time.ts'

type Reported = Pick<Incident, 'body' | 'openedAt' | 'detectedAt' | 'author' | 'url'>

/** Null when nobody says, when it was taken back, and when it is not before the start, as after a corrected start. */
export function lastWorked(incident: Reported, entries: readonly TimelineEntry[]): LastWorked | null {
  const newest = entries
    .filter(({ fact }) => fact.kind === 'worked')
    .toSorted((a, b) => a.saidAt.getTime() - b.saidAt.getTime() || (a.key < b.key ? -1 : 1))
    .at(-1)
  const said = newest === undefined ? inReport(incident) : inEntry(newest)
  return said !== null && said.at < incident.detectedAt ? said : null
}

function inEntry({ fact, at, by, url }: TimelineEntry): LastWorked | null {
  return fact.kind === 'worked' && fact.with !== null ? { at, name: fact.with.name, by, url } : null
}

function inReport({ body, openedAt, author, url }: Reported): LastWorked | null {
  const field = [...formFields(body)].find(([label]) => /\b(?:worked|working)\b/.test(label))?.[1]
  const at = field === undefined ? null : statedTime(field, openedAt)
  return at === null ? null : { at, name: null, by: author, url }
}
