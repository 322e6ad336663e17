import { createHash } from 'node:crypto'
import type { Commit, Git, Signature } from '../git-graph.ts'
import { differences } from '../patches.ts'
import type { FileDifference } from '../patches.ts'
import type { JsonObject, Repository, State } from '../state.ts'
import { nodeId, time, userShape } from './account.ts'
import { repositoryPage, repositoryUrl } from './repository.ts'

function accountOf(state: State, who: Signature): JsonObject | null {
  const account = who.login === null ? undefined : state.accounts.get(who.login.toLowerCase())
  return account === undefined ? null : userShape(state, account)
}

function signatureShape(who: Signature): JsonObject {
  return { name: who.name, email: who.email, date: time(who.at) }
}

export function commitShape(state: State, repository: Repository, commit: Commit): JsonObject {
  const url = repositoryUrl(state, repository)
  const page = repositoryPage(state, repository)
  return {
    sha: commit.sha,
    node_id: nodeId('C', commit.sha),
    commit: {
      author: signatureShape(commit.author),
      committer: signatureShape(commit.committer),
      message: commit.message,
      tree: { sha: commit.treeSha, url: `${url}/git/trees/${commit.treeSha}` },
      url: `${url}/git/commits/${commit.sha}`,
      comment_count: 0,
      verification: { verified: false, reason: 'unsigned', signature: null, payload: null, verified_at: null },
    },
    url: `${url}/commits/${commit.sha}`,
    html_url: `${page}/commit/${commit.sha}`,
    comments_url: `${url}/commits/${commit.sha}/comments`,
    author: accountOf(state, commit.author),
    committer: accountOf(state, commit.committer),
    parents: commit.parents.map((sha) => ({ sha, url: `${url}/commits/${sha}`, html_url: `${page}/commit/${sha}` })),
  }
}

/** What a commit changed against its first parent. */
export function commitFiles(git: Git, commit: Commit): FileDifference[] {
  const parent = commit.parents[0]
  return differences(git, (parent === undefined ? undefined : git.commits.get(parent)?.tree) ?? new Map<string, string>(), commit.tree)
}

export function fileShape(state: State, repository: Repository, headSha: string, file: FileDifference): JsonObject {
  const path = file.path.split('/').map(encodeURIComponent).join('/')
  const page = repositoryPage(state, repository)
  return {
    sha: file.sha,
    filename: file.path,
    status: file.status,
    additions: file.additions,
    deletions: file.deletions,
    changes: file.additions + file.deletions,
    blob_url: `${page}/blob/${headSha}/${path}`,
    raw_url: `${page}/raw/${headSha}/${path}`,
    contents_url: `${repositoryUrl(state, repository)}/contents/${path}?ref=${headSha}`,
    ...(file.patch === null ? {} : { patch: file.patch }),
    ...(file.previousPath === null ? {} : { previous_filename: file.previousPath }),
  }
}

/** A commit as push and workflow_run webhooks show it. */
export function pushedCommitShape(state: State, repository: Repository, commit: Commit): JsonObject {
  const files = commitFiles(repository.git, commit)
  const person = (who: Signature) => ({
    name: who.name,
    email: who.email,
    date: time(who.at),
    ...(who.login === null ? {} : { username: who.login }),
  })
  return {
    id: commit.sha,
    tree_id: commit.treeSha,
    distinct: true,
    message: commit.message,
    timestamp: time(commit.committer.at).replace('Z', '+00:00'),
    url: `${repositoryPage(state, repository)}/commit/${commit.sha}`,
    author: person(commit.author),
    committer: person(commit.committer),
    added: files.filter((file) => file.status === 'added' || file.status === 'renamed').map((file) => file.path),
    removed: files.flatMap((file) => (file.status === 'removed' ? [file.path] : (file.previousPath ?? []))),
    modified: files.filter((file) => file.status === 'modified').map((file) => file.path),
  }
}

export function etagOf(text: string): string {
  return `W/"${createHash('sha256').update(text).digest('hex')}"`
}
