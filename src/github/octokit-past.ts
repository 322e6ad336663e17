// The verbs about a repository's past over HTTP: GraphQL where one page tells much, REST where only it tells all.
import { z } from 'zod'
import { closersOf, closersPart, graphqlCommitFacts, graphqlPullRequest, restIssue } from './answers.ts'
import type { FileStatus } from '../domain/change.ts'
import type { Calls } from './octokit-calls.ts'
import { named } from './octokit-changes.ts'
import type { GitHubCommit, PastVerbs } from './github.ts'
import { ISSUE_CLOSERS_QUERY, linesQuery, MERGED_PULLS_QUERY, STATUSES_QUERY } from './past-queries.ts'

const PER_PAGE = 100

const STATUS: Record<string, FileStatus> = {
  ADDED: 'added',
  CHANGED: 'changed',
  COPIED: 'copied',
  DELETED: 'removed',
  MODIFIED: 'modified',
  RENAMED: 'renamed',
}
const file = z
  .object({ path: z.string(), additions: z.number(), deletions: z.number(), changeType: z.string() })
  .transform(({ path, additions, deletions, changeType }) => ({
    path,
    previousPath: null,
    status: STATUS[changeType] ?? ('changed' as const),
    added: additions,
    deleted: deletions,
    patch: null,
  }))
const extras = z.object({
  mergeCommit: graphqlCommitFacts.nullish(),
  files: z.object({ totalCount: z.number(), nodes: z.array(file.nullable()).nullish() }).nullish(),
})
const pullsAnswer = z.object({
  repository: z
    .object({
      pullRequests: z.object({
        pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullish() }),
        nodes: z.array(z.intersection(graphqlPullRequest, extras).nullable()),
      }),
    })
    .nullable(),
})
const linesAnswer = z.object({
  repository: z
    .record(z.string(), z.object({ history: z.object({ nodes: z.array(graphqlCommitFacts.nullable()).nullish() }).optional() }).nullable())
    .nullable(),
})
const deployments = z.array(z.looseObject({ node_id: z.string(), created_at: z.coerce.date() }))
const status = z.object({ state: z.string(), createdAt: z.string(), logUrl: z.string().nullish(), environmentUrl: z.string().nullish() })
const statusesAnswer = z.object({
  nodes: z.array(z.object({ statuses: z.object({ nodes: z.array(status.nullable()).nullish() }).nullish() }).nullable()),
})
const issuePage = z.array(z.intersection(restIssue, z.object({ node_id: z.string(), pull_request: z.unknown().optional() })))
const closersAnswer = z.object({ nodes: z.array(closersPart.nullable()) })

export const pastVerbs = (calls: Calls): PastVerbs => ({
  async mergedPullRequests(repo, { after, first }) {
    const answer = await calls.graphql(pullsAnswer, MERGED_PULLS_QUERY, { owner: repo.owner, name: repo.name, first, after })
    const page = answer.repository?.pullRequests
    if (!page) return { pulls: [], next: null }
    return {
      pulls: page.nodes
        .filter((node) => node !== null)
        .map(({ mergeCommit, files, ...pull }) => {
          const listed = (files?.nodes ?? []).filter((node) => node !== null)
          return { pull, landed: mergeCommit ?? null, files: listed, isTruncated: !files || files.totalCount > listed.length }
        }),
      next: page.pageInfo.hasNextPage ? (page.pageInfo.endCursor ?? null) : null,
    }
  },

  async commitLines(repo, shas) {
    const variables = Object.fromEntries(shas.map((sha, index) => [`s${index}`, sha]))
    const answer = await calls.graphql(linesAnswer, linesQuery(shas.length), { owner: repo.owner, name: repo.name, ...variables })
    const line = (index: number): GitHubCommit[] =>
      (answer.repository?.[`c${index}`]?.history?.nodes ?? []).filter((commit) => commit !== null)
    return new Map(shas.map((sha, index) => [sha, line(index)]))
  },

  async deployments(repo, page) {
    const route = 'GET /repos/{owner}/{repo}/deployments'
    const listed = (await calls.read(deployments, route, { ...named(repo), per_page: PER_PAGE, page })) ?? []
    if (listed.length === 0) return { deployments: [], isLast: true }
    const { nodes } = await calls.graphql(statusesAnswer, STATUSES_QUERY, { ids: listed.map((one) => one.node_id) })
    return {
      deployments: listed.map((deployment, index) => ({
        createdAt: deployment.created_at,
        deployment,
        // GitHub lists the newest first; those of one second keep that order.
        statuses: (nodes[index]?.statuses?.nodes ?? [])
          .filter((one) => one !== null)
          .reverse()
          .map(({ state, createdAt, logUrl, environmentUrl }) => ({
            state: state.toLowerCase(),
            created_at: createdAt,
            log_url: logUrl,
            environment_url: environmentUrl,
          }))
          .sort((a, b) => Date.parse(a.created_at) - Date.parse(b.created_at)),
      })),
      isLast: listed.length < PER_PAGE,
    }
  },

  async labelledIssues(repo, label, since, page) {
    const route = 'GET /repos/{owner}/{repo}/issues'
    // A comma would make it two labels, both of which an issue must have: GitHub lets none into a label's name.
    const query = { labels: label, state: 'all', sort: 'created', direction: 'asc', since: since.toISOString().replace(/\.\d+Z$/, 'Z') }
    const listed = (await calls.read(issuePage, route, { ...named(repo), ...query, per_page: PER_PAGE, page })) ?? []
    const issues = listed.filter(({ pull_request }) => pull_request === undefined)
    if (issues.length === 0) return { issues: [], isLast: listed.length < PER_PAGE }
    const { nodes } = await calls.graphql(closersAnswer, ISSUE_CLOSERS_QUERY, { ids: issues.map((issue) => issue.node_id) })
    return {
      issues: issues.map(({ node_id: _node, pull_request: _pull, ...issue }, index) => ({
        ...issue,
        closers: closersOf(nodes[index] ?? null),
      })),
      isLast: listed.length < PER_PAGE,
    }
  },
})
