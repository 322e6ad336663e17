// What lets a deployment through that this incident holds.
import { overrideGate } from '../../deployments/override-gate.ts'
import type { CommandKind } from './command-kind.ts'

export const deployAnyway: CommandKind = {
  form: '/deploy-anyway reason',
  does: 'lets through the deployments that this incident holds, and keeps the reason in the timeline',
  run: async ({ work, incident, by, rest }) => {
    if (rest === '') return { mistake: 'It needs a reason.' }
    // The word is kept whether or not something was held: a crash after letting through must not lose it.
    await overrideGate(work, incident, by, rest)
    return { facts: [{ fact: { kind: 'note' }, text: `Deploy anyway: ${rest}` }] }
  },
}
