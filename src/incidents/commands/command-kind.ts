// What a command is: its form, what it does in a word, and what it makes of what stands behind it. It writes no comment
// and reacts to nothing; follow-comment.ts does.
import type { Person } from '../../domain/change.ts'
import type { Incident } from '../../domain/incident.ts'
import type { Repository } from '../../domain/repository.ts'
import type { Catalog } from '../../domain/service.ts'
import type { TimelineFact } from '../../domain/timeline.ts'
import type { Work } from '../../work.ts'

/** Who said it, when, about what. */
export type Saying = {
  work: Work
  incident: Incident
  repository: Repository
  catalog: Catalog
  by: Person
  saidAt: Date
  /** What follows the command's name, in one line. */
  rest: string
}

export type ToldFact = {
  fact: TimelineFact
  /** When it happened, where that is not when it was said. */
  at?: Date
  text?: string
}

/** What it comes to. A mistake is explained to whoever made it; `reply` is what was asked for. */
export type Told = { facts: ToldFact[]; reply?: string } | { mistake: string }

export type CommandKind = {
  /** As it is written: shown in `/help` and after a mistake. */
  form: string
  /** What it does, to go on after the form. */
  does: string
  run(saying: Saying): Told | Promise<Told>
}
