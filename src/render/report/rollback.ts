// How to undo the first suspect, and what would go with it.
import type { IncidentReport, ReportedRevert, RollbackKit } from '../../domain/report.ts'
import { code, link, webAddress } from '../escape.ts'
import { count, distance, list, utc } from '../words.ts'
import type { Block } from './block.ts'

const MOST_UNDONE = 10

export function rollbackBlocks(report: IncidentReport): Block[] {
  const kit = report.rollback
  const first = report.suspects[0]
  // Once it is over, the way back is noise.
  if (report.status === 'resolved') return []
  const reverts = report.reverts.map(revertLine)
  if (kit === null || first === undefined) return revertBlock(reverts)
  const lines = [
    versionLine(kit, report.detectedAt),
    undoneLine(kit),
    linksLine(kit, first.link.text),
    ...reverts,
    offerLine(report),
  ].filter((line) => line !== '')
  if (lines.length === 0) return []
  const title = `**To undo ${link(first.link.text, first.link.url, 60)}**`
  return [{ name: 'the rollback kit', importance: 90, markdown: `${title}\n\n${lines.map((line) => `- ${line}`).join('\n')}` }]
}

function revertBlock(lines: string[]): Block[] {
  if (lines.length === 0) return []
  return [{ name: 'the rollback kit', importance: 90, markdown: `**To undo it**\n\n${lines.map((line) => `- ${line}`).join('\n')}` }]
}

function revertLine({ change, pull, problem }: ReportedRevert): string {
  const name = link(change.text, change.url, 60)
  if (pull !== null) return `**${link(pull.text, pull.url, 60)} undoes ${name}**: review it, merge it, deploy it`
  return problem === 'forbidden'
    ? `The App may open no pull request that undoes ${name}: that needs its permissions “Contents: write” and “Pull requests: write”`
    : `GitHub can’t undo ${name} by itself: later changes touched the same lines. Revert it by hand`
}

function offerLine({ mayRevert, reverts, suspects: [first] }: IncidentReport): string {
  const name = first?.link.text ?? ''
  if (!mayRevert || first === undefined || first.isReverted || !/^#\d+$/.test(name) || reverts.length > 0) return ''
  return `\`/rollback ${name}\` opens the pull request that undoes it`
}

function versionLine(kit: RollbackKit, detectedAt: Date): string {
  const where = [code(kit.service, 60), kit.environment === '' ? '' : `in ${code(kit.environment, 60)}`]
    .filter((part) => part !== '')
    .join(' ')
  if (kit.goodSha === null) return `No earlier good version${where === '' ? '' : ` of ${where}`} is known`
  const since = kit.goodSince === null ? '' : `, live from ${utc(kit.goodSince)} (${distance(kit.goodSince, detectedAt)})`
  return `Last good version${where === '' ? '' : ` of ${where}`}: ${code(kit.goodSha.slice(0, 12), 40)}${since}`
}

function undoneLine(kit: RollbackKit): string {
  if (kit.goodSha === null) return ''
  if (kit.alsoUndone.length === 0) return 'Going back to it undoes nothing else'
  const links = kit.alsoUndone.map(({ text, url }) => link(text, url, 60))
  return `Going back to it also undoes ${count(kit.alsoUndone.length, 'other change')}: ${list(links, MOST_UNDONE)}`
}

function linksLine(kit: RollbackKit, name: string): string {
  const links = [
    kit.compareUrl !== null && webAddress(kit.compareUrl) !== null ? link('Compare with what is live', kit.compareUrl) : '',
    kit.revertUrl !== null && webAddress(kit.revertUrl) !== null ? link(`Revert button of ${name}`, kit.revertUrl) : '',
  ]
  return links.filter((each) => each !== '').join(' · ')
}
