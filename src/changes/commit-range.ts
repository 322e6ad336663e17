// Which commits lie between two versions: from the store when it provably knows all of them, else from GitHub.
import type { Repository } from '../domain/repository.ts'
import type { GitHubCommit } from '../github/github.ts'
import type { Work } from '../work.ts'

/** Commits of `head` that are not in `base`, and the other way round. */
export type CommitRange = { added: string[]; removed: string[]; isTruncated: boolean }

/** Null: GitHub no longer knows one of the versions. */
export type RangeReader = (base: string, head: string) => Promise<CommitRange | null>

/** A deployment of more changes than this is asked for; walking would take longer. */
const LONGEST_WALK = 400
/** Most versions that are not known are new ones, and this search is in vain. */
const SHORT_WALK = 100
const MOST_COMMITS = 5000

/**
 * Reads ranges for one webhook. What one compare told is not asked again: of services that stand at different versions
 * the one that is furthest behind is asked first, and its answer holds those of the others.
 */
export function rangeReader(work: Work, repository: Repository): RangeReader {
  const compared: { base: string; head: string; commits: GitHubCommit[] }[] = []

  const compare = async (base: string, head: string) => {
    const known = compared.find((one) => one.head === head && (one.base === base || one.commits.some((commit) => commit.sha === base)))
    if (known) {
      return { status: 'ahead' as const, commits: withoutAncestors(known.commits, base), isTruncated: false }
    }
    const read = await work.github.compare(repository, base, head, MOST_COMMITS)
    if (read?.status === 'ahead' && !read.isTruncated) compared.push({ base, head, commits: read.commits })
    return read
  }

  return async (base, head) => {
    if (base === head) return { added: [], removed: [], isTruncated: false }
    const { isOlder, shas } = await walk(work, repository, base, head)
    if (shas) return { added: isOlder ? [] : shas, removed: isOlder ? shas : [], isTruncated: false }
    // Compared forward, a rollback has no commits: the likelier direction is asked first.
    const first = isOlder ? await compare(head, base) : await compare(base, head)
    if (!first) return null
    const ahead = first.commits.map((commit) => commit.sha)
    if (first.status === 'identical') return { added: [], removed: [], isTruncated: false }
    if (first.status === 'ahead') return { added: isOlder ? [] : ahead, removed: isOlder ? ahead : [], isTruncated: first.isTruncated }
    const second = isOlder ? await compare(base, head) : await compare(head, base)
    if (!second) return null
    const behind = second.commits.map((commit) => commit.sha)
    const isTruncated = first.isTruncated || second.isTruncated
    return isOlder ? { added: behind, removed: ahead, isTruncated } : { added: ahead, removed: behind, isTruncated }
  }
}

/**
 * Follows the branch down from one version to the other through stored changes, each of which says on which commit it
 * stands. `shas` null: they are not known to be all.
 */
async function walk(work: Work, repository: Repository, base: string, head: string): Promise<{ isOlder: boolean; shas: string[] | null }> {
  const { changes } = work.tenant
  const [from, to] = [await changes.byCommit(repository.id, base), await changes.byCommit(repository.id, head)]
  const isOlder = from !== null && to !== null && to.mergedAt < from.mergedAt
  const [oldest, newest] = isOlder ? [head, base] : [base, head]
  const shas = await walkDown(work, repository, newest, oldest, LONGEST_WALK)
  if (shas !== null || to !== null || from === null) return { isOlder, shas }
  // A version that no change is known of is either newer than what was told so far or from before the first of it.
  const back = await walkDown(work, repository, base, head, SHORT_WALK)
  return { isOlder: back !== null, shas: back }
}

async function walkDown(work: Work, repository: Repository, newest: string, oldest: string, most: number): Promise<string[] | null> {
  const shas: string[] = []
  let at: string | null = newest
  for (let steps = 0; at !== null && at !== oldest && steps < most; steps += 1) {
    const change = await work.tenant.changes.byCommit(repository.id, at)
    // In the middle of a rebased pull request only some of its commits are below.
    if (change?.mergeSha !== at || change.baseSha === at) return null
    shas.push(...change.commitShas)
    at = change.baseSha
  }
  return at === oldest ? shas : null
}

/** Commits that are not `base` and not below it. Pure. */
function withoutAncestors(commits: GitHubCommit[], base: string): GitHubCommit[] {
  const bySha = new Map(commits.map((commit) => [commit.sha, commit]))
  const below = new Set<string>()
  const open = [base]
  for (let sha = open.pop(); sha !== undefined; sha = open.pop()) {
    if (below.has(sha)) continue
    below.add(sha)
    open.push(...(bySha.get(sha)?.parents ?? []))
  }
  return commits.filter((commit) => !below.has(commit.sha))
}
