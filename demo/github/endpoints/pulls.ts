import type { Call, Routes } from '../http.ts'
import { notFound, numberIn, repositoryOf } from '../http.ts'
import { pullRequests, pullsByCommit } from '../pulls.ts'
import { commitShape, fileShape } from '../shapes/commit.ts'
import { isPullRequest, pullCommits, pullFiles, pullShape, reviewShape, simplePullShape } from '../shapes/pull.ts'
import type { PullRequest } from '../shapes/pull.ts'
import type { Repository } from '../state.ts'

const PULLS = { name: 'pull_requests', level: 'read' } as const
/** GitHub shows no more. */
const MAX_FILES = 3000
const MAX_COMMITS = 250

function pullOf(repository: Repository, call: Call): PullRequest {
  const issue = repository.issues.get(numberIn(call, 'pull_number'))
  if (issue === undefined || !isPullRequest(issue)) throw notFound()
  return issue
}

export const pullRoutes: Routes = {
  'GET /repos/{owner}/{repo}/pulls': (context, call) => {
    const repository = repositoryOf(context, call, PULLS)
    const { query } = call
    const state = query.get('state') ?? 'open'
    const key = query.get('sort') === 'updated' ? 'updatedAt' : 'createdAt'
    // Newest first by default, but oldest first once a sort is named other than by creation.
    const direction =
      (query.get('direction') ?? (query.get('sort') === null || query.get('sort') === 'created' ? 'desc' : 'asc')) === 'asc' ? 1 : -1
    const list = pullRequests(repository)
      .filter((pull) => state === 'all' || pull.state === state)
      .filter((pull) => query.get('base') === null || pull.pull.baseRef === query.get('base'))
      .filter((pull) => query.get('head') === null || `${repository.owner.login}:${pull.pull.headRef}` === query.get('head'))
      .toSorted((a, b) => direction * (a[key].getTime() - b[key].getTime() || a.number - b.number))
    return { list: list.map((pull) => simplePullShape(context.state, repository, pull)) }
  },
  'GET /repos/{owner}/{repo}/pulls/{pull_number}': (context, call) => {
    const repository = repositoryOf(context, call, PULLS)
    return { status: 200, body: pullShape(context.state, repository, pullOf(repository, call)) }
  },
  'GET /repos/{owner}/{repo}/pulls/{pull_number}/files': (context, call) => {
    const repository = repositoryOf(context, call, PULLS)
    const pull = pullOf(repository, call)
    const files = pullFiles(repository, pull).slice(0, MAX_FILES)
    return { list: files.map((file) => fileShape(context.state, repository, pull.pull.headSha, file)) }
  },
  'GET /repos/{owner}/{repo}/pulls/{pull_number}/commits': (context, call) => {
    const repository = repositoryOf(context, call, PULLS)
    const commits = pullCommits(repository, pullOf(repository, call)).slice(0, MAX_COMMITS)
    return { list: commits.map((commit) => commitShape(context.state, repository, commit)) }
  },
  'GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews': (context, call) => {
    const repository = repositoryOf(context, call, PULLS)
    const pull = pullOf(repository, call)
    return { list: pull.pull.reviews.map((review) => reviewShape(context.state, repository, pull, review)) }
  },
  'GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls': (context, call) => {
    const repository = repositoryOf(context, call, PULLS)
    const pulls = pullsByCommit(repository).get(call.params.commit_sha ?? '') ?? []
    return { list: pulls.map((pull) => simplePullShape(context.state, repository, pull)) }
  },
}
