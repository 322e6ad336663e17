// Merging, squashing, rebasing and reverting as GitHub's buttons do them.
import { applyPatch, structuredPatch } from 'diff'
import { commitsBetween, mergeBase, writeBlob, writeCommit } from './git-graph.ts'
import type { Commit, Git, Signature, Tree } from './git-graph.ts'

export type MergeMethod = 'merge' | 'squash' | 'rebase'

function mergedFile(
  git: Git,
  path: string,
  base: string | undefined,
  ours: string | undefined,
  theirs: string | undefined,
): string | undefined {
  if (ours === theirs || theirs === base) return ours
  if (ours === base) return theirs
  if (base === undefined || ours === undefined || theirs === undefined)
    throw new Error(`Merge conflict in ${path}: changed on one side, removed or added on the other.`)
  const text = (sha: string) => git.blobs.get(sha) ?? ''
  const patch = structuredPatch(path, path, text(base), text(theirs), undefined, undefined, { context: 2 })
  const merged = applyPatch(text(ours), patch)
  if (merged === false) throw new Error(`Merge conflict in ${path}: both sides changed the same lines.`)
  return writeBlob(git, merged)
}

/** Three-way merge of whole trees. Throws on a conflict, naming the path. */
export function mergeTrees(git: Git, base: Tree, ours: Tree, theirs: Tree): Tree {
  const merged = new Map<string, string>()
  for (const path of new Set([...ours.keys(), ...theirs.keys()])) {
    const sha = mergedFile(git, path, base.get(path), ours.get(path), theirs.get(path))
    if (sha !== undefined) merged.set(path, sha)
  }
  return merged
}

const NO_TREE: Tree = new Map()

function treeOf(git: Git, sha: string | undefined): Tree {
  return (sha === undefined ? undefined : git.commits.get(sha)?.tree) ?? NO_TREE
}

/** Applies what one commit did on top of another commit; committed by `committer`. */
export function cherryPick(git: Git, commit: Commit, onto: Commit, committer: Signature, message = commit.message): Commit {
  const tree = mergeTrees(git, treeOf(git, commit.parents[0]), onto.tree, commit.tree)
  return writeCommit(git, { tree, parents: [onto.sha], message, author: commit.author, committer })
}

/** The inverse of one commit (of a merge: against its first parent), on top of another. */
export function revertCommit(git: Git, commit: Commit, onto: Commit, message: string, who: Signature): Commit {
  const tree = mergeTrees(git, commit.tree, onto.tree, treeOf(git, commit.parents[0]))
  return writeCommit(git, { tree, parents: [onto.sha], message, author: who, committer: who })
}

export type MergeRequest = {
  base: Commit
  head: Commit
  method: MergeMethod
  messages: { merge: string; squash: string }
  author: Signature
  merger: Signature
  web: Signature
}

/** The commit that the base branch points to afterwards, which is also what GitHub calls `merge_commit_sha`. */
export function mergeInto(git: Git, { base, head, method, messages, author, merger, web }: MergeRequest): Commit {
  const fork = mergeBase(git, base.sha, head.sha)
  const tree = mergeTrees(git, fork?.tree ?? NO_TREE, base.tree, head.tree)
  if (method === 'merge') {
    return writeCommit(git, { tree, parents: [base.sha, head.sha], message: messages.merge, author: merger, committer: web })
  }
  if (method === 'squash') {
    return writeCommit(git, { tree, parents: [base.sha], message: messages.squash, author, committer: web })
  }
  let tip = base
  // GitHub always makes new commits here, even where a fast-forward were possible.
  for (const commit of commitsBetween(git, base.sha, head.sha)) if (commit.parents.length === 1) tip = cherryPick(git, commit, tip, merger)
  return tip
}
