// The parts of GitHub's answers that are read, as schemas. Unknown keys are dropped; a deleted account ("ghost") is null.
import { z } from 'zod'
import type { Person } from '../domain/change.ts'
import type { GitHubCommit, GitHubFile, GitHubIssue, IssueClosers, IssueComment, PullRequestSummary } from './github.ts'

/** Ids exceed 32 bits; beyond 2^53 Octokit's parser would give a bigint, which this refuses. */
export const id = z.number().int().nonnegative()
const time = z.iso.datetime({ offset: true }).transform((text) => new Date(text))
const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '')

/** Octokit's REST accounts. */
const account = z
  .object({ login: z.string(), type: z.string().nullish() })
  .nullish()
  .transform((user): Person | null => (user ? personOf(user.login, user.type === 'Bot') : null))

/** GraphQL names a bot without the suffix that REST gives it. */
const actor = z
  .object({ __typename: z.string().optional(), login: z.string() })
  .nullish()
  .transform((user): Person | null => {
    if (!user) return null
    const isBot = user.__typename === 'Bot'
    return personOf(isBot && !user.login.endsWith('[bot]') ? `${user.login}[bot]` : user.login, isBot)
  })

const personOf = (login: string, isBot: boolean): Person => ({ login, isBot: isBot || login.endsWith('[bot]') })

export const restCommit = z
  .object({
    sha: z.string(),
    html_url: z.string(),
    parents: z.array(z.object({ sha: z.string() })),
    commit: z.object({
      message: z.string(),
      author: z.object({ date: time.optional() }).nullish(),
      committer: z.object({ date: time.optional() }).nullish(),
    }),
    author: z.union([z.object({ login: z.string(), type: z.string().nullish() }), z.object({})]).nullish(),
  })
  .transform((answer): GitHubCommit => ({
    sha: answer.sha,
    parents: answer.parents.map((parent) => parent.sha),
    message: answer.commit.message,
    author: answer.author && 'login' in answer.author ? personOf(answer.author.login, answer.author.type === 'Bot') : null,
    committedAt: answer.commit.committer?.date ?? answer.commit.author?.date ?? new Date(0),
    url: answer.html_url,
  }))

export const restFile = z
  .object({
    filename: z.string(),
    previous_filename: z.string().optional(),
    status: z.enum(['added', 'removed', 'modified', 'renamed', 'copied', 'changed', 'unchanged']),
    additions: z.number(),
    deletions: z.number(),
    patch: z.string().optional(),
  })
  .transform((file): GitHubFile => ({
    path: file.filename,
    previousPath: file.previous_filename ?? null,
    status: file.status === 'unchanged' ? 'changed' : file.status,
    added: file.additions,
    deleted: file.deletions,
    patch: file.patch ?? null,
  }))

export const comparison = z.object({
  status: z.enum(['ahead', 'behind', 'identical', 'diverged']),
  ahead_by: z.number(),
  behind_by: z.number(),
  total_commits: z.number(),
  merge_base_commit: z.object({ sha: z.string() }),
  commits: z.array(restCommit),
})

export const restIssue = z
  .object({
    number: z.number(),
    title: text,
    body: text,
    labels: z.array(z.union([z.string(), z.object({ name: z.string().nullish() }).transform((label) => label.name ?? '')])),
    user: account,
    state: z.string(),
    created_at: time,
    closed_at: time.nullish(),
    updated_at: time,
    html_url: z.string(),
    performed_via_github_app: z.object({ id }).nullish(),
  })
  .transform((issue): GitHubIssue => ({
    number: issue.number,
    title: issue.title,
    body: issue.body,
    labels: issue.labels.filter((label) => label !== ''),
    author: issue.user ?? { login: 'ghost', isBot: false },
    state: issue.state === 'closed' ? 'closed' : 'open',
    createdAt: issue.created_at,
    closedAt: issue.closed_at ?? null,
    updatedAt: issue.updated_at,
    url: issue.html_url,
    appId: issue.performed_via_github_app?.id ?? null,
  }))

export const restComment = z
  .object({
    id,
    body: text,
    user: account,
    performed_via_github_app: z.object({ id }).nullish(),
    created_at: time,
    html_url: z.string(),
  })
  .transform((comment): IssueComment => ({
    id: comment.id,
    body: comment.body,
    author: comment.user,
    appId: comment.performed_via_github_app?.id ?? null,
    createdAt: comment.created_at,
    url: comment.html_url,
  }))

const nodesOf = <T>(node: z.ZodType<T>) =>
  z
    .object({ nodes: z.array(node.nullable()).nullish() })
    .nullish()
    .transform((connection) => (connection?.nodes ?? []).filter((entry): entry is Exclude<typeof entry, null> => entry !== null))

