// Which changes refer to this one? Their references by what they name: a number, a title, the first digits of a sha.
import { and, eq } from 'drizzle-orm'
import type { Change, ChangeReference } from '../domain/change.ts'
import { ask, type Database, type Queries, type UnitOfWork } from './database.ts'
import { hashText } from './hash.ts'

type Referring = { repositoryId: number; references: ChangeReference[] }

/** People and older tools write `This reverts commit abc1234`: no shorter sha is taken for one. */
const SHA_DIGITS = 7

export function createReferenceIndex(database: Database, installationId: number) {
  const { changeReferences } = database.tables
  const ofRepository = (repositoryId: number) =>
    and(eq(changeReferences.installationId, installationId), eq(changeReferences.repositoryId, repositoryId))

  function* drop(q: Queries, changeId: number, { repositoryId, references }: Referring): UnitOfWork<void> {
    if (references.length === 0) return
    const named = database.oneOf(changeReferences.target, targetsOf(references))
    yield* ask(q.delete(changeReferences).where(and(ofRepository(repositoryId), named, eq(changeReferences.changeId, changeId))))
  }

  return {
    drop,
    *replace(q: Queries, changeId: number, before: Referring | null, after: Referring): UnitOfWork<void> {
      if (before) yield* drop(q, changeId, before)
      if (after.references.length === 0) return
      const { repositoryId } = after
      const rows = targetsOf(after.references).map((target) => ({ installationId, repositoryId, target, changeId }))
      yield* ask(q.insert(changeReferences).values(rows).onConflictDoNothing())
    },
    /** Ids of those that may mean this change: of an abbreviated sha only the first digits were compared. */
    async referring(change: Pick<Change, 'repositoryId' | 'number' | 'title' | 'commitShas'>): Promise<{ id: number }[]> {
      const named: ChangeReference[] = [
        { kind: 'reverts', by: 'title', title: change.title },
        ...change.commitShas.map((sha): ChangeReference => ({ kind: 'reverts', by: 'sha', sha })),
        ...(change.number === null ? [] : [{ kind: 'reverts', by: 'number', number: change.number } as const]),
      ]
      return database.queries
        .selectDistinct({ id: changeReferences.changeId })
        .from(changeReferences)
        .where(and(ofRepository(change.repositoryId), database.oneOf(changeReferences.target, targetsOf(named))))
        .orderBy(changeReferences.changeId)
    },
  }
}

function targetsOf(references: readonly ChangeReference[]): string[] {
  return [...new Set(references.map(targetOf))]
}

function targetOf(reference: ChangeReference): string {
  if (reference.by === 'number') return `number ${reference.number}`
  return reference.by === 'sha' ? `sha ${reference.sha.slice(0, SHA_DIGITS)}` : `title ${hashText(reference.title)}`
}
