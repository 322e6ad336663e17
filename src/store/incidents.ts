// Incidents and verdicts on them. Earlier ones are found by their words: incident-search.ts and incident-postings.ts.
import { and, asc, desc, eq, getTableColumns, gte, isNull, lt, lte, sql } from 'drizzle-orm'
import type { IncidentFacts, Outcome } from '../domain/incident.ts'
import { ask, belongsTo, type Database, type Queries, type UnitOfWork } from './database.ts'
import { createIncidentPostings } from './incident-postings.ts'
import { createIncidentSearch } from './incident-search.ts'
import type { IncidentStore } from './incident-stores.ts'
import { declareRead, tenantReader, type Given } from './prepared.ts'
import type { Tables } from './schema.ts'

const DAY_MS = 24 * 60 * 60 * 1000
/** As long as the longest lookback a repository may set by default; the caller gives its own. */
const LOOKBACK_MS = 14 * DAY_MS

const shownOf = ({ incidents }: Tables) => {
  const { installationId: _installationId, terms: _terms, words: _words, ...shown } = getTableColumns(incidents)
  return shown
}

const incidentById = declareRead(({ q, tables, mine }, { id }: { id: Given<number> }) =>
  q
    .select(shownOf(tables))
    .from(tables.incidents)
    .where(and(mine(tables.incidents), eq(tables.incidents.id, id))),
)

const incidentByIssue = declareRead(({ q, tables, mine }, of: { repositoryId: Given<number>; issueNumber: Given<number> }) => {
  const { repositoryId, issueNumber } = tables.incidents
  return q
    .select(shownOf(tables))
    .from(tables.incidents)
    .where(and(mine(tables.incidents), eq(repositoryId, of.repositoryId), eq(issueNumber, of.issueNumber)))
})

const duplicatesOf = declareRead(({ q, tables, mine }, { id }: { id: Given<number> }) =>
  q
    .select(shownOf(tables))
    .from(tables.incidents)
    .where(and(mine(tables.incidents), eq(tables.incidents.duplicateOfId, id), isNull(tables.incidents.retractedAt)))
    .orderBy(asc(tables.incidents.id)),
)

const incidentsByIds = declareRead(({ q, tables, belongs, oneOf }, { ids }: { ids: Given<number[]> }) =>
  q
    .select(shownOf(tables))
    .from(tables.incidents)
    .where(and(belongs(tables.incidents), oneOf(tables.incidents.id, ids)))
    .orderBy(asc(tables.incidents.id)),
)

const incidentsWithWords = declareRead(({ q, tables, belongs, oneOf }, { ids }: { ids: Given<number[]> }) =>
  q
    .select({ ...shownOf(tables), words: tables.incidents.words })
    .from(tables.incidents)
    .where(and(belongs(tables.incidents), oneOf(tables.incidents.id, ids)))
    .orderBy(asc(tables.incidents.id)),
)

const openIncidents = declareRead(({ q, tables, mine }, { limit }: { limit: Given<number> }) => {
  const { incidents } = tables
  return (
    q
      .select(shownOf(tables))
      .from(incidents)
      // In the words of the partial index.
      .where(and(mine(incidents), sql`${incidents.status} <> 'resolved' and ${incidents.retractedAt} is null`))
      .orderBy(desc(incidents.openedAt), desc(incidents.id))
      .limit(limit)
  )
})

type Period = { from: Given<Date>; to: Given<Date> }

const detectedAround = declareRead(({ q, tables, mine }, of: Period & { repositoryId: Given<number> }) => {
  const { incidents } = tables
  const isThen = and(gte(incidents.detectedAt, of.from), lte(incidents.detectedAt, of.to))
  return q
    .select(shownOf(tables))
    .from(incidents)
    .where(and(mine(incidents), eq(incidents.repositoryId, of.repositoryId), isThen, isNull(incidents.retractedAt)))
    .orderBy(desc(incidents.detectedAt), desc(incidents.id))
})

const outcomesOf = declareRead(({ q, tables: { outcomes }, mine }, of: { incidentId: Given<number> }) => {
  const { incidentId, changeId, verdict, at, by } = outcomes
  return q
    .select({ incidentId, changeId, verdict, at, by })
    .from(outcomes)
    .where(and(mine(outcomes), eq(incidentId, of.incidentId)))
    .orderBy(asc(at), asc(outcomes.id))
})

