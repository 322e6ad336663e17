// What a production deployment ships and how it went: kept for the API, shown as a check on its commit. A function of
// what is stored, so it may be computed again whenever something about it changed.
import { quotesNumberOf } from '../domain/check-quotes.ts'
import type { Change } from '../domain/change.ts'
import type { Deployment } from '../domain/deployment.ts'
import type { DeploymentReview, ShippedChange } from '../domain/deployment-review.ts'
import type { Repository } from '../domain/repository.ts'
import type { Catalog } from '../domain/service.ts'
import { areReadable } from '../catalog/readable.ts'
import { neighbourhoodOf } from '../catalog/neighbourhood.ts'
import { changesOfRange, touches } from '../changes/carried-changes.ts'
import { rangeReader } from '../changes/commit-range.ts'
import { keepCheck } from '../github/keep-check.ts'
import { changeLink } from '../incidents/rollback-kit.ts'
import { whoKnows } from '../incidents/who-knows.ts'
import { MOST_DEPENDENTS, renderShipsCheck, shipsCheckName } from '../render/ships-check.ts'
import { combinedRisk } from '../risk/combined-risk.ts'
import { learnLater } from '../risk/learn-outcomes.ts'
import type { Work } from '../work.ts'
import { assessStoredChange } from './assess-stored-change.ts'
import { verdictOf } from './verdict.ts'

const MOST_CHANGES = 100
const MOST_REASONS = 2
const MOST_CONTACTS = 8
const HOUR_MS = 3_600_000

/** Returns the ids of the changes that it carries, as far as they are known. */
export async function reviewDeployment(work: Work, deploymentId: number, isAsked = false): Promise<number[]> {
  const deployment = await work.tenant.deployments.byId(deploymentId)
  if (!deployment || !deployment.isProduction || deployment.isTransient) return []
  const [repository, kept] = await Promise.all([
    work.tenant.repositories.byId(deployment.repositoryId),
    work.tenant.catalogs.get(deployment.repositoryId),
  ])
  const catalog = kept?.catalog
  if (!repository || repository.removedAt || repository.isArchived || !catalog) return []
  const carried = await carriedBy(work, repository, catalog, deployment)
  const { quoted, ...review } = await buildReview(work, { repository, catalog, deployment, ...carried })
  const { state, until } = review.verdict
  await learnLater(work, repository.id)
  await work.tenant.reviews.save(review, repository.id, state === 'watching' && until !== null ? new Date(until) : null)
  const ids = carried.changes.map(({ id }) => id)
  const externalId = shipsCheckId(deployment.id)
  const subject = { repositoryId: repository.id, externalId, headSha: deployment.sha }
  // Where none is wanted any more, one that stands there stays true.
  if (!catalog.settings.pullRequests.riskCheck && !(await work.tenant.checks.get(subject))) return ids
  await work.tenant.quotes.add(repository.id, quotesNumberOf({ deployment: deployment.id }), quoted, repository.isPrivate)
  const check = { ...renderShipsCheck(review), name: shipsCheckName(review), externalId, headSha: deployment.sha }
  const { action } = await keepCheck(work, repository, check, isAsked)
  work.log.info({ deployment: deployment.externalId, service: deployment.service, verdict: state, check: action }, 'deployment reviewed')
  // What is no longer shared since it was gathered must not stay written.
  return (await areReadable(work.tenant, repository, quoted)) ? ids : reviewDeployment(work, deploymentId, isAsked)
}

const shipsCheckId = (deploymentId: number): string => `ships:${deploymentId}`

type Carried = { changes: Change[]; isTruncated: boolean; previousSha: string | null }

