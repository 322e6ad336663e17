// Commands in the issue's own body: those it was opened with, and those that an edit added.
import type { IssueEvent } from '../domain/issue-event.ts'
import type { Catalog } from '../domain/service.ts'
import type { Work } from '../work.ts'
import { addedCommands, type SaidCommand } from './command.ts'
import { saidIn } from './commands.ts'
import { giveSigns } from './give-signs.ts'
import { mayDecide } from './may-decide.ts'
import { obeyCommands } from './obey-commands.ts'

type Seen = { id: number; catalog: Catalog; /** Nothing was known of the incident before. */ isFirst: boolean }

export async function followBody(work: Work, event: IssueEvent, seen: Seen): Promise<void> {
  const { action, issue, sender, bodyBefore } = event
  const isEdit = action === 'edited' && bodyBefore !== null
  if (!seen.isFirst && action !== 'opened' && !isEdit) return
  const now = saidIn(issue.body).commands
  const before = isEdit ? saidIn(bodyBefore).commands : now
  const first = action === 'opened' || seen.isFirst ? before : []
  // Who wrote what stood there first, and when, is only a guess where the issue was edited before we saw it.
  await obey(work, event, seen, { commands: first, by: issue.author, saidAt: issue.openedAt, isGuess: action !== 'opened' })
  if (isEdit) await obey(work, event, seen, { commands: addedCommands(before, now), by: sender, saidAt: issue.updatedAt, isGuess: false })
}

type Spoken = { commands: SaidCommand[]; by: IssueEvent['sender']; saidAt: Date; isGuess: boolean }

async function obey(work: Work, { repository, issue }: IssueEvent, { id, catalog }: Seen, spoken: Spoken): Promise<void> {
  if (spoken.commands.length === 0 || spoken.by.isBot) return
  const incident = await work.tenant.incidents.byId(id)
  if (!incident) return
  const isAllowed = await mayDecide(work, repository, spoken.by, catalog, null)
  const obeyed = await obeyCommands(work, { incident, repository, catalog, ...spoken, isAllowed, source: 'body', url: issue.url })
  await giveSigns(work, repository, { issueNumber: issue.number, commentId: null }, obeyed)
}
