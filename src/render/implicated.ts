// What an implicated pull request's one comment says. Pure; in it a change is ranked, nobody is blamed.
import type { ImplicatedReport } from '../domain/implication.ts'
import { pullMarkerFor } from '../domain/comment-marker.ts'
import { code, inline, link, sentence, webAddress } from './escape.ts'
import { SENTENCE_LENGTH, TITLE_LENGTH } from './report/block.ts'
import { list, percent, utc } from './words.ts'

type Told = ImplicatedReport['incidents'][number]

export function renderImplicated(report: ImplicatedReport): string {
  const blocks = [
    pullMarkerFor(report.repositoryId, report.number),
    ...report.incidents.map((incident) => incidentBlock(incident, report)),
    whereabouts(report),
    `<sub>Changes are ranked, not people. This comment is edited as the facts come in; nobody is notified of that.</sub>`,
  ]
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`
}

function whereabouts({ whereabouts: places }: ImplicatedReport): string {
  if (places.length === 0) return ''
  return `**Where it is**\n\n${places.map((place) => `- ${sentence(place, SENTENCE_LENGTH)}`).join('\n')}`
}

function incidentBlock(incident: Told, report: ImplicatedReport): string {
  const lines = [`### ${headline(incident)}`, about(incident)]
  if (incident.reason !== null) lines.push(sentence(incident.reason, SENTENCE_LENGTH))
  if (incident.standing === 'suspected' || incident.standing === 'confirmed') lines.push(evidence(incident), asked(incident, report))
  return lines.filter((line) => line !== '').join('\n\n')
}

function headline({ standing, probability, status }: Told): string {
  switch (standing) {
    case 'suspected':
      if (probability === null) return 'This change was suspected in an incident and is no longer among the candidates'
      return probability >= 0.5
        ? `This change is the likely cause of an incident (${percent(probability)})`
        : `This change was suspected in an incident and no longer stands out (${percent(probability)})`
    case 'confirmed':
      return status === 'resolved' ? 'Confirmed: this change caused an incident' : 'Confirmed: this change is causing an incident'
    case 'cleared':
      return 'Cleared: this change did not cause the incident'
    case 'inconclusive':
      return 'Inconclusive: whether this change caused the incident was not found out'
  }
}

function about({ link: issue, title, services, severity, detectedAt }: Told): string {
  const named = list(
    services.map((service) => code(service, 60)),
    5,
  )
  const facts = [named, severity === null ? '' : `severity ${severity}`, `began ${utc(detectedAt)}`].filter((part) => part !== '')
  return `${link(issue.text, issue.url, 100)} ${inline(title, TITLE_LENGTH)}<br>${facts.join(' · ')}`
}

function evidence({ evidence: reasons }: Told): string {
  const lines = reasons
    .filter((reason) => reason.sentence !== '')
    .map((reason) => {
      const text = `- ${reason.strength < 0 ? 'Against' : 'For'}: ${sentence(reason.sentence, SENTENCE_LENGTH)}`
      return reason.url === null || webAddress(reason.url) === null ? text : `${text} ${link('see', reason.url)}`
    })
  return lines.length === 0 ? '' : `**Why**\n\n${lines.join('\n')}`
}

/** What the people who respond need from those who know the change. */
function asked({ link: issue, standing, status }: Told, { link: own, isReverted, number }: ImplicatedReport): string {
  const there = link(issue.text, issue.url, 100)
  const undo = isReverted ? 'It has been reverted since' : `To undo it: ${link(`the revert button of ${own.text}`, own.url, 100)}`
  if (standing === 'confirmed') return status === 'resolved' ? `${undo}.` : `**What helps now:** ${undo.replace(/^T/, 't')}.`
  return `**What the responders ask:** can it be this? Say so on ${there}: \`/cause #${number}\` or \`/not-cause #${number}\` with the reason. ${undo}.`
}
