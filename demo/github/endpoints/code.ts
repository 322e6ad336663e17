import { commitsBetween, log, mergeBase, resolve } from '../git-graph.ts'
import type { Commit, TreeEntry } from '../git-graph.ts'
import type { Call, Context, Routes } from '../http.ts'
import { linkHeader, notFound, pageOf, Refusal, repositoryOf } from '../http.ts'
import { differences } from '../patches.ts'
import { userShape } from '../shapes/account.ts'
import { commitFiles, commitShape, fileShape } from '../shapes/commit.ts'
import { fullRepositoryShape, repositoryPage, repositoryUrl } from '../shapes/repository.ts'
import type { JsonObject, Repository } from '../state.ts'

const CONTENTS = { name: 'contents', level: 'read' } as const
/** GitHub's own limits. */
const MAX_COMPARED_FILES = 300
const MAX_COMMIT_FILES = 3000
const COMMITS_A_PAGE = 250
const MAX_TREE_ENTRIES = 100_000
const MAX_CONTENT_BYTES = 1024 * 1024

function commitNamed(repository: Repository, name: string): Commit {
  const commit = resolve(repository.git, name)
  if (commit === null) throw new Refusal(422, `No commit found for SHA: ${name}`)
  return commit
}

function entryShape(context: Context, repository: Repository, path: string, ref: string, entry: TreeEntry): JsonObject {
  const encoded = path.split('/').map(encodeURIComponent).join('/')
  const type = entry.type === 'tree' ? 'dir' : 'file'
  const kind = entry.type === 'tree' ? 'tree' : 'blob'
  const self = `${repositoryUrl(context.state, repository)}/contents/${encoded}?ref=${encodeURIComponent(ref)}`
  const git = `${repositoryUrl(context.state, repository)}/git/${kind}s/${entry.sha}`
  const html = `${repositoryPage(context.state, repository)}/${kind}/${ref}/${encoded}`
  return {
    name: path.split('/').at(-1) ?? path,
    path,
    sha: entry.sha,
    size: entry.type === 'tree' ? 0 : Buffer.byteLength(repository.git.blobs.get(entry.sha) ?? ''),
    url: self,
    html_url: html,
    git_url: git,
    download_url: entry.type === 'tree' ? null : `${repositoryPage(context.state, repository)}/raw/${ref}/${encoded}`,
    type,
    _links: { self, git, html },
  }
}

function contents(context: Context, call: Call) {
  const repository = repositoryOf(context, call, CONTENTS)
  const ref = call.query.get('ref') ?? repository.defaultBranch
  const commit = resolve(repository.git, ref)
  if (commit === null) throw new Refusal(404, `No commit found for the ref ${ref}`)
  const path = (call.params.path ?? '').replace(/^\/|\/$/g, '')
  let sha = commit.treeSha
  let entry: TreeEntry | undefined
  for (const part of path === '' ? [] : path.split('/')) {
    entry = repository.git.trees.get(sha)?.find((one) => one.name === part)
    if (entry === undefined) throw notFound()
    sha = entry.sha
  }
  if (entry === undefined || entry.type === 'tree') {
    const entries = repository.git.trees.get(sha) ?? []
    const inside = (one: TreeEntry) => (path === '' ? one.name : `${path}/${one.name}`)
    return { status: 200, body: entries.map((one) => entryShape(context, repository, inside(one), ref, one)) }
  }
  const text = Buffer.from(repository.git.blobs.get(entry.sha) ?? '')
  const isShown = text.length <= MAX_CONTENT_BYTES
  const shape = entryShape(context, repository, path, ref, entry)
  return {
    status: 200,
    body: { ...shape, encoding: isShown ? 'base64' : 'none', content: isShown ? text.toString('base64').replace(/(.{60})/g, '$1\n') : '' },
  }
}

