// The issue of one thing to do after an incident. Markdown; foreign text is escaped.
import type { FollowUpItem } from '../domain/follow-up.ts'
import { inline, link } from './escape.ts'
import { utcDay } from './words.ts'

/** The hidden first line by which it is found again. */
export const followUpMarker = ({ repositoryId, incidentId, key }: Pick<FollowUpItem, 'repositoryId' | 'incidentId' | 'key'>): string =>
  `<!-- causeway:follow-up repository=${repositoryId} of=${incidentId} key=${key} -->`

/** The day may change in the postmortem, where it is read; what stands here is what was said first. */
export function followUpBody(
  item: Pick<FollowUpItem, 'repositoryId' | 'incidentId' | 'key' | 'dueOn'>,
  incident: { issueNumber: number; title: string; url: string },
  postmortem: { url: string | null },
): string {
  const source = postmortem.url === null ? '' : ` (${link('postmortem', postmortem.url)})`
  return [
    followUpMarker(item),
    `A follow-up of incident ${link(`#${incident.issueNumber}`, incident.url)} “${inline(incident.title, 250)}”${source}, due **${utcDay(item.dueOn)}**.`,
    'Close this issue when it is done. Another day is set in the postmortem.\n',
  ].join('\n\n')
}
