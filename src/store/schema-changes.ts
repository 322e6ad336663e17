// Changes and what finds them again: commits, paths, terms, reverts.
import { sql } from 'drizzle-orm'
import type { ChangedFile, ChangeReference, DependencyBump, Person } from '../domain/change.ts'
import type { ColumnKit } from './columns.ts'

export function defineChangeTables(kit: ColumnKit) {
  const changes = kit.table(
    'changes',
    {
      id: kit.serial('id'),
      installationId: kit.long('installation_id').notNull(),
      repositoryId: kit.long('repository_id').notNull(),
      number: kit.int('number'),
      mergedAt: kit.time('merged_at').notNull(),
      updatedAt: kit.time('updated_at').notNull(),
      /** `updated_at` of the facts that brought the files; 1970 when they are those of a folded commit. */
      detailedAt: kit.time('detailed_at'),
      sameAsChangeId: kit.long('same_as_change_id'),
      titleHash: kit.long('title_hash').notNull(),
      patchId: kit.text('patch_id'),
      fileCount: kit.int('file_count').notNull(),
      added: kit.int('added').notNull(),
      deleted: kit.int('deleted').notNull(),
      filesTruncated: kit.flag('files_truncated').notNull(),
      mergeSha: kit.text('merge_sha').notNull(),
      commitShas: kit.json<string[]>('commit_shas').notNull(),
      baseSha: kit.text('base_sha'),
      headSha: kit.text('head_sha'),
      branch: kit.text('branch').notNull(),
      title: kit.text('title').notNull(),
      bodyExcerpt: kit.text('body_excerpt').notNull(),
      author: kit.json<Person | null>('author'),
      merger: kit.json<Person | null>('merger'),
      reviewers: kit.json<Person[]>('reviewers').notNull(),
      labels: kit.json<string[]>('labels').notNull(),
      references: kit.json<ChangeReference[]>('references').notNull(),
      bumps: kit.json<DependencyBump[]>('bumps').notNull(),
      url: kit.text('url').notNull(),
      identifiers: kit.json<string[]>('identifiers').notNull(),
      files: kit.json<ChangedFile[]>('files').notNull(),
      /** Six bytes a term (`hashText`): what this change counts for in `term_counts`. */
      terms: kit.bytes('terms').notNull(),
      /** What the ranker reads of it, as a candidate and once it is none any more (`packChange`); null until that was asked for. */
      gist: kit.bytes('gist'),
    },
    (t) => [
      kit
        .uniqueIndex('changes_number')
        .on(t.installationId, t.repositoryId, t.number)
        .where(sql`number is not null`),
      kit.index('changes_merged').on(t.installationId, t.repositoryId, t.mergedAt),
      kit.index('changes_title').on(t.installationId, t.repositoryId, t.titleHash, t.mergedAt),
      kit
        .index('changes_patch')
        .on(t.installationId, t.repositoryId, t.patchId, t.mergedAt)
        .where(sql`patch_id is not null`),
      kit
        .index('changes_same')
        .on(t.sameAsChangeId)
        .where(sql`same_as_change_id is not null`),
    ],
  )
  const changeCommits = kit.table(
    'change_commits',
    {
      installationId: kit.long('installation_id').notNull(),
      repositoryId: kit.long('repository_id').notNull(),
      sha: kit.text('sha').notNull(),
      changeId: kit.long('change_id').notNull(),
    },
    (t) => [kit.primaryKey({ name: 'change_commits_key', columns: [t.installationId, t.repositoryId, t.sha] })],
  )
  // Paths are hashed: bytes stay few, and a path longer than PostgreSQL's index rows (2.7 kB) is no error.
  const changeFiles = kit.table(
    'change_files',
    {
      installationId: kit.long('installation_id').notNull(),
      repositoryId: kit.long('repository_id').notNull(),
      pathHash: kit.long('path_hash').notNull(),
      mergedAt: kit.time('merged_at').notNull(),
      changeId: kit.long('change_id').notNull(),
    },
    (t) => [kit.primaryKey({ name: 'change_files_key', columns: [t.installationId, t.repositoryId, t.pathHash, t.mergedAt, t.changeId] })],
  )
  // How many changes of a repository hold a term: as large as its vocabulary, not as its past. One row counts the changes.
  const termCounts = kit.table(
    'term_counts',
    {
      installationId: kit.long('installation_id').notNull(),
      repositoryId: kit.long('repository_id').notNull(),
      termHash: kit.long('term_hash').notNull(),
      documents: kit.int('documents').notNull(),
    },
    (t) => [kit.primaryKey({ name: 'term_counts_key', columns: [t.installationId, t.repositoryId, t.termHash] })],
  )
  const changeReverts = kit.table(
    'change_reverts',
    {
      installationId: kit.long('installation_id').notNull(),
      repositoryId: kit.long('repository_id').notNull(),
      revertedId: kit.long('reverted_id').notNull(),
      revertingId: kit.long('reverting_id').notNull(),
      /** When the reverting change landed: its own row is as long as a change. */
      revertingAt: kit.time('reverting_at').notNull(),
    },
    (t) => [
      kit.primaryKey({ name: 'change_reverts_key', columns: [t.revertedId, t.revertingId] }),
      kit.index('change_reverts_reverting').on(t.revertingId),
      kit.index('change_reverts_landed').on(t.installationId, t.repositoryId, t.revertingAt),
    ],
  )
  // What a change's words refer to, before and after what it names is known.
  const changeReferences = kit.table(
    'change_references',
    {
      installationId: kit.long('installation_id').notNull(),
      repositoryId: kit.long('repository_id').notNull(),
      target: kit.text('target').notNull(),
      changeId: kit.long('change_id').notNull(),
    },
    (t) => [kit.primaryKey({ name: 'change_references_key', columns: [t.installationId, t.repositoryId, t.target, t.changeId] })],
  )
  // Changes that landed after one moment and until another (`packSpan`); a repository's lie one after the other without a gap.
  const earlierSpans = kit.table(
    'earlier_spans',
    {
      installationId: kit.long('installation_id').notNull(),
      repositoryId: kit.long('repository_id').notNull(),
      lastAt: kit.time('last_at').notNull(),
      afterAt: kit.time('after_at').notNull(),
      packed: kit.bytes('packed').notNull(),
    },
    (t) => [kit.primaryKey({ name: 'earlier_spans_key', columns: [t.installationId, t.repositoryId, t.lastAt] })],
  )
  return { changes, changeCommits, changeFiles, termCounts, changeReverts, changeReferences, earlierSpans }
}
