import type { Change } from '../domain/change.ts'
import type { Repository } from '../domain/repository.ts'
import { isDeployedBranch } from '../changes/deployed-branches.ts'
import { describeFiles, type FileFacts } from '../changes/describe-files.ts'
import { isRebased } from '../changes/landing.ts'
import { isMerged, isWhole, recordPullRequest } from '../changes/record-commits.ts'
import type { GitHubCommit, PastPullRequest } from '../github/github.ts'
import type { Work } from '../work.ts'
import type { PastReading, PhaseResult } from './phase.ts'

/** With the request about rebased ones, at most one request for 20 pull requests. */
const PAGE = 40
const SMALLEST_PAGE = 5

/** One page of merged pull requests, the latest updated first. One GraphQL request, two where some were rebased. */
export async function readPastChanges({ work, repository, catalog, backfill, failures }: PastReading): Promise<PhaseResult> {
  const first = Math.max(SMALLEST_PAGE, PAGE >> Math.min(failures, 10))
  const { pulls, next } = await work.github.mergedPullRequests(repository, { after: backfill.cursor, first })
  const wanted = pulls.filter(({ pull }) => {
    return isMerged(pull) && pull.mergedAt >= backfill.since && isDeployedBranch(repository, catalog, pull.baseRef)
  })
  const lines = await linesOfRebased(work, repository, wanted)
  for (const past of wanted.toReversed()) await recordPast(work, repository, past, lines)
  const oldest = pulls.at(-1)?.pull.updatedAt
  const isOver = next === null || oldest === undefined || oldest < backfill.since
  return { cursor: isOver ? null : next, found: { pullRequests: wanted.length } }
}

async function recordPast(work: Work, repository: Repository, past: PastPullRequest, lines: Map<string, GitHubCommit[]>): Promise<void> {
  const { pull, landed } = past
  if (!isMerged(pull)) return
  const known = await work.tenant.changes.byNumber(repository.id, pull.number)
  const isKnown = known !== null && isWhole(known)
  if (isKnown && known.updatedAt >= pull.updatedAt) return
  const commits = lines.get(pull.mergeSha)
  await recordPullRequest(work, repository, pull, {
    landed,
    told: commits && commits.length > 0 ? { commits, shas: [] } : null,
    // Files of a merged pull request stay the same, and a webhook brought more of them.
    readFiles: isKnown ? filesOf(known) : describeFiles(past, { fileCount: pull.fileCount, added: pull.added, deleted: pull.deleted }),
    isLinked: false,
  })
}

function filesOf({ files, filesTruncated, fileCount, added, deleted, identifiers, patchId }: Change): FileFacts {
  return { files, filesTruncated, fileCount, added, deleted, identifiers, patchId }
}

async function linesOfRebased(work: Work, repository: Repository, pulls: PastPullRequest[]): Promise<Map<string, GitHubCommit[]>> {
  const rebased = pulls.flatMap(({ pull, landed }) => (landed && isRebased(pull, landed) ? [landed.sha] : []))
  return rebased.length === 0 ? new Map() : work.github.commitLines(repository, rebased)
}
