// How a pull request landed: as a merge, squashed into one commit, or rebased as several. GitHub does not tell.
import type { Repository } from '../domain/repository.ts'
import type { GitHubCommit, PullRequestSummary } from '../github/github.ts'
import type { Work } from '../work.ts'

export type Landing = {
  /** Commits of the branch that belong to the pull request. */
  commitShas: string[]
  /** The commit of the branch on which the first of them stands; null when their list may not be whole. */
  baseSha: string | null
}

/** More commits than this of one pull request are not looked up; ranges are then never derived through it. */
const MOST_COMMITS = 1000

/** What one answer told of a range of the branch: all its commits, and which of them are the pull request's. */
export type ToldRange = { commits: GitHubCommit[]; shas: string[] }

/**
 * `landed` is the commit at `mergeSha`. Within a range that was told nothing is asked; else one compare for a rebase of
 * several commits or a merge of more than GraphQL listed, and none otherwise.
 */
export async function landingOf(
  work: Work,
  repository: Repository,
  pull: PullRequestSummary & { mergeSha: string },
  landed: GitHubCommit | null,
  told: ToldRange | null,
): Promise<Landing> {
  const own = [...new Set([...pull.commits.map((commit) => commit.sha), ...(told?.shas ?? [])])].filter((sha) => sha !== landed?.sha)
  if (!landed) return { commitShas: [...new Set([...own, pull.mergeSha])], baseSha: null }
  const [first = null] = landed.parents
  if (landed.parents.length > 1) {
    if (own.length >= pull.commitCount) return { commitShas: [...new Set([...own, landed.sha])], baseSha: first }
    const all = first && !told ? await work.github.compare(repository, first, landed.sha, MOST_COMMITS) : null
    const shas = all?.commits.map((commit) => commit.sha) ?? own
    return { commitShas: [...new Set([...shas, landed.sha])], baseSha: all && !all.isTruncated ? first : null }
  }
  if (!isRebased(pull, landed) || !pull.baseSha) return { commitShas: [landed.sha], baseSha: first }
  if (told) return rebasedCommits(pull, landed, told.commits)
  const since = await work.github.compare(repository, pull.baseSha, landed.sha, MOST_COMMITS)
  return since ? rebasedCommits(pull, landed, since.commits) : { commitShas: [landed.sha], baseSha: first }
}

/** Several commits of the branch are then its own; a fast-forward looks the same. */
export function isRebased(pull: Pick<PullRequestSummary, 'commits' | 'commitCount'>, landed: GitHubCommit): boolean {
  const last = pull.commits.at(-1)
  return landed.parents.length === 1 && pull.commitCount > 1 && last !== undefined && subject(last.message) === subject(landed.message)
}

/**
 * Walks from the landed commit down the first parents as long as the messages are those of the pull request, last to
 * first. Merge commits within the pull request are dropped by a rebase, so its list may be longer. Pure.
 */
function rebasedCommits(pull: Pick<PullRequestSummary, 'commits'>, landed: GitHubCommit, commits: GitHubCommit[]): Landing {
  const bySha = new Map([...commits, landed].map((commit) => [commit.sha, commit]))
  const messages = pull.commits.map((commit) => subject(commit.message))
  const shas: string[] = []
  let left = messages.length
  let at: GitHubCommit | undefined = landed
  let baseSha: string | null = landed.parents[0] ?? null
  while (at && at.parents.length === 1) {
    const found = messages.lastIndexOf(subject(at.message), left - 1)
    if (left === 0 || found === -1) break
    left = found
    shas.push(at.sha)
    baseSha = at.parents[0] ?? null
    at = baseSha === null ? undefined : bySha.get(baseSha)
  }
  return { commitShas: shas.length > 0 ? shas.reverse() : [landed.sha], baseSha }
}

const subject = (message: string): string => (message.split('\n', 1)[0] ?? '').trim()
