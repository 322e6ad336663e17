// What is asked of deployments, put together once; see prepared.ts.
import { and, asc, desc, eq, getTableColumns, gt, gte, isNotNull, lt, lte, ne, or, sql } from 'drizzle-orm'
import { declareRead, type Given, type Parts } from './prepared.ts'
import type { Tables } from './schema.ts'

export const shownOf = ({ deployments }: Tables) => {
  const { installationId: _installationId, ...shown } = getTableColumns(deployments)
  return shown
}

// GitHub's times are whole seconds: of two in one second the one that was made later counts as later, in whatever order
// they were told. GitHub's own ids count up, so the longer one is the later one.
const ranked = ({ deployments }: Tables) => [
  deployments.createdAt,
  sql`length(${deployments.externalId})`,
  deployments.externalId,
  deployments.id,
]
const rank = (tables: Tables) => sql`(${sql.join(ranked(tables), sql`, `)})`
export const newestFirst = (tables: Tables) => [desc(tables.deployments.liveAt), ...ranked(tables).map(desc)]
const rankOf = ({ deployments }: Tables, id: Given<number>) =>
  sql`(select d.created_at, length(d.external_id), d.external_id, d.id from ${deployments} d where d.id = ${id})`

type OfService = { repositoryId: Given<number>; service: Given<string>; environment: Given<string> }

const ofService = ({ tables: { deployments }, mine }: Parts, { repositoryId, service, environment }: OfService) =>
  and(
    mine(deployments),
    eq(deployments.repositoryId, repositoryId),
    eq(deployments.service, service),
    eq(deployments.environment, environment),
    isNotNull(deployments.liveAt),
  )

export const deploymentById = declareRead(({ q, tables, mine }, { id }: { id: Given<number> }) =>
  q
    .select(shownOf(tables))
    .from(tables.deployments)
    .where(and(mine(tables.deployments), eq(tables.deployments.id, id))),
)

type Report = { repositoryId: Given<number>; source: Given<string>; externalId: Given<string> }

export const byExternal = declareRead(({ q, tables, mine }, of: Report) => {
  const { id, repositoryId, source, externalId } = tables.deployments
  const isOf = and(eq(repositoryId, of.repositoryId), eq(source, of.source), eq(externalId, of.externalId))
  return q
    .select(shownOf(tables))
    .from(tables.deployments)
    .where(and(mine(tables.deployments), isOf))
    .orderBy(asc(id))
})

export const liveBefore = declareRead((parts, of: OfService & { before: Given<Date>; excludeId: Given<number> }) => {
  const { tables } = parts
  const { id, liveAt } = tables.deployments
  const isEarlier = or(lt(liveAt, of.before), and(eq(liveAt, of.before), sql`${rank(tables)} < ${rankOf(tables, of.excludeId)}`))
  return parts.q
    .select(shownOf(tables))
    .from(tables.deployments)
    .where(and(ofService(parts, of), isEarlier, ne(id, of.excludeId)))
    .orderBy(...newestFirst(tables))
    .limit(1)
})

export const liveAfter = declareRead((parts, of: OfService & { after: Given<Date>; afterId: Given<number> }) => {
  const { tables } = parts
  const { liveAt } = tables.deployments
  const isLater = or(gt(liveAt, of.after), and(eq(liveAt, of.after), sql`${rank(tables)} > ${rankOf(tables, of.afterId)}`))
  return parts.q
    .select(shownOf(tables))
    .from(tables.deployments)
    .where(and(ofService(parts, of), isLater))
    .orderBy(asc(liveAt), ...ranked(tables).map(asc))
    .limit(1)
})

export const liveOfSha = declareRead((parts, of: OfService & { sha: Given<string>; before: Given<Date> }) => {
  const { id, sha, liveAt } = parts.tables.deployments
  return parts.q
    .select({ id })
    .from(parts.tables.deployments)
    .where(and(ofService(parts, of), eq(sha, of.sha), lt(liveAt, of.before)))
    .limit(1)
})

type Live = { repositoryIds: Given<number[]>; from: Given<Date>; to: Given<Date>; limit: Given<number> }

/** `named`: each repository's id and one of its services, as `serviceKey` joins them. */
export const liveBetween = declareRead(({ q, tables, mine, oneOf }, of: Live & { named: Given<string[]> }) => {
  const { repositoryId, service, liveAt } = tables.deployments
  const isThen = and(gte(liveAt, of.from), lte(liveAt, of.to))
  const isNamed = oneOf(sql`(${repositoryId} || ' ' || ${service})`, of.named)
  return q
    .select(shownOf(tables))
    .from(tables.deployments)
    .where(and(mine(tables.deployments), oneOf(repositoryId, of.repositoryIds), isThen, isNamed))
    .orderBy(...newestFirst(tables))
    .limit(of.limit)
})

export const serviceKey = (repositoryId: number, service: string): string => `${repositoryId} ${service}`

export const carriedBy = declareRead(({ q, tables: { deploymentChanges }, belongs, oneOf }, { ids }: { ids: Given<number[]> }) => {
  const { deploymentId, changeId, direction } = deploymentChanges
  return q
    .select({ deploymentId, changeId, direction })
    .from(deploymentChanges)
    .where(and(belongs(deploymentChanges), oneOf(deploymentId, ids)))
    .orderBy(asc(deploymentId), asc(changeId))
})

export const carrying = declareRead(({ q, tables, belongs, oneOf }, { changeIds }: { changeIds: Given<number[]> }) => {
  const { deployments, deploymentChanges } = tables
  const { deploymentId, changeId, direction } = deploymentChanges
  return q
    .select({ changeId, direction, deployment: shownOf(tables) })
    .from(deploymentChanges)
    .innerJoin(deployments, eq(deployments.id, deploymentId))
    .where(and(belongs(deployments), oneOf(changeId, changeIds)))
    .orderBy(...newestFirst(tables), asc(changeId))
})

/** To production: what goes elsewhere meanwhile hides nothing. */
export const latest = declareRead(({ q, tables, mine }, of: { repositoryId: Given<number>; service: Given<string> }) => {
  const { id, repositoryId, service, createdAt, isProduction } = tables.deployments
  return q
    .select(shownOf(tables))
    .from(tables.deployments)
    .where(and(mine(tables.deployments), eq(repositoryId, of.repositoryId), eq(service, of.service), eq(isProduction, true)))
    .orderBy(desc(createdAt), desc(id))
    .limit(1)
})