export function createIncidentStore(database: Database, installationId: number): IncidentStore {
  const { queries, tables } = database
  const { incidents, outcomes, changes } = tables
  const mine = eq(incidents.installationId, installationId)
  const shown = shownOf(tables)
  const read = tenantReader(database, installationId)
  const one = (id: number) => and(mine, eq(incidents.id, id))
  const postings = createIncidentPostings(database, installationId)

  const upsert: IncidentStore['upsert'] = (facts) =>
    database.atomically(function* (q) {
      const { repositoryId, issueNumber } = facts
      yield* database.lock(q, `incident ${repositoryId}#${issueNumber}`)
      const own = and(mine, eq(incidents.repositoryId, repositoryId), eq(incidents.issueNumber, issueNumber))
      const [known] = yield* ask(
        q
          .select({ ...shown, terms: incidents.terms })
          .from(incidents)
          .where(own),
      )
      if (!known) return yield* insert(q, facts)
      const newer = facts.updatedAt >= known.updatedAt
      const set = newer
        ? { ...facts, reportKey: facts.reportKey ?? known.reportKey }
        : { severity: known.severity ?? facts.severity, reportKey: known.reportKey ?? facts.reportKey }
      // Someone with write access stands behind it now: no longer a mere report.
      const status = newer && facts.isTrusted && known.status === 'reported' ? 'triggered' : known.status
      yield* ask(
        q
          .update(incidents)
          .set({ ...set, status })
          .where(one(known.id)),
      )
      if (newer && facts.openedAt.getTime() !== known.openedAt.getTime())
        yield* postings.index(q, { ...known, openedAt: facts.openedAt }, known)
      return known.id
    })

  function* insert(q: Queries, facts: IncidentFacts): UnitOfWork<number> {
    const row = {
      ...facts,
      installationId,
      status: facts.isTrusted ? ('triggered' as const) : ('reported' as const),
      terms: new Uint8Array(),
    }
    const [inserted] = yield* ask(q.insert(incidents).values(row).returning({ id: incidents.id }))
    if (!inserted) throw new Error(`The incident #${facts.issueNumber} of repository ${facts.repositoryId} was not stored.`)
    return inserted.id
  }

  const addOutcome: IncidentStore['addOutcome'] = (outcome) =>
    database.atomically(function* (q) {
      yield* database.lock(q, `outcomes ${outcome.incidentId}`)
      const [incident] = yield* ask(q.select({ repositoryId: incidents.repositoryId }).from(incidents).where(one(outcome.incidentId)))
      if (!incident) return
      if (outcome.changeId !== null) {
        const change = yield* ask(
          q
            .select({ id: changes.id })
            .from(changes)
            .where(and(eq(changes.installationId, installationId), eq(changes.id, outcome.changeId))),
        )
        if (change.length === 0) return
      }
      const said = yield* ask(q.select().from(outcomes).where(eq(outcomes.incidentId, outcome.incidentId)))
      if (said.some((known) => sameVerdict(known, outcome))) return
      yield* ask(q.insert(outcomes).values({ ...outcome, installationId, repositoryId: incident.repositoryId }))
    })

  return {
    upsert,
    setState: async (id, state) => {
      if (Object.keys(state).length > 0) await queries.update(incidents).set(state).where(one(id))
    },
    duplicatesOf: async (id) => read(duplicatesOf, { id }),
    addOutcome,
    byIssue: async (repositoryId, issueNumber) => (await read(incidentByIssue, { repositoryId, issueNumber }))[0] ?? null,
    byReportKey: async (repositoryId, reportKey) => {
      const rows = await queries
        .select(shown)
        .from(incidents)
        .where(and(mine, eq(incidents.repositoryId, repositoryId), eq(incidents.reportKey, reportKey)))
        .orderBy(asc(incidents.id))
        .limit(1)
      return rows[0] ?? null
    },
    byId: async (id) => (await read(incidentById, { id }))[0] ?? null,
    byIds: async (ids) => read(incidentsByIds, { ids }),
    withWords: async (ids) => read(incidentsWithWords, { ids }),
    detectedBetween: async (repositoryIds, from, to, limit) =>
      queries
        .select(shown)
        .from(incidents)
        .where(
          and(
            mine,
            database.oneOf(incidents.repositoryId, repositoryIds),
            gte(incidents.detectedAt, from),
            lt(incidents.detectedAt, to),
            isNull(incidents.retractedAt),
          ),
        )
        .orderBy(desc(incidents.detectedAt), desc(incidents.id))
        .limit(limit),
    setLabels: async (id, labels) => {
      await queries.update(incidents).set({ labels }).where(one(id))
    },
    setFix: async (id, fix) => {
      await queries.update(incidents).set({ fix }).where(one(id))
    },
    retract: (id, at) =>
      database.atomically(function* (q) {
        const [known] = yield* ask(
          q
            .update(incidents)
            .set({ retractedAt: at })
            .where(one(id))
            .returning({ ...shown, terms: incidents.terms }),
        )
        if (known) yield* postings.index(q, known)
      }),
    open: async (limit) => read(openIncidents, { limit }),
    touchedBy: async (repositoryId, at, lookbackMs = LOOKBACK_MS) => {
      const [from, to] = [new Date(at.getTime() - lookbackMs), new Date(at.getTime() + lookbackMs)]
      const rows = await read(detectedAround, { repositoryId, from, to })
      return rows.filter((row) => row.resolvedAt === null || at <= row.resolvedAt)
    },
    indexTerms: postings.indexTerms,
    search: createIncidentSearch(database, installationId),
    outcomes: async (incidentId) => read(outcomesOf, { incidentId }),
    openedAt: async (ids) => {
      const rows = await queries
        .select({ id: incidents.id, openedAt: incidents.openedAt })
        .from(incidents)
        .where(and(belongsTo(incidents.installationId, installationId), database.oneOf(incidents.id, ids)))
      return new Map(rows.map((row) => [row.id, row.openedAt]))
    },
  }
}

function sameVerdict(known: Omit<Outcome, 'incidentId'>, outcome: Outcome): boolean {
  return (
    known.changeId === outcome.changeId &&
    known.verdict === outcome.verdict &&
    known.at.getTime() === outcome.at.getTime() &&
    known.by.login === outcome.by.login
  )
}
