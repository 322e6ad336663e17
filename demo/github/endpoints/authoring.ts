// What an App writes into a repository: branches, files, pull requests.
import { mergeBase, resolve } from '../git-graph.ts'
import type { Call, Context, Routes } from '../http.ts'
import { invalid, notFound, Refusal, repositoryOf, text } from '../http.ts'
import { pullRequests } from '../pulls.ts'
import { commitShape } from '../shapes/commit.ts'
import { pullShape } from '../shapes/pull.ts'
import { repositoryPage, repositoryUrl } from '../shapes/repository.ts'
import { nodeId } from '../shapes/account.ts'
import type { JsonObject, Repository } from '../state.ts'
import { moveBranch, openPullRequest, writeFiles } from '../world-code.ts'

const CONTENTS_READ = { name: 'contents', level: 'read' } as const
const CONTENTS_WRITE = { name: 'contents', level: 'write' } as const
const PULLS_WRITE = { name: 'pull_requests', level: 'write' } as const

function refShape({ state }: Context, repository: Repository, branch: string, sha: string): JsonObject {
  const url = repositoryUrl(state, repository)
  return {
    ref: `refs/heads/${branch}`,
    node_id: nodeId('REF', branch),
    url: `${url}/git/refs/heads/${branch}`,
    object: { type: 'commit', sha, url: `${url}/git/commits/${sha}` },
  }
}

function createRef(context: Context, call: Call) {
  const repository = repositoryOf(context, call, CONTENTS_WRITE)
  const branch = /^refs\/heads\/(.+)$/.exec(text(call.body, 'ref') ?? '')?.[1]
  const sha = text(call.body, 'sha') ?? ''
  if (branch === undefined) throw new Refusal(422, 'Reference name must start with "refs/"')
  if (!repository.git.commits.has(sha)) throw new Refusal(422, 'Object does not exist')
  if (repository.git.branches.has(branch)) throw new Refusal(422, 'Reference already exists')
  moveBranch(context, repository, branch, sha, context.state.app.bot)
  return { status: 201, body: refShape(context, repository, branch, sha) }
}

function deleteRef(context: Context, call: Call) {
  const repository = repositoryOf(context, call, CONTENTS_WRITE)
  const branch = (call.params.ref ?? '').replace(/^heads\//, '')
  // "Reference does not exist": GitHub's description of this answer has no body.
  if (!repository.git.branches.has(branch)) return { status: 422, body: null }
  moveBranch(context, repository, branch, null, context.state.app.bot)
  return { status: 204, body: null }
}

function putFile(context: Context, call: Call) {
  const { state } = context
  const repository = repositoryOf(context, call, CONTENTS_WRITE)
  const branch = text(call.body, 'branch') ?? repository.defaultBranch
  const parent = resolve(repository.git, `refs/heads/${branch}`)
  if (parent === null) throw new Refusal(404, `Branch ${branch} not found`)
  const path = call.params.path ?? ''
  const known = parent.tree.get(path)
  const sha = text(call.body, 'sha')
  if (known !== undefined && sha === null) throw new Refusal(422, 'Invalid request.\n\n"sha" wasn\'t supplied.')
  if (known !== undefined && sha !== known) throw new Refusal(409, `${path} does not match ${sha}`)
  const content = Buffer.from(text(call.body, 'content') ?? '', 'base64').toString('utf8')
  const { bot } = state.app
  const wish = { message: text(call.body, 'message') ?? '', files: { [path]: content } }
  const commit = writeFiles(state, repository, parent, wish, bot.login)
  moveBranch(context, repository, branch, commit.sha, bot)
  const page = `${repositoryPage(state, repository)}/blob/${branch}/${path}`
  const url = `${repositoryUrl(state, repository)}/contents/${path}?ref=${branch}`
  const {
    commit: facts,
    sha: commitSha,
    html_url,
    node_id,
    parents,
  } = commitShape(state, repository, commit) as JsonObject & {
    commit: JsonObject
  }
  return {
    status: known === undefined ? 201 : 200,
    body: {
      content: {
        name: path.split('/').at(-1),
        path,
        sha: commit.tree.get(path),
        size: Buffer.byteLength(content),
        url,
        html_url: page,
        type: 'file',
      },
      commit: { ...facts, sha: commitSha, html_url, node_id, parents },
    },
  }
}

function createPull(context: Context, call: Call) {
  const repository = repositoryOf(context, call, PULLS_WRITE)
  const { git } = repository
  const [headRef, baseRef, title] = [text(call.body, 'head') ?? '', text(call.body, 'base') ?? '', text(call.body, 'title') ?? '']
  const [head, base] = [resolve(git, `refs/heads/${headRef}`), resolve(git, `refs/heads/${baseRef}`)]
  if (head === null) throw invalid('PullRequest', 'head', 'invalid')
  if (base === null) throw invalid('PullRequest', 'base', 'invalid')
  const refused = (message: string) => new Refusal(422, 'Validation Failed', [{ resource: 'PullRequest', code: 'custom', message }])
  if (mergeBase(git, base.sha, head.sha)?.sha === head.sha) throw refused(`No commits between ${baseRef} and ${headRef}`)
  const isOpen = pullRequests(repository).some(
    ({ state, pull }) => state === 'open' && pull.headRef === headRef && pull.baseRef === baseRef,
  )
  if (isOpen) throw refused(`A pull request already exists for ${repository.owner.login}:${headRef}.`)
  const isDraft = call.body.draft === true
  const wish = { title, body: text(call.body, 'body'), by: context.state.app.bot.login, head: headRef, base: baseRef, isDraft }
  return { status: 201, body: pullShape(context.state, repository, openPullRequest(context, repository, wish)) }
}

export const authoringRoutes: Routes = {
  'GET /repos/{owner}/{repo}/git/ref/{ref}': (context, call) => {
    const repository = repositoryOf(context, call, CONTENTS_READ)
    const branch = (call.params.ref ?? '').replace(/^heads\//, '')
    const sha = repository.git.branches.get(branch)
    if (sha === undefined) throw notFound()
    return { status: 200, body: refShape(context, repository, branch, sha) }
  },
  'POST /repos/{owner}/{repo}/git/refs': createRef,
  'DELETE /repos/{owner}/{repo}/git/refs/{ref}': deleteRef,
  'PUT /repos/{owner}/{repo}/contents/{path}': putFile,
  'POST /repos/{owner}/{repo}/pulls': createPull,
}
