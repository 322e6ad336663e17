// The reply to commands that could not be followed: what was wrong, and the right form.
import { code, sentence } from './escape.ts'

export type Mistake = {
  /** As it was written. */
  said: string
  /** One sentence; what stands between backticks is shown as code. */
  why: string
  /** The right form. */
  form: string
}

/** Markdown. `replies` are our own words and stand as they are. */
export function renderMistakes(mistakes: readonly Mistake[], replies: readonly string[]): string {
  const lines = mistakes.map(({ said, why, form }) => `- ${code(said, 120)}: ${sentence(why, 400)} Write ${code(form, 80)}.`)
  const asked = mistakes.length === 0 ? [] : [`This was not understood, and nothing was done about it:`, lines.join('\n')]
  return [...asked, ...replies].join('\n\n')
}
