// Incidents, the postings that find similar ones, verdicts, and the one comment of each.
import { sql } from 'drizzle-orm'
import type { Person } from '../domain/change.ts'
import type { DetectedBy, Incident, IncidentFacts, IncidentFix, Outcome } from '../domain/incident.ts'
import type { ColumnKit } from './columns.ts'

export function defineIncidentTables(kit: ColumnKit) {
  const incidents = kit.table(
    'incidents',
    {
      id: kit.serial('id'),
      installationId: kit.long('installation_id').notNull(),
      repositoryId: kit.long('repository_id').notNull(),
      issueNumber: kit.int('issue_number').notNull(),
      status: kit.text<Incident['status']>('status').notNull(),
      severity: kit.int('severity'),
      isTrusted: kit.flag('is_trusted').notNull(),
      detectedAt: kit.time('detected_at').notNull(),
      detectedBy: kit.text<DetectedBy>('detected_by').notNull(),
      openedAt: kit.time('opened_at').notNull(),
      closedAt: kit.time('closed_at'),
      acknowledgedAt: kit.time('acknowledged_at'),
      mitigatedAt: kit.time('mitigated_at'),
      resolvedAt: kit.time('resolved_at'),
      retractedAt: kit.time('retracted_at'),
      updatedAt: kit.time('updated_at').notNull(),
      title: kit.text('title').notNull(),
      labels: kit.json<string[]>('labels').notNull(),
      author: kit.json<Person>('author').notNull(),
      services: kit.json<string[]>('services').notNull(),
      servicesBy: kit.text<IncidentFacts['servicesBy']>('services_by').notNull(),
      fix: kit.json<IncidentFix | null>('fix'),
      lead: kit.text('lead'),
      /** Our id of the incident that this one was folded into. */
      duplicateOfId: kit.long('duplicate_of_id'),
      url: kit.text('url').notNull(),
      reportKey: kit.text('report_key'),
      /** Six bytes a term (`hashText`), kept so that a retracted incident can be found again when it comes back. */
      terms: kit.bytes('terms').notNull(),
      /** Title and body as the comparison reads them (`packWords`); null until it was indexed. */
      words: kit.bytes('words'),
      body: kit.text('body').notNull(),
    },
    (t) => [
      kit.uniqueIndex('incidents_issue').on(t.installationId, t.repositoryId, t.issueNumber),
      kit
        .index('incidents_report')
        .on(t.installationId, t.repositoryId, t.reportKey)
        .where(sql`report_key is not null`),
      kit.index('incidents_detected').on(t.installationId, t.repositoryId, t.detectedAt),
      kit.index('incidents_opened').on(t.installationId, t.repositoryId, t.openedAt, t.retractedAt),
      kit
        .index('incidents_open')
        .on(t.installationId, t.openedAt)
        .where(sql`status <> 'resolved' and retracted_at is null`),
      kit
        .index('incidents_duplicates')
        .on(t.installationId, t.duplicateOfId)
        .where(sql`duplicate_of_id is not null`),
    ],
  )
  // One posting a term and incident, and one more for the incident itself (`DOCUMENTS`). Under the audience, so that a
  // search walks over nothing its reader may not be told of; `opened_at` in the key so that the index alone answers "before".
  const incidentTerms = kit.table(
    'incident_terms',
    {
      installationId: kit.long('installation_id').notNull(),
      repositoryId: kit.long('repository_id').notNull(),
      /** Who may be told of it: `audienceOf` its repository. */
      audience: kit.long('audience').notNull(),
      termHash: kit.long('term_hash').notNull(),
      openedAt: kit.time('opened_at').notNull(),
      incidentId: kit.long('incident_id').notNull(),
      /** How many terms the incident has; in the key for the same reason. */
      length: kit.int('length').notNull(),
    },
    (t) => [
      kit.primaryKey({
        name: 'incident_terms_key',
        columns: [t.installationId, t.audience, t.termHash, t.openedAt, t.incidentId, t.length],
      }),
    ],
  )
  // How many postings each term has: counting them took most of a search.
  const incidentTermCounts = kit.table(
    'incident_term_counts',
    {
      installationId: kit.long('installation_id').notNull(),
      audience: kit.long('audience').notNull(),
      termHash: kit.long('term_hash').notNull(),
      documents: kit.int('documents').notNull(),
    },
    (t) => [kit.primaryKey({ name: 'incident_term_counts_key', columns: [t.installationId, t.audience, t.termHash] })],
  )
  const outcomes = kit.table(
    'outcomes',
    {
      id: kit.serial('id'),
      installationId: kit.long('installation_id').notNull(),
      repositoryId: kit.long('repository_id').notNull(),
      incidentId: kit
        .long('incident_id')
        .notNull()
        .references(() => incidents.id, { onDelete: 'cascade' }),
      changeId: kit.long('change_id'),
      verdict: kit.text<Outcome['verdict']>('verdict').notNull(),
      at: kit.time('at').notNull(),
      by: kit.json<Person>('by').notNull(),
    },
    (t) => [
      kit.index('outcomes_incident').on(t.incidentId),
      kit.index('outcomes_change').on(t.changeId),
      kit.index('outcomes_repository').on(t.installationId, t.repositoryId, t.verdict, t.at),
    ],
  )
  const comments = kit.table(
    'comments',
    {
      installationId: kit.long('installation_id').notNull(),
      repositoryId: kit.long('repository_id').notNull(),
      issueNumber: kit.int('issue_number').notNull(),
      commentId: kit.long('comment_id'),
      bodyHash: kit.text('body_hash'),
      intendedAt: kit.time('intended_at'),
      deletedAt: kit.time('deleted_at'),
    },
    (t) => [kit.primaryKey({ name: 'comments_key', columns: [t.installationId, t.repositoryId, t.issueNumber] })],
  )
  const commentQuotes = kit.table(
    'comment_quotes',
    {
      installationId: kit.long('installation_id').notNull(),
      repositoryId: kit.long('repository_id').notNull(),
      issueNumber: kit.int('issue_number').notNull(),
      quotedId: kit.long('quoted_id').notNull(),
      wasPrivate: kit.flag('was_private').notNull(),
    },
    (t) => [
      kit.primaryKey({ name: 'comment_quotes_key', columns: [t.installationId, t.repositoryId, t.issueNumber, t.quotedId] }),
      kit.index('comment_quotes_quoted').on(t.installationId, t.quotedId),
    ],
  )
  return { incidents, incidentTerms, incidentTermCounts, outcomes, comments, commentQuotes }
}
