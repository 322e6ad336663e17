// Which pull request brought which commit.
import { commitsBetween } from './git-graph.ts'
import { isPullRequest, pullCommits } from './shapes/pull.ts'
import type { PullRequest } from './shapes/pull.ts'
import type { Repository } from './state.ts'

export function pullRequests(repository: Repository): PullRequest[] {
  return [...repository.issues.values()].filter(isPullRequest)
}

/** A pull request's own commits, and what merging it put on the base branch: the merge, the squash or the rebased ones. */
function brought(repository: Repository, issue: PullRequest): string[] {
  const { mergeSha, mergeBaseTip } = issue.pull
  const merged = mergeSha === null ? [] : commitsBetween(repository.git, mergeBaseTip, mergeSha)
  return [...merged, ...pullCommits(repository, issue)].map((commit) => commit.sha)
}

export function pullsByCommit(repository: Repository): Map<string, PullRequest[]> {
  const found = new Map<string, PullRequest[]>()
  for (const pull of pullRequests(repository)) {
    for (const sha of new Set(brought(repository, pull))) found.set(sha, [...(found.get(sha) ?? []), pull])
  }
  return found
}
