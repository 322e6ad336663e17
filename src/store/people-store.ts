// What may be asked of the store about people. Types only.
import type { ChangeFacts } from '../domain/change.ts'
import type { IncidentFacts } from '../domain/incident.ts'

export type TermsOf = {
  change(change: Pick<ChangeFacts, 'title' | 'bodyExcerpt' | 'files' | 'identifiers'>): string[]
  incident(incident: Pick<IncidentFacts, 'title' | 'body'>): string[]
}

export type PeopleStore = {
  /**
   * Puts a pseudonym in the place of a login everywhere, and keeps putting it there when the login is told again. Takes some
   * seconds at least. Returns how many rows were rewritten and how many raw deliveries lost their body. Idempotent. What
   * finds them by their words is made anew by `termsOf`.
   */
  forget(login: string, at: Date, termsOf: TermsOf): Promise<{ pseudonym: string; rows: number; deliveries: number }>
}
