// The one comment on an implicated pull request: a function of what is stored, so that doing it again changes nothing.
import { pullMarkerFor } from '../domain/comment-marker.ts'
import type { Change } from '../domain/change.ts'
import type { ImplicatedReport } from '../domain/implication.ts'
import type { Repository } from '../domain/repository.ts'
import { areReadable, readableAmong } from '../catalog/readable.ts'
import { keepComment } from '../github/keep-comment.ts'
import { withdrawStaleQuotes } from '../incidents/withdraw-stale-quotes.ts'
import { renderImplicated } from '../render/implicated.ts'
import type { Work } from '../work.ts'
import { whereIsIt } from './where-is-it.ts'

const MOST_INCIDENTS = 5

/**
 * Makes the comment say what is known now; makes the first one only when there is something to tell that the readers of
 * this repository may see. Only under the lease of the change's repository.
 */
export async function tellPullRequest(work: Work, changeId: number): Promise<void> {
  const [change] = await work.tenant.changes.byIds([changeId])
  const repository = change && (await work.tenant.repositories.byId(change.repositoryId))
  if (!change || change.number === null || !repository || repository.removedAt || repository.isArchived) return
  await withdrawStaleQuotes(work, repository, change.number)
  const { incidents, quoted } = await readableIncidents(work, change, repository)
  if (incidents.length === 0) return withdraw(work, repository, change.number)
  await work.tenant.quotes.add(repository.id, change.number, quoted, repository.isPrivate)
  const report: ImplicatedReport = {
    repositoryId: repository.id,
    number: change.number,
    link: { text: `#${change.number}`, url: change.url },
    isReverted: change.revertedBy.length > 0,
    whereabouts: await whereIsIt(work, change),
    incidents,
  }
  const subject = { repository, issueNumber: change.number, marker: pullMarkerFor(repository.id, change.number) }
  const result = await keepComment(work, { ...subject, body: renderImplicated(report) })
  work.log.info({ pullRequest: change.number, incidents: incidents.length, ...result }, 'implicated pull request told')
  if (result.action === 'left alone: the App may not write here')
    work.log.warn({ pullRequest: change.number }, 'Pull requests are not commented: grant the App "Pull requests: write" to have it')
  // As with an incident's comment: what is no longer shared since it was gathered must not stay written.
  if (!(await areReadable(work.tenant, repository, quoted))) return tellPullRequest(work, changeId)
}

/** What may no longer be quoted here (its repository became private) is deleted, since edits leave a public history. */
async function withdraw(work: Work, repository: Repository, number: number): Promise<void> {
  const record = await work.tenant.comments.get(repository.id, number)
  if (!record?.commentId) return
  await work.github.deleteComment(repository, record.commentId)
  await work.tenant.comments.deleted(repository.id, number, work.now())
}

type Readable = { incidents: ImplicatedReport['incidents']; quoted: number[] }

async function readableIncidents(work: Work, change: Change, repository: Repository): Promise<Readable> {
  const implications = await work.tenant.implications.ofChange(change.id)
  if (implications.length === 0) return { incidents: [], quoted: [] }
  const incidents = await work.tenant.incidents.byIds(implications.map((each) => each.incidentId))
  const { readable } = await readableAmong(
    work.tenant,
    repository,
    incidents.map((each) => each.repositoryId),
  )
  const shown = incidents
    .toSorted((a, b) => b.detectedAt.getTime() - a.detectedAt.getTime() || b.id - a.id)
    .flatMap((incident) => {
      const home = readable.get(incident.repositoryId)
      const found = implications.find((each) => each.incidentId === incident.id)?.weighed
      if (!home || !found?.isShown) return []
      const { isShown: _, ...weighed } = found
      const name = home.id === repository.id ? '' : `${home.owner}/${home.name}`
      const { title, status, services, severity, detectedAt, url } = incident
      const link = { text: `${name}#${incident.issueNumber}`, url }
      return [{ homeId: home.id, told: { ...weighed, link, title, status, services, severity, detectedAt } }]
    })
    .slice(0, MOST_INCIDENTS)
  return { incidents: shown.map(({ told }) => told), quoted: shown.map(({ homeId }) => homeId).filter((id) => id !== repository.id) }
}
