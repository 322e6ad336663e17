// Boxes to tick: the shortest way to say what caused it. Gone once somebody said so.
import { tickMarker } from '../../domain/tick.ts'
import type { IncidentReport } from '../../domain/report.ts'
import { link } from '../escape.ts'
import type { Block } from './block.ts'

const MOST_SUSPECTS = 3

export function boxBlocks(report: IncidentReport): Block[] {
  const suspects = report.suspects.slice(0, MOST_SUSPECTS).filter(({ id }) => /^[0-9a-f]{7,64}$/.test(id))
  if (suspects.length === 0 || report.verdict !== null || report.reportedOnly) return []
  const lines = suspects.flatMap(({ id: sha, link: { text, url } }) => [
    `- [ ] ${link(text, url, 60)} caused it ${tickMarker({ verdict: 'caused', sha })}`,
    `- [ ] ${link(text, url, 60)} did not ${tickMarker({ verdict: 'did-not-cause', sha })}`,
  ])
  const hint =
    report.lastWorked === null && report.pool > MOST_SUSPECTS
      ? ' When did it last work? `/worked 13:40`, or with a version or change instead of the time, rules out what came before.'
      : ''
  return [
    {
      name: 'the boxes to say what caused it',
      importance: 60,
      markdown: `**Was it this?** Tick it, or write \`/cause\`, \`/not-cause\` or \`/no-change\`.${hint}\n\n${lines.join('\n')}`,
    },
  ]
}
