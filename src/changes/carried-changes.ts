// A range of commits becomes the changes that a deployment of one service carried in and out.
import { pathsOfService } from '../catalog/services-of-paths.ts'
import type { Change } from '../domain/change.ts'
import type { Repository } from '../domain/repository.ts'
import type { Service } from '../domain/service.ts'
import type { CarriedChange } from '../domain/deployment.ts'
import type { Work } from '../work.ts'
import type { CommitRange } from './commit-range.ts'
import { recordCommits } from './record-commits.ts'

/** Files of changes that nobody told of before are read up to here; the others count as touching anything. */
const MOST_FILE_READS = 25

export type RangeChanges = { added: Change[]; removed: Change[] }

/** The changes of a range; unknown ones are recorded first: one GraphQL request per 100 commits. */
export async function changesOfRange(
  work: Work,
  repository: Repository,
  range: CommitRange,
  deployment: { isProduction: boolean; ref: string },
  onPassing?: (error: Error) => void,
): Promise<RangeChanges> {
  const ids = await recordCommits(work, repository, {
    shas: [...range.added, ...range.removed],
    branch: branchOf(deployment.ref) ?? repository.defaultBranch,
    landedAt: null,
    withoutPullRequest: deployment.isProduction,
    filesOf: MOST_FILE_READS,
    onPassing,
  })
  const changes = new Map((await work.tenant.changes.byIds([...new Set(ids.values())])).map((change) => [change.id, change]))
  const of = (shas: string[]) => {
    const found = new Set(shas.flatMap((sha) => ids.get(sha) ?? []))
    return [...found].flatMap((id) => changes.get(id) ?? [])
  }
  return { added: of(range.added), removed: of(range.removed) }
}

/** A hotfix is deployed from its branch; a ref that is a sha says nothing. */
function branchOf(ref: string): string | null {
  return ref === '' || /^[0-9a-f]{7,64}$/i.test(ref) ? null : ref.replace(/^refs\/(?:heads|tags)\//, '')
}

/** What of it concerns this service. A cherry-pick is the same change, so it may cancel what leaves. Pure. */
export function carriedBy(changes: RangeChanges, service: Pick<Service, 'paths'> | null): CarriedChange[] {
  const ids = (list: Change[]) =>
    new Set(list.filter((change) => touches(change, service)).map((change) => change.sameAsChangeId ?? change.id))
  const [added, removed] = [ids(changes.added), ids(changes.removed)]
  return [
    ...[...added.difference(removed)].map((changeId): CarriedChange => ({ changeId, direction: 'in' })),
    ...[...removed.difference(added)].map((changeId): CarriedChange => ({ changeId, direction: 'out' })),
  ]
}

/** A list of files that is not whole rules nothing out. */
export function touches(change: Pick<Change, 'files' | 'filesTruncated'>, service: Pick<Service, 'paths'> | null): boolean {
  if (!service || service.paths.length === 0 || change.filesTruncated) return true
  const paths = change.files.flatMap((file) => (file.previousPath === null ? [file.path] : [file.path, file.previousPath]))
  return pathsOfService(service, paths).length > 0
}
