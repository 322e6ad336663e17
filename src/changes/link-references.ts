// Finds the stored changes that a change takes back, puts back or repeats, and ties them together.
import type { Change, ChangeReference } from '../domain/change.ts'
import type { Work } from '../work.ts'

/**
 * Links the change to those it refers to, and later ones that refer to it: a revert may be recorded before what it
 * reverts. Idempotent; the store only.
 */
export async function linkReferences(work: Work, changeId: number): Promise<void> {
  const [change] = await work.tenant.changes.byIds([changeId])
  if (!change) return
  await linkOwn(work, change)
  const later = (await work.tenant.changes.referring(change)).filter((other) => other.mergedAt >= change.mergedAt)
  for (const other of later) if (other.id !== change.id && refersTo(other, change)) await linkOwn(work, other)
}

/** Links one change to those it refers to, as far as they are known. */
export async function linkOwn(work: Work, change: Change): Promise<void> {
  for (const reference of change.references) {
    const target = await resolve(work, change, reference)
    if (!target || target.id === change.id) continue
    if (reference.kind === 'reverts') await work.tenant.changes.linkRevert(change.id, target.id)
    else if (reference.kind === 'relands') await linkReland(work, change, target)
    else await linkSame(work, change, target)
  }
  if (!change.patchId) return
  // The same patch on the same branch is a re-land, told by its words; on another branch it is the same change.
  const twins = await work.tenant.changes.byPatchId(change.repositoryId, change.patchId)
  const twin = twins.find((other) => other.id !== change.id && other.branch !== change.branch)
  if (twin) await linkSame(work, change, twin)
}

async function resolve(work: Work, change: Change, reference: ChangeReference): Promise<Change | null> {
  const { changes } = work.tenant
  if (reference.by === 'sha') {
    const exact = await changes.byCommit(change.repositoryId, reference.sha)
    return exact ?? (isAbbreviated(reference.sha) ? changes.byCommitPrefix(change.repositoryId, reference.sha) : null)
  }
  if (reference.by === 'number') return changes.byNumber(change.repositoryId, reference.number)
  const [newest] = await changes.byTitle(change.repositoryId, reference.title, change.mergedAt, 1)
  return newest ?? null
}

/** Putting a change back takes back what had taken it out. `target` is the change itself, or its revert. */
async function linkReland(work: Work, change: Change, target: Change): Promise<void> {
  if (target.references.some((reference) => reference.kind === 'reverts')) return work.tenant.changes.linkRevert(change.id, target.id)
  for (const revert of target.revertedBy) {
    if (revert.changeId !== change.id && revert.mergedAt <= change.mergedAt) {
      await work.tenant.changes.linkRevert(change.id, revert.changeId)
    }
  }
}

/** The earlier one is the change; the later one repeats it. */
async function linkSame(work: Work, one: Change, other: Change): Promise<void> {
  const isLater = one.mergedAt.getTime() - other.mergedAt.getTime() || one.id - other.id
  const [first, repeat] = isLater > 0 ? [other, one] : [one, other]
  if (first.sameAsChangeId !== repeat.id) await work.tenant.changes.linkSame(repeat.id, first.id)
}

function refersTo(later: Change, earlier: Change): boolean {
  const shas = new Set(earlier.commitShas)
  return later.references.some((reference) => {
    if (reference.by === 'sha') {
      return shas.has(reference.sha) || (isAbbreviated(reference.sha) && earlier.commitShas.some((sha) => sha.startsWith(reference.sha)))
    }
    return reference.by === 'number' ? reference.number === earlier.number : reference.title === earlier.title
  })
}

/** People and older tools write `This reverts commit abc1234`. */
const isAbbreviated = (sha: string): boolean => sha.length < 40
