// Writing a change: find every row it might be, fold them into one, and move what pointed at the others.
import { and, eq, lte, ne, sql, type SQL } from 'drizzle-orm'
import { ask, belongsTo, type Database, type Queries, type UnitOfWork } from './database.ts'
import { lockChanges, outdateSpans } from './earlier.ts'
import { foldChange, reported, type KnownChange } from './fold-change.ts'
import { hashText, hashTexts, packHashes, unpackHashes } from './hash.ts'
import { createReferenceIndex } from './reference-index.ts'
import type { ChangeStore } from './store.ts'
import { asDocument, countTerms } from './term-counts.ts'

const long = (value: number): SQL => sql`cast(${value} as bigint)`

export function createChangeWriter(database: Database, installationId: number): Pick<ChangeStore, 'upsert' | 'edit'> {
  const { changes, changeCommits, changeFiles, changeReverts, deploymentChanges, outcomes } = database.tables
  const references = createReferenceIndex(database, installationId)
  const mine = eq(changes.installationId, installationId)
  type Row = typeof changes.$inferSelect
  type Stored = { id: number; sameAsChangeId: number | null; known: KnownChange }

  const fromRow = ({ id, sameAsChangeId, installationId: _i, titleHash: _h, gist: _g, terms, ...facts }: Row): Stored => ({
    id,
    sameAsChangeId,
    known: { ...facts, terms: unpackHashes(terms) },
  })

  const upsert: ChangeStore['upsert'] = ({ terms, ...facts }) =>
    database.atomically(function* (q) {
      yield* lockChanges(database, q, facts.repositoryId)
      const incoming = reported(facts, hashTexts(typeof terms === 'function' ? terms(facts) : terms))
      const { group, owners } = yield* related(q, incoming)
      const keep =
        group.find(({ known }) => known.number !== null) ?? group.find(({ known }) => known.mergeSha === incoming.mergeSha) ?? group[0]
      const others = group.filter((stored) => stored !== keep)
      // The row that stays is folded last of those stored, and the report after it: on a tie, what came later counts.
      const known = [...others, ...(keep ? [keep] : [])]
        .map((stored) => stored.known)
        .reduceRight((later, earlier) => foldChange(earlier, later), incoming)
      const sameAsChangeId = keep?.sameAsChangeId ?? others.find((other) => other.sameAsChangeId !== null)?.sameAsChangeId ?? null
      const id = yield* write(q, keep ?? null, known, sameAsChangeId)
      for (const other of others) yield* absorb(q, other, id, known.mergedAt)
      const written = [known, ...group.map((stored) => stored.known)].map(({ mergedAt }) => mergedAt)
      yield* outdateSpans(database, q, { installationId, repositoryId: facts.repositoryId }, ...written)
      if (group.some((stored) => refersElsewhere(stored.known, known))) yield* unlink(q, id)
      yield* claimCommits(q, id, known, owners)
      yield* indexFiles(q, id, keep?.known ?? null, known)
      if (!keep || refersElsewhere(keep.known, known)) yield* references.replace(q, id, keep?.known ?? null, known)
      const before = [...(keep ? [keep] : []), ...others].map((stored) => asDocument(stored.known.terms))
      yield* countTerms(database, q, { installationId, repositoryId: facts.repositoryId }, before, [asDocument(known.terms)])
      return id
    })

  /** Rows that are this change (the same number, or commits of it that stood alone), and who holds its commits now. */
  function* related(q: Queries, incoming: KnownChange): UnitOfWork<{ group: Stored[]; owners: Map<string, Stored> }> {
    const { repositoryId, number } = incoming
    const commits = yield* ask(
      q
        .select({ sha: changeCommits.sha, changeId: changeCommits.changeId })
        .from(changeCommits)
        .where(
          and(
            eq(changeCommits.installationId, installationId),
            eq(changeCommits.repositoryId, repositoryId),
            database.oneOf(changeCommits.sha, incoming.commitShas),
          ),
        ),
    )
    const rows = yield* ask(
      q
        .select()
        .from(changes)
        .where(
          and(
            belongsTo(changes.installationId, installationId),
            database.oneOf(changes.id, [...new Set(commits.map((commit) => commit.changeId))]),
          ),
        )
        .orderBy(changes.id),
    )
    if (number !== null && !rows.some((row) => row.number === number)) {
      rows.push(
        ...(yield* ask(
          q
            .select()
            .from(changes)
            .where(and(mine, eq(changes.repositoryId, repositoryId), eq(changes.number, number))),
        )),
      )
    }
    const stored = new Map(rows.map((row) => [row.id, fromRow(row)]))
    const owners = new Map(commits.flatMap(({ sha, changeId }) => (stored.has(changeId) ? [[sha, stored.get(changeId)!] as const] : [])))
    const all = [...stored.values()]
    if (number !== null) return { owners, group: all.filter(({ known }) => known.number === null || known.number === number) }
    // A commit of a pull request belongs to that one; should several hold its commits, to the one it landed as.
    const pullRequests = all
      .filter(({ known }) => known.number !== null)
      .sort((a, b) => claim(a.known, incoming.mergeSha) - claim(b.known, incoming.mergeSha))
    return { owners, group: [...pullRequests.slice(0, 1), ...all.filter(({ known }) => known.number === null)] }
  }

  function* write(q: Queries, keep: Stored | null, known: KnownChange, sameAsChangeId: number | null): UnitOfWork<number> {
    const { terms, ...columns } = known
    const row = { ...columns, installationId, sameAsChangeId, titleHash: hashText(known.title), terms: packHashes(terms), gist: null }
    if (keep) {
      yield* ask(
        q
          .update(changes)
          .set(row)
          .where(and(mine, eq(changes.id, keep.id))),
      )
      if (keep.known.mergedAt.getTime() !== known.mergedAt.getTime())
        yield* ask(q.update(changeReverts).set({ revertingAt: known.mergedAt }).where(eq(changeReverts.revertingId, keep.id)))
      return keep.id
    }
    const [inserted] = yield* ask(q.insert(changes).values(row).returning({ id: changes.id }))
    if (!inserted) throw new Error(`The change ${known.mergeSha} of repository ${known.repositoryId} was not stored.`)
    return inserted.id
  }

  /** Two pull requests may list one commit: it is the one's that landed as it, else the lower number's. */
  function* claimCommits(q: Queries, id: number, known: KnownChange, owners: Map<string, Stored>): UnitOfWork<void> {
    const claimed = known.commitShas.filter((sha) => {
      const owner = owners.get(sha)
      return !owner || owner.known.number === null || claim(known, sha) < claim(owner.known, sha)
    })
    if (claimed.length === 0) return
    yield* ask(
      q
        .insert(changeCommits)
        .values(claimed.map((sha) => ({ installationId, repositoryId: known.repositoryId, sha, changeId: id })))
        .onConflictDoUpdate({
          target: [changeCommits.installationId, changeCommits.repositoryId, changeCommits.sha],
          set: { changeId: id },
        }),
    )
  }

  function* indexFiles(q: Queries, id: number, before: KnownChange | null, after: KnownChange): UnitOfWork<void> {
    const hashes = hashTexts(after.files.map((file) => file.path))
    if (before) {
      const old = hashTexts(before.files.map((file) => file.path))
      if (sameNumbers(old, hashes) && before.mergedAt.getTime() === after.mergedAt.getTime()) return
      yield* dropFiles(q, id, before)
    }
    if (hashes.length === 0) return
    const rows = sql`select ${long(installationId)}, ${long(after.repositoryId)}, value, ${database.momentOf(after.mergedAt)}, ${long(id)}
      from ${database.listed(hashes)} where true`
    yield* ask(q.insert(changeFiles).select(rows).onConflictDoNothing())
  }

  function* dropFiles(q: Queries, id: number, known: KnownChange): UnitOfWork<void> {
    const hashes = hashTexts(known.files.map((file) => file.path))
    if (hashes.length === 0) return
    yield* ask(
      q
        .delete(changeFiles)
        .where(
          and(
            eq(changeFiles.installationId, installationId),
            eq(changeFiles.repositoryId, known.repositoryId),
            database.oneOf(changeFiles.pathHash, hashes),
            eq(changeFiles.mergedAt, known.mergedAt),
            eq(changeFiles.changeId, id),
          ),
        ),
    )
  }

  /** What pointed at the folded row points at the one that stays. */
  function* absorb(q: Queries, { id: from, known }: Stored, into: number, landedAt: Date): UnitOfWork<void> {
    yield* ask(
      q
        .update(changeCommits)
        .set({ changeId: into })
        .where(
          and(
            eq(changeCommits.installationId, installationId),
            eq(changeCommits.repositoryId, known.repositoryId),
            database.oneOf(changeCommits.sha, known.commitShas),
            eq(changeCommits.changeId, from),
          ),
        ),
    )
    const carried = sql`select installation_id, deployment_id, ${long(into)}, direction from ${deploymentChanges} where change_id = ${from}`
    yield* ask(q.insert(deploymentChanges).select(carried).onConflictDoNothing())
    yield* ask(q.delete(deploymentChanges).where(eq(deploymentChanges.changeId, from)))
    const reverted = sql`select installation_id, repository_id, ${long(into)}, reverting_id, reverting_at from ${changeReverts}
      where reverted_id = ${from} and reverting_id <> ${into}`
    yield* ask(q.insert(changeReverts).select(reverted).onConflictDoNothing())
    const reverting = sql`select installation_id, repository_id, reverted_id, ${long(into)}, ${database.momentOf(landedAt)}
      from ${changeReverts} where reverting_id = ${from} and reverted_id <> ${into}`
    yield* ask(q.insert(changeReverts).select(reverting).onConflictDoNothing())
    yield* ask(q.delete(changeReverts).where(eq(changeReverts.revertedId, from)))
    yield* ask(q.delete(changeReverts).where(eq(changeReverts.revertingId, from)))
    yield* ask(q.update(outcomes).set({ changeId: into }).where(eq(outcomes.changeId, from)))
    yield* ask(
      q
        .update(changes)
        .set({ sameAsChangeId: into })
        .where(and(mine, eq(changes.sameAsChangeId, from), ne(changes.id, into))),
    )
    yield* dropFiles(q, from, known)
    yield* references.drop(q, from, known)
    yield* ask(q.delete(changes).where(and(mine, eq(changes.id, from))))
  }

  /** Forgets what this change reverts and repeats. */
  function* unlink(q: Queries, id: number): UnitOfWork<void> {
    yield* ask(q.delete(changeReverts).where(eq(changeReverts.revertingId, id)))
    yield* ask(
      q
        .update(changes)
        .set({ sameAsChangeId: null })
        .where(and(mine, eq(changes.id, id))),
    )
  }

  const edit: ChangeStore['edit'] = (repositoryId, number, { terms, ...set }) =>
    database.atomically(function* (q) {
      yield* lockChanges(database, q, repositoryId)
      const own = and(mine, eq(changes.repositoryId, repositoryId), eq(changes.number, number))
      const [row] = yield* ask(
        q
          .select()
          .from(changes)
          .where(and(own, lte(changes.updatedAt, set.updatedAt))),
      )
      if (!row) return false
      const before = fromRow(row).known
      const after = {
        ...before,
        references: set.references ?? before.references,
        terms: terms ? hashTexts(typeof terms === 'function' ? terms(set) : terms) : before.terms,
      }
      yield* ask(
        q
          .update(changes)
          .set({ ...set, titleHash: hashText(set.title), terms: packHashes(after.terms), gist: null })
          .where(own),
      )
      yield* outdateSpans(database, q, { installationId, repositoryId }, row.mergedAt)
      if (refersElsewhere(before, after)) {
        yield* unlink(q, row.id)
        yield* references.replace(q, row.id, before, after)
      }
      yield* countTerms(database, q, { installationId, repositoryId }, [asDocument(before.terms)], [asDocument(after.terms)])
      return true
    })

  return { upsert, edit }
}

/** Lower is stronger. */
function claim(known: KnownChange, sha: string): number {
  return known.mergeSha === sha ? -1 : (known.number ?? Number.MAX_SAFE_INTEGER)
}

function refersElsewhere(before: KnownChange, after: KnownChange): boolean {
  return JSON.stringify(before.references) !== JSON.stringify(after.references)
}

function sameNumbers(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((value, index) => value === b[index])
}
