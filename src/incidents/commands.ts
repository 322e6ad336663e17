// Every command, by the name after the slash. To add one: its kind in commands/, a line here, its row in the test table.
import type { CommandKind } from './commands/command-kind.ts'
import { deployAnyway } from './commands/say-deploy.ts'
import { duplicate, related } from './commands/say-link.ts'
import { rollback } from './commands/say-rollback.ts'
import { ack, incident, lead, mitigated, resolved, service, sev } from './commands/say-state.ts'
import { cause, noChange, notCause } from './commands/say-verdict.ts'
import { note, postmortem, update } from './commands/say-word.ts'
import { worked } from './commands/say-worked.ts'
import { readText, type SaidText } from './command.ts'

const help: CommandKind = { form: '/help', does: 'shows this list', run: () => ({ facts: [], reply: helpText() }) }

const commands = new Map<string, CommandKind>(
  Object.entries({
    incident,
    ack,
    sev,
    lead,
    service,
    mitigated,
    resolved,
    cause,
    'not-cause': notCause,
    'no-change': noChange,
    worked,
    related,
    duplicate,
    note,
    update,
    rollback,
    postmortem,
    'deploy-anyway': deployAnyway,
    help,
  }),
)

const NAMES = new Set(commands.keys())
/** What they say may go on below. */
const LONG_NAMES = new Set(['note', 'update'])

export const commandCalled = (name: string): CommandKind | undefined => commands.get(name)

export const saidIn = (text: string): SaidText => readText(text, NAMES, LONG_NAMES)

function helpText(): string {
  const rows = [...commands.values()].map(({ form, does }) => `| \`${form}\` | ${does} |`)
  return [
    'Commands, each on a line of its own, in a comment or in the issue, by people with write access:',
    ['| | |', '| --- | --- |', ...rows].join('\n'),
    'Times may be words (`20 minutes ago`, `14:05 CET`); without a zone they are UTC.',
  ].join('\n\n')
}
