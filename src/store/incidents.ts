// Incidents and verdicts on them. Earlier ones are found by their words: incident-search.ts and incident-postings.ts.
import { and, asc, desc, eq, getTableColumns, gte, isNull, lt, lte, sql } from 'drizzle-orm'
import type { IncidentFacts, Outcome } from '../domain/incident.ts'
import { ask, belongsTo, type Database, type Queries, type UnitOfWork } from './database.ts'
import { createIncidentPostings } from './incident-postings.ts'
import { createIncidentSearch } from './incident-search.ts'
import type { IncidentStore } from './incident-stores.ts'

const DAY_MS = 24 * 60 * 60 * 1000
/** As long as the longest lookback a repository may set by default; the caller gives its own. */
const LOOKBACK_MS = 14 * DAY_MS

export function createIncidentStore(database: Database, installationId: number): IncidentStore {
  const { queries, tables } = database
  const { incidents, outcomes, changes } = tables
  const mine = eq(incidents.installationId, installationId)
  const { installationId: _installationId, terms: _terms, words: _words, ...shown } = getTableColumns(incidents)
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
    duplicatesOf: async (id) =>
      queries
        .select(shown)
        .from(incidents)
        .where(and(mine, eq(incidents.duplicateOfId, id), isNull(incidents.retractedAt)))
        .orderBy(asc(incidents.id)),
    addOutcome,
    byIssue: async (repositoryId, issueNumber) => {
      const rows = await queries
        .select(shown)
        .from(incidents)
        .where(and(mine, eq(incidents.repositoryId, repositoryId), eq(incidents.issueNumber, issueNumber)))
      return rows[0] ?? null
    },
    byReportKey: async (repositoryId, reportKey) => {
      const rows = await queries
        .select(shown)
        .from(incidents)
        .where(and(mine, eq(incidents.repositoryId, repositoryId), eq(incidents.reportKey, reportKey)))
        .orderBy(asc(incidents.id))
        .limit(1)
      return rows[0] ?? null
    },
    byId: async (id) => (await queries.select(shown).from(incidents).where(one(id)))[0] ?? null,
    byIds: async (ids) =>
      queries
        .select(shown)
        .from(incidents)
        .where(and(belongsTo(incidents.installationId, installationId), database.oneOf(incidents.id, ids)))
        .orderBy(asc(incidents.id)),
    withWords: async (ids) =>
      queries
        .select({ ...shown, words: incidents.words })
        .from(incidents)
        .where(and(belongsTo(incidents.installationId, installationId), database.oneOf(incidents.id, ids)))
        .orderBy(asc(incidents.id)),
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
    open: async (limit) =>
      queries
        .select(shown)
        .from(incidents)
        // In the words of the partial index.
        .where(and(mine, sql`${incidents.status} <> 'resolved' and ${incidents.retractedAt} is null`))
        .orderBy(desc(incidents.openedAt), desc(incidents.id))
        .limit(limit),
    touchedBy: async (repositoryId, at, lookbackMs = LOOKBACK_MS) => {
      const rows = await queries
        .select(shown)
        .from(incidents)
        .where(
          and(
            mine,
            eq(incidents.repositoryId, repositoryId),
            gte(incidents.detectedAt, new Date(at.getTime() - lookbackMs)),
            lte(incidents.detectedAt, new Date(at.getTime() + lookbackMs)),
            isNull(incidents.retractedAt),
          ),
        )
        .orderBy(desc(incidents.detectedAt), desc(incidents.id))
      return rows.filter((row) => row.resolvedAt === null || at <= row.resolvedAt)
    },
    indexTerms: postings.indexTerms,
    search: createIncidentSearch(database, installationId),
    outcomes: async (incidentId) =>
      queries
        .select({
          incidentId: outcomes.incidentId,
          changeId: outcomes.changeId,
          verdict: outcomes.verdict,
          at: outcomes.at,
          by: outcomes.by,
        })
        .from(outcomes)
        .where(and(eq(outcomes.installationId, installationId), eq(outcomes.incidentId, incidentId)))
        .orderBy(asc(outcomes.at), asc(outcomes.id)),
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
