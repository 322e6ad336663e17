// What is to be done after an incident, so that its kind becomes rarer, shorter or milder.
import type { Person } from './change.ts'

/** A line of a postmortem that is, or becomes, an issue of its own. */
export type FollowUpItem = {
  incidentId: number
  repositoryId: number
  /** Made from the words that it had first; unique within the incident. */
  key: string
  /** What its line says now without the due date; one line, raw. */
  text: string
  /** The beginning of the day (UTC) by whose end it is to be done. */
  dueOn: Date
  /** Null between "about to open" and "opened". */
  issueNumber: number | null
  url: string | null
  intendedAt: Date
  closedAt: Date | null
  /** It ended without being done: not planned, a duplicate, deleted, or moved to where it is not seen. */
  isDropped: boolean
  /** Of its issue, as last seen. */
  assignees: Person[]
  /** When it was noticed, still open, that its day is over. */
  overdueAt: Date | null
}

/** A line as it stands in the postmortem. `dueOn` is null where it names no day. */
export type ListedFollowUp = { text: string; dueOn: Date | null }