/** Every entry of a tree with its path, directories before what they hold. */
function walk(repository: Repository, sha: string, prefix: string, recursive: boolean): { path: string; entry: TreeEntry }[] {
  return (repository.git.trees.get(sha) ?? []).flatMap((entry) => {
    const path = prefix + entry.name
    return [{ path, entry }, ...(recursive && entry.type === 'tree' ? walk(repository, entry.sha, `${path}/`, true) : [])]
  })
}

function tree(context: Context, call: Call) {
  const repository = repositoryOf(context, call, CONTENTS)
  const name = call.params.tree_sha ?? ''
  const sha = repository.git.trees.has(name) ? name : resolve(repository.git, name === 'HEAD' ? repository.defaultBranch : name)?.treeSha
  if (sha === undefined) throw notFound()
  // GitHub takes any value of `recursive`, even 0, for yes.
  const entries = walk(repository, sha, '', call.query.has('recursive'))
  const url = repositoryUrl(context.state, repository)
  return {
    status: 200,
    body: {
      sha,
      url: `${url}/git/trees/${sha}`,
      tree: entries.slice(0, MAX_TREE_ENTRIES).map(({ path, entry }) => ({
        path,
        mode: entry.mode,
        type: entry.type,
        sha: entry.sha,
        ...(entry.type === 'blob' ? { size: Buffer.byteLength(repository.git.blobs.get(entry.sha) ?? '') } : {}),
        url: `${url}/git/${entry.type}s/${entry.sha}`,
      })),
      truncated: entries.length > MAX_TREE_ENTRIES,
    },
  }
}

function compare(context: Context, call: Call) {
  const repository = repositoryOf(context, call, CONTENTS)
  const { git } = repository
  const { state } = context
  const [baseName = '', headName] = (call.params.basehead ?? '').split('...')
  if (headName === undefined) throw notFound()
  const withoutOwner = (name: string) => name.slice(name.indexOf(':') + 1)
  const base = resolve(git, withoutOwner(baseName))
  const head = resolve(git, withoutOwner(headName))
  if (base === null || head === null) throw notFound()
  const fork = mergeBase(git, base.sha, head.sha)
  if (fork === null) throw new Refusal(404, `No common ancestor between ${baseName} and ${headName}.`)
  const ahead = commitsBetween(git, base.sha, head.sha)
  const behind = commitsBetween(git, head.sha, base.sha).length
  const status = ahead.length > 0 && behind > 0 ? 'diverged' : ahead.length > 0 ? 'ahead' : behind > 0 ? 'behind' : 'identical'
  const page = pageOf(call.query, ahead, { default: COMMITS_A_PAGE, max: COMMITS_A_PAGE })
  // Files stand on the first page only, and are the first 300 of the whole comparison.
  const files = page.number > 1 ? undefined : differences(git, fork.tree, head.tree).slice(0, MAX_COMPARED_FILES)
  const url = `${repositoryUrl(state, repository)}/compare/${baseName}...${headName}`
  const address = `${repositoryPage(state, repository)}/compare/${baseName}...${headName}`
  const link = linkHeader(call.address, call.query, page)
  const { owner } = repository
  return {
    status: 200,
    ...(link === null ? {} : { headers: { link } }),
    body: {
      url,
      html_url: address,
      permalink_url: `${repositoryPage(state, repository)}/compare/${owner.login}:${base.sha.slice(0, 7)}...${owner.login}:${head.sha.slice(0, 7)}`,
      diff_url: `${address}.diff`,
      patch_url: `${address}.patch`,
      base_commit: commitShape(state, repository, base),
      merge_base_commit: commitShape(state, repository, fork),
      status,
      ahead_by: ahead.length,
      behind_by: behind,
      total_commits: ahead.length,
      commits: (page.items as Commit[]).map((commit) => commitShape(state, repository, commit)),
      ...(files === undefined ? {} : { files: files.map((file) => fileShape(state, repository, head.sha, file)) }),
    },
  }
}

