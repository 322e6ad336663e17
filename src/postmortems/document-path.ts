// Where a postmortem's document stands in the repository. Pure.
import type { Incident } from '../domain/incident.ts'

const DEFAULT_FOLDER = 'docs/postmortems'
const LONGEST_SLUG = 60

/** `docs/postmortems/2026-03-10-customers-are-charged-twice.md`: the day (UTC) on which it began, and its title. */
export function documentPath(
  { detectedAt, title, issueNumber }: Pick<Incident, 'detectedAt' | 'title' | 'issueNumber'>,
  folder?: string,
): string {
  return `${folder ?? DEFAULT_FOLDER}/${detectedAt.toISOString().slice(0, 10)}-${slug(title) || `incident-${issueNumber}`}.md`
}

/** Letters of every script stay, since other titles would have no name at all; what a path or a shell could misread goes. */
function slug(title: string): string {
  const words =
    title
      .normalize('NFKD')
      .replaceAll(/(?<=\p{Script=Latin})\p{M}+/gu, '')
      .normalize('NFC')
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? []
  let text = ''
  for (const word of words) {
    const next = text === '' ? word : `${text}-${word}`
    if (next.length > LONGEST_SLUG) break
    text = next
  }
  return text === '' ? [...(words[0] ?? '')].slice(0, LONGEST_SLUG / 3).join('') : text
}
