// What people said in commands becomes facts of the incident. The state, the comment and the reactions follow from them.
import type { Person } from '../domain/change.ts'
import type { Incident } from '../domain/incident.ts'
import type { Repository } from '../domain/repository.ts'
import type { Catalog } from '../domain/service.ts'
import type { TimelineEntry } from '../domain/timeline.ts'
import { plain } from '../render/escape.ts'
import type { Mistake } from '../render/mistakes.ts'
import type { Work } from '../work.ts'
import type { SaidCommand } from './command.ts'
import { commandCalled } from './commands.ts'

const LONGEST_TEXT = 1_000
/** More commands in one text are not somebody's work at an incident. */
const MOST_COMMANDS = 20
/** Above every time in milliseconds. */
const OUTRANKS = 2 ** 51

export type Commanded = {
  incident: Incident
  repository: Repository
  catalog: Catalog
  commands: SaidCommand[]
  by: Person
  saidAt: Date
  /** Write access or above. */
  isAllowed: boolean
  /** Where it was said: `comment 5` or `body`. */
  source: string
  url: string
  /** When exactly it was said is only guessed: an event that knows it counts more. */
  isGuess?: boolean
}

export type Obeyed = { done: number; refused: number; mistakes: Mistake[]; replies: string[] }

/** Idempotent: the same command of the same text is one entry, whenever and however often it is told. */
export async function obeyCommands(work: Work, said: Commanded): Promise<Obeyed> {
  const obeyed: Obeyed = { done: 0, refused: 0, mistakes: [], replies: [] }
  const { incident, by, saidAt, url, source } = said
  // Of two tellings the earlier one counts.
  const revision = (said.isGuess ? 0 : OUTRANKS) - saidAt.getTime()
  const entry = (key: string, fact: TimelineEntry['fact'], at = saidAt, text = '') => ({
    key: `${source} ${key}`,
    at,
    saidAt,
    by,
    text: plain(text, LONGEST_TEXT),
    url,
    fact,
    revision,
  })
  for (const { name, rest, key } of said.commands.slice(0, MOST_COMMANDS)) {
    const kind = commandCalled(name)
    if (!kind) continue
    if (!said.isAllowed) {
      obeyed.refused += 1
      await work.tenant.timeline.add(incident.id, [entry(key, { kind: 'refused', command: `/${name}` })])
      continue
    }
    // What an earlier line changed, a later one builds upon.
    const current = (await work.tenant.incidents.byId(incident.id)) ?? incident
    const told = await kind.run({ work, incident: current, repository: said.repository, catalog: said.catalog, by, saidAt, rest })
    if ('mistake' in told) {
      obeyed.mistakes.push({ said: `/${name} ${rest}`.trim(), why: told.mistake, form: kind.form })
      continue
    }
    obeyed.done += 1
    if (told.reply !== undefined) obeyed.replies.push(told.reply)
    await work.tenant.timeline.add(
      incident.id,
      // The first of a command's entries has its key alone, so that a refusal and a deed never stand side by side.
      told.facts.map(({ fact, at, text }, index) => entry(index === 0 ? key : `${key} ${index}`, fact, at, text)),
    )
  }
  return obeyed
}