export const graphqlPullRequest = z
  .object({
    number: z.number(),
    title: text,
    body: text,
    url: z.string(),
    author: actor,
    mergedBy: actor,
    latestReviews: nodesOf(z.object({ author: actor })),
    labels: nodesOf(z.object({ name: z.string() })),
    baseRefName: z.string(),
    baseRefOid: z.string().nullish(),
    headRefName: z.string(),
    headRefOid: z.string(),
    mergeCommit: z.object({ oid: z.string() }).nullish(),
    mergedAt: time.nullish(),
    updatedAt: time,
    changedFiles: z.number(),
    additions: z.number(),
    deletions: z.number(),
    commits: z.object({
      totalCount: z.number(),
      nodes: z.array(z.object({ commit: z.object({ oid: z.string(), message: z.string() }) }).nullable()).nullish(),
    }),
  })
  .transform((pull): PullRequestSummary => ({
    number: pull.number,
    title: pull.title,
    body: pull.body,
    author: pull.author,
    mergedBy: pull.mergedBy,
    reviewers: pull.latestReviews.flatMap((review) => (review.author === null ? [] : [review.author])),
    labels: pull.labels.map((label) => label.name),
    baseRef: pull.baseRefName,
    baseSha: pull.baseRefOid ?? null,
    headRef: pull.headRefName,
    headSha: pull.headRefOid,
    mergeSha: pull.mergeCommit?.oid ?? null,
    mergedAt: pull.mergedAt ?? null,
    updatedAt: pull.updatedAt,
    url: pull.url,
    commits: (pull.commits.nodes ?? []).flatMap((node) => (node === null ? [] : [{ sha: node.commit.oid, message: node.commit.message }])),
    commitCount: pull.commits.totalCount,
    fileCount: pull.changedFiles,
    added: pull.additions,
    deleted: pull.deletions,
  }))

const commitFields = z.object({
  oid: z.string(),
  message: z.string(),
  committedDate: time,
  url: z.string(),
  parents: nodesOf(z.object({ oid: z.string() })),
  author: z.object({ name: z.string().nullish(), user: z.object({ login: z.string() }).nullish() }).nullish(),
})

const commitOf = (commit: z.output<typeof commitFields>): GitHubCommit => ({
  sha: commit.oid,
  parents: commit.parents.map((parent) => parent.oid),
  message: commit.message,
  author: gitAuthor(commit.author),
  committedAt: commit.committedDate,
  url: commit.url,
})

export const graphqlCommitFacts = commitFields.transform(commitOf)

export const graphqlCommit = commitFields
  .extend({ associatedPullRequests: nodesOf(graphqlPullRequest) })
  .transform((commit) => ({ commit: commitOf(commit), pullRequests: commit.associatedPullRequests }))

/** A bot has no user in GraphQL's git actor; its name then is its login. Other names without a user are no login. */
const gitAuthor = (author: { name?: string | null; user?: { login: string } | null } | null | undefined): Person | null => {
  if (author?.user) return personOf(author.user.login, false)
  return author?.name?.endsWith('[bot]') ? personOf(author.name, true) : null
}

const closingPullRequest = z.object({
  number: z.number(),
  title: text,
  url: z.string(),
  merged: z.boolean(),
  mergeCommit: z.object({ oid: z.string() }).nullish(),
  repository: z.object({ id: z.string() }),
})

export const closersPart = z.object({
  repository: z.object({ id: z.string() }),
  closedByPullRequestsReferences: nodesOf(closingPullRequest),
  timelineItems: nodesOf(
    z.object({
      closer: z
        .union([
          z.object({ __typename: z.literal('PullRequest'), ...closingPullRequest.shape }),
          z.object({ __typename: z.literal('Commit'), associatedPullRequests: nodesOf(closingPullRequest) }),
          z.object({ __typename: z.string() }),
        ])
        .nullish(),
    }),
  ),
  comments: nodesOf(z.object({ body: text, url: z.string(), author: actor })),
})

export const closersAnswer = z.object({ repository: z.object({ issue: closersPart.nullable() }).nullable() })

/** One of another repository has other readers: not even its title may be told here. */
export const closersOf = (issue: z.output<typeof closersPart> | null): IssueClosers => {
  if (!issue) return { pullRequests: [], lastComment: null }
  const byEvent = issue.timelineItems.flatMap(({ closer }) => {
    if (closer && 'number' in closer) return [closer]
    return closer && 'associatedPullRequests' in closer ? closer.associatedPullRequests : []
  })
  // The closing event's own pull request first: the others are only said to close it.
  const merged = [...byEvent, ...issue.closedByPullRequestsReferences].filter(
    (pull) => pull.merged && pull.repository.id === issue.repository.id,
  )
  const pullRequests = [...new Map(merged.map((pull) => [pull.url, pull])).values()].map((pull) => ({
    number: pull.number,
    title: pull.title,
    url: pull.url,
    mergeSha: pull.mergeCommit?.oid ?? null,
  }))
  const lastComment = issue.comments.findLast(({ author }) => author?.isBot !== true) ?? null
  return { pullRequests, lastComment: lastComment && { body: lastComment.body, url: lastComment.url } }
}
