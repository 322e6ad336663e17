// Commits of a deployed branch become changes: merged pull requests where one brought them, else commits of their own.
import type { Change } from '../domain/change.ts'
import type { Repository } from '../domain/repository.ts'
import type { GitHubCommit, PullRequestSummary } from '../github/github.ts'
import type { Work } from '../work.ts'
import { factsOfCommit, factsOfPullRequest } from './change-facts.ts'
import { unknownFiles, type FileFacts } from './describe-files.ts'
import { landingOf, type ToldRange } from './landing.ts'
import { linkOwn } from './link-references.ts'
import { readCommitFiles, readPullRequestFiles } from './read-files.ts'
import { storeChange } from './store-change.ts'

export type CommitsToRecord = {
  shas: string[]
  branch: string
  /** When they reached the branch; null: each at its own commit time. */
  landedAt: Date | null
  /** False: only merged pull requests are recorded (an environment that is fed from branches nobody merged yet). */
  withoutPullRequest: boolean
  /** Files of at most this many changes are read, the newest first: one request each. */
  filesOf: number
  /** Hears of files that a passing fault kept back. Where it is given, those of known changes are read again, too. */
  onPassing?: (error: Error) => void
}

export type Merged = PullRequestSummary & { mergedAt: Date; mergeSha: string }

/**
 * Sha → change id for all of `shas` that are a change's. Known ones cost nothing; unknown ones one GraphQL request per
 * 100, and a page of files for each change that was not known yet. Merges that only join what is known are no change.
 */
export async function recordCommits(work: Work, repository: Repository, wanted: CommitsToRecord): Promise<Map<string, number>> {
  const { changes } = work.tenant
  const ids = await changes.idsByCommits(repository.id, wanted.shas)
  await linkKnown(work, [...new Set(ids.values())])
  // More than that were left without on purpose.
  if (wanted.onPassing && wanted.shas.length <= wanted.filesOf) await fillFiles(work, repository, ids, wanted.onPassing)
  const unknown = wanted.shas.filter((sha) => !ids.has(sha))
  if (unknown.length === 0) return ids
  const found = await work.github.commitsWithPullRequests(repository, unknown)
  const bySha = new Map(found.map((one) => [one.commit.sha, one]))
  const merged = found.flatMap(({ pullRequest }) => (pullRequest && isMerged(pullRequest) ? [pullRequest] : []))
  const pulls = topmost(merged, [wanted.branch, repository.defaultBranch])
  let filesLeft = wanted.filesOf

  for (const pull of pulls) {
    const of = found.filter(({ pullRequest }) => pullRequest?.number === pull.number).map(({ commit }) => commit.sha)
    const landed = bySha.get(pull.mergeSha)?.commit ?? null
    const told = { commits: found.map(({ commit }) => commit), shas: of }
    await recordPullRequest(work, repository, pull, { landed, told, readFiles: filesLeft-- > 0, onPassing: wanted.onPassing })
  }
  const joined = new Set([...wanted.shas, ...ids.keys()])
  for (const { commit, pullRequest } of [...found].reverse()) {
    if ((pullRequest && isMerged(pullRequest)) || !wanted.withoutPullRequest || (await isPlainMerge(work, repository, commit, joined)))
      continue
    const files = filesLeft-- > 0 ? await readCommitFiles(work, repository, commit.sha, wanted.onPassing) : unknownFiles(null)
    const at = wanted.landedAt ?? commit.committedAt
    await storeChange(work, factsOfCommit(repository, commit, { branch: wanted.branch, at }, files))
  }
  return changes.idsByCommits(repository.id, wanted.shas)
}

/** A crash may have come between storing and linking. Few changes refer to another: the others cost nothing. */
async function linkKnown(work: Work, ids: number[]): Promise<void> {
  for (const change of await work.tenant.changes.byIds(ids)) if (change.references.length > 0) await linkOwn(work, change)
}

/** Recorded without its files: worth asking again. */
export const isWhole = (change: Change): boolean => change.files.length > 0 || (change.fileCount === 0 && !change.filesTruncated)

async function fillFiles(work: Work, repository: Repository, ids: Map<string, number>, onPassing: (error: Error) => void): Promise<void> {
  const known = await work.tenant.changes.byIds([...new Set(ids.values())])
  for (const { id: _id, revertedBy: _revertedBy, sameAsChangeId: _sameAs, ...facts } of known.filter((change) => !isWhole(change))) {
    const { number, fileCount, added, deleted, mergeSha } = facts
    const files =
      number === null
        ? await readCommitFiles(work, repository, mergeSha, onPassing)
        : await readPullRequestFiles(work, repository, { number, fileCount, added, deleted }, onPassing)
    if (files.files.length > 0) await storeChange(work, { ...facts, ...files })
  }
}

/** Records one merged pull request with its commits and files; returns the change's id. Idempotent. */
export async function recordPullRequest(
  work: Work,
  repository: Repository,
  pull: Merged,
  options: {
    landed: GitHubCommit | null
    told: ToldRange | null
    /** Whether to ask for them, or what is known of them already. */
    readFiles: boolean | FileFacts
    onPassing?: (error: Error) => void
    /** False: the caller ties it to what it refers to, once all of that is known. */
    isLinked?: boolean
  },
): Promise<number> {
  const landing = await landingOf(work, repository, pull, options.landed, options.told)
  const totals = { fileCount: pull.fileCount, added: pull.added, deleted: pull.deleted }
  const { readFiles: known } = options
  const read = () => (known ? readPullRequestFiles(work, repository, pull, options.onPassing) : unknownFiles(totals))
  const files = typeof known === 'object' ? known : await read()
  const commitShas = [...new Set([...landing.commitShas, ...(options.told?.shas ?? [])])]
  return storeChange(work, factsOfPullRequest(repository, pull, { ...landing, commitShas }, files), options.isLinked)
}

/**
 * Each pull request once, newest first. One that was merged into another's branch is part of that other one, as its own
 * webhook would have it: that branch is not deployed.
 */
function topmost(pulls: Merged[], branches: string[]): Merged[] {
  const each = [...new Map(pulls.map((pull) => [pull.number, pull])).values()]
  const landed = new Set(each.filter((pull) => branches.includes(pull.baseRef)).flatMap((pull) => pull.commits.map((commit) => commit.sha)))
  return each.filter((pull) => branches.includes(pull.baseRef) || !landed.has(pull.mergeSha)).sort((a, b) => b.number - a.number)
}

/** A merged pull request always has a merge sha; one that GitHub lost stands at its head. */
export function isMerged(pull: PullRequestSummary): pull is Merged {
  return pull.mergedAt !== null && pull.mergeSha !== null
}

/** Everything it joins was recorded on its own, so it brings nothing. */
async function isPlainMerge(work: Work, repository: Repository, commit: GitHubCommit, joined: Set<string>): Promise<boolean> {
  const others = commit.parents.slice(1)
  if (others.length === 0) return false
  const unknown = others.filter((sha) => !joined.has(sha))
  if (unknown.length === 0) return true
  const known = await work.tenant.changes.idsByCommits(repository.id, unknown)
  return unknown.every((sha) => known.has(sha))
}
