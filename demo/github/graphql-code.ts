// Commits, trees and files as GraphQL objects.
import { GraphQLError } from 'graphql'
import { log, resolve } from './git-graph.ts'
import type { Commit, Signature, TreeEntry } from './git-graph.ts'
import { connection } from './graphql-limits.ts'
import type { ConnectionArguments } from './graphql-limits.ts'
import { actorNode } from './graphql-scope.ts'
import type { Scope } from './graphql-scope.ts'
import { nodeId, time } from './shapes/account.ts'
import { commitFiles } from './shapes/commit.ts'
import { repositoryPage } from './shapes/repository.ts'
import type { JsonObject } from './state.ts'

/** GitHub cuts the text of a bigger file. */
const MAX_TEXT_BYTES = 512_000

export function refNode(scope: Scope, branch: string): JsonObject | null {
  const commit = resolve(scope.repository.git, `refs/heads/${branch}`)
  if (commit === null) return null
  return { id: nodeId('REF', branch), name: branch, target: () => commitNode(scope, commit) }
}

function common(type: string, oid: string): JsonObject {
  return { __typename: type, id: nodeId(type, oid), oid }
}

function blobNode(scope: Scope, oid: string): JsonObject {
  const text = scope.repository.git.blobs.get(oid) ?? ''
  const bytes = Buffer.from(text)
  const isBinary = text.includes('\0')
  const isTruncated = bytes.length > MAX_TEXT_BYTES
  const shown = isTruncated ? bytes.subarray(0, MAX_TEXT_BYTES).toString('utf8') : text
  return { ...common('Blob', oid), byteSize: bytes.length, isBinary, isTruncated, text: isBinary ? null : shown }
}

function treeNode(scope: Scope, oid: string, path: string): JsonObject {
  const entryNode = (entry: TreeEntry) => {
    const inside = path === '' ? entry.name : `${path}/${entry.name}`
    const object = () => (entry.type === 'blob' ? blobNode(scope, entry.sha) : treeNode(scope, entry.sha, inside))
    return { name: entry.name, path: inside, type: entry.type, mode: parseInt(entry.mode, 8), oid: entry.sha, object }
  }
  return { ...common('Tree', oid), entries: () => (scope.repository.git.trees.get(oid) ?? []).map(entryNode) }
}

/** `oid`, or git's own notation: `HEAD`, `main`, `HEAD:path/to/file`, `main:` for the root directory. */
export function objectNode(scope: Scope, args: { expression?: string | null; oid?: string | null }): JsonObject | null {
  scope.need('contents')
  const { git, defaultBranch } = scope.repository
  if (typeof args.oid === 'string' && !/^[0-9a-f]{40}$/.test(args.oid))
    throw new GraphQLError(`Could not coerce value ${JSON.stringify(args.oid)} to GitObjectID`)
  if ((args.oid ?? args.expression ?? null) === null) throw new GraphQLError('Must supply either an oid or an expression.')
  const [revision = '', path] = typeof args.oid === 'string' ? [args.oid] : split(args.expression ?? '')
  const commit = resolve(git, revision === 'HEAD' ? `refs/heads/${defaultBranch}` : revision)
  if (path === undefined && commit === null)
    return git.blobs.has(revision) ? blobNode(scope, revision) : git.trees.has(revision) ? treeNode(scope, revision, '') : null
  if (commit === null) return null
  if (path === undefined) return commitNode(scope, commit)
  const blob = commit.tree.get(path)
  if (blob !== undefined) return blobNode(scope, blob)
  let tree = commit.treeSha
  for (const part of path === '' ? [] : path.split('/')) {
    const entry = git.trees.get(tree)?.find((one) => one.name === part && one.type === 'tree')
    if (entry === undefined) return null
    tree = entry.sha
  }
  return treeNode(scope, tree, path)
}

function split(expression: string): [string, string?] {
  const colon = expression.indexOf(':')
  return colon < 0 ? [expression] : [expression.slice(0, colon), expression.slice(colon + 1)]
}

function gitActor(scope: Scope, who: Signature): JsonObject {
  const account = who.login === null ? undefined : scope.context.state.accounts.get(who.login.toLowerCase())
  // Only people have a `user`; an App's commits have a name and nothing more.
  const user = account?.type === 'User' ? account : undefined
  return { name: who.name, email: who.email, date: time(who.at), user: () => (user === undefined ? null : actorNode(scope, user)) }
}

export function commitNode(scope: Scope, commit: Commit): JsonObject {
  const { repository } = scope
  const { git } = repository
  const files = () => commitFiles(git, commit)
  const [headline = '', ...rest] = commit.message.split('\n')
  return {
    ...common('Commit', commit.sha),
    url: `${repositoryPage(scope.context.state, repository)}/commit/${commit.sha}`,
    message: commit.message,
    messageHeadline: headline,
    messageBody: rest.join('\n').trimStart(),
    authoredDate: time(commit.author.at),
    committedDate: time(commit.committer.at),
    author: () => gitActor(scope, commit.author),
    committer: () => gitActor(scope, commit.committer),
    tree: () => treeNode(scope, commit.treeSha, ''),
    changedFilesIfAvailable: () => files().length,
    additions: () => files().reduce((sum, file) => sum + file.additions, 0),
    deletions: () => files().reduce((sum, file) => sum + file.deletions, 0),
    parents: (args: ConnectionArguments) => {
      const parents = commit.parents.flatMap((sha) => git.commits.get(sha) ?? [])
      return connection('parents', args, parents, (parent) => commitNode(scope, parent))
    },
    history: (args: ConnectionArguments & { since?: string; until?: string; path?: string }) => {
      const list = log(git, commit.sha)
        .filter((one) => one.committer.at >= new Date(args.since ?? 0) && one.committer.at <= new Date(args.until ?? 8.64e15))
        .filter((one) => args.path === undefined || commitFiles(git, one).some((file) => file.path.startsWith(args.path ?? '')))
      return connection('history', args, list, (one) => commitNode(scope, one))
    },
    // GitHub: the merged pull requests that brought it; the open ones too while it is not on the default branch.
    associatedPullRequests: (args: ConnectionArguments) => {
      scope.need('pull_requests')
      const pulls = scope
        .pullsOf(commit.sha)
        .filter((pull) => pull.pull.mergedAt !== null || (pull.state === 'open' && !scope.isOnDefaultBranch(commit.sha)))
      return connection('associatedPullRequests', args, pulls, scope.pullNode)
    },
  }
}
