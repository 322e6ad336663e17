// Verdicts on changes. A word from someone with write access counts more than any number of ours.
import type { Change } from '../../domain/change.ts'
import type { Outcome } from '../../domain/incident.ts'
import { findChange } from './find-change.ts'
import type { CommandKind, Saying, Told } from './command-kind.ts'

export const cause: CommandKind = {
  form: '/cause #123 [why]',
  does: 'says which change caused it: `#123`, a commit or an address',
  run: (saying) => judge(saying, 'caused'),
}

export const notCause: CommandKind = {
  form: '/not-cause #123 [why]',
  does: 'rules a change out',
  run: (saying) => judge(saying, 'did-not-cause'),
}

export const noChange: CommandKind = {
  form: '/no-change [why]',
  does: 'says that no change caused it',
  run: async (saying) => {
    await keep(saying, 'no-change', null)
    return { facts: [{ fact: { kind: 'outcome', verdict: 'no-change', changeId: null, name: '' }, text: saying.rest }] }
  },
}

async function judge(saying: Saying, verdict: 'caused' | 'did-not-cause'): Promise<Told> {
  const [named = '', ...why] = saying.rest.split(/\s+/)
  const change = await findChange(saying, named)
  if (change === null) {
    return {
      mistake:
        named === '' ? 'It needs a change.' : `I know no merged change ${named.slice(0, 100)}. Only what reached a deployed branch counts.`,
    }
  }
  await keep(saying, verdict, change)
  const name = change.number === null ? change.mergeSha.slice(0, 8) : `#${change.number}`
  return { facts: [{ fact: { kind: 'outcome', verdict, changeId: change.id, name }, text: why.join(' ') }] }
}

async function keep({ work, incident, by, saidAt }: Saying, verdict: Outcome['verdict'], change: Change | null): Promise<void> {
  await work.tenant.incidents.addOutcome({ incidentId: incident.id, changeId: change?.id ?? null, verdict, at: saidAt, by })
}
