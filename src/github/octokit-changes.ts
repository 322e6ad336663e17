// The verbs about commits and pull requests over HTTP.
import { z } from 'zod'
import type { RepositoryName } from '../domain/repository.ts'
import { comparison, graphqlCommit, graphqlPullRequest, restCommit, restFile } from './answers.ts'
import type { Comparison, GitHub, GitHubCommit, PullRequestSummary } from './github.ts'
import type { Calls } from './octokit-calls.ts'
import { commitsQuery, PULL_REQUEST_QUERY } from './queries.ts'

type ChangeVerbs = Pick<GitHub, 'commitsWithPullRequests' | 'pullRequest' | 'pullRequestFiles' | 'commitFiles' | 'compare'>

const SHAS_A_QUERY = 100
/** GitHub lists no more files of one pull request or commit. */
const MAX_FILES = 3000
const PER_PAGE = 100

const commitsAnswer = z.object({ repository: z.record(z.string(), z.union([graphqlCommit, z.object({}), z.null()])).nullable() })
const pullRequestAnswer = z.object({ repository: z.object({ pullRequest: graphqlPullRequest.nullable() }).nullable() })
const commitPage = z.intersection(restCommit, z.object({ files: z.array(restFile).optional() }))

export const changeVerbs = (calls: Calls): ChangeVerbs => ({
  async commitsWithPullRequests(repo, shas) {
    const found: { commit: GitHubCommit; pullRequest: PullRequestSummary | null }[] = []
    const unique = [...new Set(shas)].filter((sha) => /^[0-9a-f]{40}$/.test(sha))
    for (let start = 0; start < unique.length; start += SHAS_A_QUERY) {
      const batch = unique.slice(start, start + SHAS_A_QUERY)
      const variables = Object.fromEntries(batch.map((sha, i) => [`s${i}`, sha]))
      const answer = await calls.graphql(commitsAnswer, commitsQuery(batch.length), { owner: repo.owner, name: repo.name, ...variables }, [
        // Without them a commit is a change of its own.
        'associatedPullRequests',
      ])
      for (const [i] of batch.entries()) {
        const known = answer.repository?.[`c${i}`]
        if (known && 'commit' in known) found.push({ commit: known.commit, pullRequest: bringerOf(known.commit.sha, known.pullRequests) })
      }
    }
    return found
  },

  async pullRequest(repo, number) {
    const answer = await calls.graphql(pullRequestAnswer, PULL_REQUEST_QUERY, { owner: repo.owner, name: repo.name, number })
    return answer.repository?.pullRequest ?? null
  },

  async pullRequestFiles(repo, number, maxPages = MAX_FILES / PER_PAGE) {
    const route = 'GET /repos/{owner}/{repo}/pulls/{pull_number}/files'
    const parameters = { ...named(repo), pull_number: number, per_page: PER_PAGE }
    const read = await calls.pages(z.array(restFile), route, parameters, { maxPages })
    const files = (read?.pages ?? []).flat()
    return { files, isTruncated: read === null || read.isMore || files.length >= MAX_FILES }
  },

  async commitFiles(repo, sha) {
    const route = 'GET /repos/{owner}/{repo}/commits/{ref}'
    // 422 is "no commit found for this sha", 409 an empty repository.
    const read = await calls.pages(commitPage, route, { ...named(repo), ref: sha }, { maxPages: 10, absent: [409, 422] })
    const [first] = read?.pages ?? []
    if (read === null || first === undefined) return null
    const { files: _, ...commit } = first
    const files = read.pages.flatMap((page) => page.files ?? [])
    return { commit, files, isTruncated: read.isMore || files.length >= MAX_FILES }
  },

  async compare(repo, base, head, maxCommits) {
    const route = 'GET /repos/{owner}/{repo}/compare/{basehead}'
    const parameters = { ...named(repo), basehead: `${base}...${head}` }
    const newest = await calls.read(comparison, route, parameters, [409, 422])
    if (newest === null) return null
    const total = newest.total_commits
    const wanted = Math.min(total, maxCommits)
    // Pages count from the oldest commit. The first answer holds the newest 250, in the documented words "the last commit
    // in the list is the most recent"; only the pages of what it lacks are asked for, all of them where that is in doubt.
    const isNewest = newest.commits.length >= total || newest.commits.at(-1)?.sha === head
    const firstHeld = isNewest ? total - newest.commits.length : total
    const older: GitHubCommit[] = []
    for (let page = Math.floor((total - wanted) / PER_PAGE) + 1; (page - 1) * PER_PAGE < firstHeld; page += 1) {
      const answer = await calls.read(comparison, route, { ...parameters, page, per_page: PER_PAGE })
      older.push(...(answer?.commits ?? []))
    }
    const read = new Map([...older, ...(isNewest ? newest.commits : [])].map((commit) => [commit.sha, commit]))
    const commits = wanted === 0 ? [] : [...read.values()].slice(-wanted)
    return {
      status: newest.status,
      aheadBy: newest.ahead_by,
      behindBy: newest.behind_by,
      mergeBaseSha: newest.merge_base_commit.sha,
      commits,
      isTruncated: commits.length < total,
    } satisfies Comparison
  },
})

/**
 * The merged pull request that brought a commit: the one whose merge it is, else the earliest merged. A commit of a
 * feature branch is also in the release pull request that carried it on; the earlier one says what it was for.
 */
const bringerOf = (sha: string, pullRequests: PullRequestSummary[]): PullRequestSummary | null => {
  const merged = pullRequests
    .filter((pull) => pull.mergedAt !== null)
    .sort((a, b) => Number(a.mergedAt) - Number(b.mergedAt) || a.number - b.number)
  return merged.find((pull) => pull.mergeSha === sha) ?? merged[0] ?? null
}

export const named = (repo: RepositoryName): { owner: string; repo: string } => ({ owner: repo.owner, repo: repo.name })