function singleCommit(context: Context, call: Call) {
  const repository = repositoryOf(context, call, CONTENTS)
  const { state } = context
  const commit = commitNamed(repository, call.params.ref ?? '')
  const all = commitFiles(repository.git, commit).slice(0, MAX_COMMIT_FILES)
  const page = pageOf(call.query, all, { default: MAX_COMPARED_FILES, max: MAX_COMPARED_FILES })
  const additions = all.reduce((sum, file) => sum + file.additions, 0)
  const deletions = all.reduce((sum, file) => sum + file.deletions, 0)
  const link = linkHeader(call.address, call.query, page)
  return {
    status: 200,
    ...(link === null ? {} : { headers: { link } }),
    body: {
      ...commitShape(state, repository, commit),
      stats: { total: additions + deletions, additions, deletions },
      files: (page.items as typeof all).map((file) => fileShape(state, repository, commit.sha, file)),
    },
  }
}

function commits(context: Context, call: Call) {
  const repository = repositoryOf(context, call, CONTENTS)
  const { query } = call
  const since = new Date(query.get('since') ?? 0)
  const until = new Date(query.get('until') ?? 8.64e15)
  const path = query.get('path')
  const list = log(repository.git, commitNamed(repository, query.get('sha') ?? repository.defaultBranch).sha).filter(
    (commit) =>
      commit.committer.at >= since &&
      commit.committer.at <= until &&
      (path === null || commitFiles(repository.git, commit).some((file) => file.path === path || file.path.startsWith(`${path}/`))),
  )
  return { list: list.map((commit) => commitShape(context.state, repository, commit)) }
}

export const codeRoutes: Routes = {
  'GET /repos/{owner}/{repo}': (context, call) => {
    const repository = repositoryOf(context, call, { name: 'metadata', level: 'read' })
    return { status: 200, body: fullRepositoryShape(context.state, repository) }
  },
  'GET /repos/{owner}/{repo}/contents/{path}': contents,
  'GET /repos/{owner}/{repo}/git/trees/{tree_sha}': tree,
  'GET /repos/{owner}/{repo}/git/blobs/{file_sha}': (context, call) => {
    const repository = repositoryOf(context, call, CONTENTS)
    const sha = call.params.file_sha ?? ''
    const blob = repository.git.blobs.get(sha)
    if (blob === undefined) throw notFound()
    const url = `${repositoryUrl(context.state, repository)}/git/blobs/${sha}`
    const bytes = Buffer.from(blob)
    return { status: 200, body: { sha, node_id: sha, size: bytes.length, url, content: bytes.toString('base64'), encoding: 'base64' } }
  },
  'GET /repos/{owner}/{repo}/commits': commits,
  'GET /repos/{owner}/{repo}/commits/{ref}': singleCommit,
  'GET /repos/{owner}/{repo}/compare/{basehead}': compare,
  'GET /repos/{owner}/{repo}/collaborators/{username}/permission': (context, call) => {
    const repository = repositoryOf(context, call, { name: 'metadata', level: 'read' })
    return { status: 200, body: permissionOf(context, repository, call.params.username ?? '') }
  },
}

function permissionOf({ state }: Context, repository: Repository, login: string): JsonObject {
  const user = state.accounts.get(login.toLowerCase())
  if (user === undefined) throw notFound()
  const role =
    repository.collaborators.get(user.login.toLowerCase()) ?? (repository.owner === user ? 'admin' : repository.isPrivate ? 'none' : 'read')
  // `permission` knows four legacy levels: maintain shows as write, triage as read.
  const permission = role === 'maintain' ? 'write' : role === 'triage' ? 'read' : role
  const may = (levels: string[]) => levels.includes(role)
  const permissions = {
    admin: may(['admin']),
    maintain: may(['admin', 'maintain']),
    push: may(['admin', 'maintain', 'write']),
    triage: may(['admin', 'maintain', 'write', 'triage']),
    pull: role !== 'none',
  }
  return { permission, role_name: role, user: { ...userShape(state, user), permissions, role_name: role } }
}