/** As recorded once it is live; before that, what lies between it and what is live now. */
async function carriedBy(work: Work, repository: Repository, catalog: Catalog, deployment: Deployment): Promise<Carried> {
  const { deployments, changes } = work.tenant
  const { service, environment } = deployment
  if (deployment.liveAt) {
    const live = await deployments.liveBetween(
      [{ repositoryId: repository.id, service }],
      deployment.liveAt,
      deployment.liveAt,
      MOST_CHANGES,
    )
    const own = live.find((entry) => entry.deployment.id === deployment.id)
    const ids = (own?.carried ?? []).filter(({ direction }) => direction === 'in').map(({ changeId }) => changeId)
    return { changes: await changes.byIds(ids), isTruncated: deployment.isTruncated, previousSha: deployment.previousSha }
  }
  const before = await deployments.liveBefore(repository.id, service, environment, work.now(), deployment.id)
  if (!before) return { changes: [], isTruncated: false, previousSha: null }
  const range = await rangeReader(work, repository)(before.sha, deployment.sha)
  if (!range) return { changes: [], isTruncated: true, previousSha: before.sha }
  const { added } = await changesOfRange(work, repository, range, deployment)
  const declared = catalog.services.find((one) => one.name === service) ?? null
  return { changes: added.filter((change) => touches(change, declared)), isTruncated: range.isTruncated, previousSha: before.sha }
}

type Reviewed = Carried & { repository: Repository; catalog: Catalog; deployment: Deployment }

async function buildReview(work: Work, reviewed: Reviewed): Promise<DeploymentReview & { quoted: number[] }> {
  const { repository, catalog, deployment, changes, isTruncated, previousSha } = reviewed
  const weighed = changes.toSorted((a, b) => b.mergedAt.getTime() - a.mergedAt.getTime() || b.id - a.id).slice(0, MOST_CHANGES)
  const shipped: ShippedChange[] = []
  for (const change of weighed) {
    const assessment = await assessStoredChange(work, change)
    const paths = change.files.map((file) => file.path)
    shipped.push({
      name: changeLink(change).text,
      url: change.url,
      title: change.title,
      probability: assessment.probability,
      reasons: assessment.reasons
        .filter(({ strength }) => strength > 0)
        .slice(0, MOST_REASONS)
        .map(({ sentence }) => sentence),
      migrations: paths.filter((path) => MIGRATION.test(path)),
      flags: paths.filter((path) => FLAG.test(path)),
    })
  }
  const { externalId, service, environment, sha, kind, liveAt } = deployment
  const { names, quoted } = await blastRadius(work, repository, catalog, service)
  return {
    deploymentId: deployment.id,
    externalId,
    repository: `${repository.owner}/${repository.name}`,
    service,
    environment,
    sha,
    previousSha,
    kind,
    liveAt: liveAt?.toISOString() ?? null,
    changes: shipped.toSorted((a, b) => b.probability - a.probability || (a.name < b.name ? -1 : 1)),
    leftOut: changes.length - weighed.length,
    isTruncated,
    risk: combinedRisk(shipped.map(({ name, probability }) => ({ id: name, probability }))),
    blastRadius: names,
    quoted,
    contacts: contactsOf(weighed, catalog),
    verdict: await verdictOf(work, deployment, changes, catalog.settings.deployments.watchMs ?? HOUR_MS),
  }
}

const MIGRATION = /(?:^|\/)(?:migrations?|migrate|alembic|flyway|liquibase)\/|\.sql$|(?:^|\/)schema\.(?:rb|prisma)$/i
const FLAG = /(?:^|[/._-])(?:feature[_-]?)?(?:flags?|toggles?)(?:[/._-]|$)/i

type BlastRadius = { names: string[]; quoted: number[] }

/** `quoted`: the other repositories among those that its check names. */
async function blastRadius(work: Work, repository: Repository, catalog: Catalog, service: string): Promise<BlastRadius> {
  const { dependents, readable } = await neighbourhoodOf(work.tenant, { repository, catalog }, [service], repository)
  const names = dependents.map(({ repositoryId, name }) => {
    const home = readable.get(repositoryId)
    return repositoryId === repository.id || !home ? name : `${home.owner}/${home.name}:${name}`
  })
  const named = dependents.slice(0, MOST_DEPENDENTS).map(({ repositoryId }) => repositoryId)
  return { names, quoted: [...new Set(named)].filter((id) => id !== repository.id) }
}

function contactsOf(changes: readonly Change[], catalog: Catalog): DeploymentReview['contacts'] {
  const contacts = new Map<string, DeploymentReview['contacts'][number]>()
  for (const { name, roles } of changes.flatMap((change) => whoKnows(change, catalog))) {
    const known = contacts.get(name.toLowerCase())
    contacts.set(name.toLowerCase(), { name, roles: [...new Set([...(known?.roles ?? []), ...roles])] })
  }
  return [...contacts.values()].slice(0, MOST_CONTACTS)
}
