// What is kept as it was said, and what is asked for.
import type { CommandKind } from './command-kind.ts'

export const note: CommandKind = {
  form: '/note text',
  does: 'keeps a remark in the timeline',
  run: ({ rest }) => (rest === '' ? { mistake: 'It needs words.' } : { facts: [{ fact: { kind: 'note' }, text: rest }] }),
}

export const update: CommandKind = {
  form: '/update text',
  does: 'is a status update for those who wait: conditions, actions, needs',
  run: ({ rest }) => (rest === '' ? { mistake: 'It needs words.' } : { facts: [{ fact: { kind: 'update' }, text: rest }] }),
}

export const postmortem: CommandKind = {
  form: '/postmortem',
  does: 'writes down what is known, and asks for what only people know',
  run: () => ({ facts: [{ fact: { kind: 'postmortem-asked' } }] }),
}
