// A repository's commits as a real graph with real git object ids, so that compare, files and merge bases are true.
import { createHash } from 'node:crypto'

/** Path → blob sha of everything in a commit. */
export type Tree = ReadonlyMap<string, string>
export type Signature = { login: string | null; name: string; email: string; at: Date }
export type Commit = {
  sha: string
  treeSha: string
  tree: Tree
  parents: string[]
  message: string
  author: Signature
  committer: Signature
}
export type TreeEntry = { name: string; mode: string; type: 'blob' | 'tree'; sha: string }
export type Git = {
  commits: Map<string, Commit>
  blobs: Map<string, string>
  trees: Map<string, TreeEntry[]>
  branches: Map<string, string>
  tags: Map<string, string>
}

export const NO_SHA = '0'.repeat(40)

export function emptyGit(): Git {
  return { commits: new Map(), blobs: new Map(), trees: new Map(), branches: new Map(), tags: new Map() }
}

function objectId(type: string, content: Buffer): string {
  return createHash('sha1').update(`${type} ${content.length}\0`).update(content).digest('hex')
}

export function writeBlob(git: Git, text: string): string {
  const sha = objectId('blob', Buffer.from(text))
  git.blobs.set(sha, text)
  return sha
}

/** Stores the directory objects of a tree; returns the root's sha. */
export function writeTree(git: Git, tree: Tree): string {
  const files: TreeEntry[] = []
  const directories = new Map<string, Map<string, string>>()
  for (const [path, sha] of tree) {
    const slash = path.indexOf('/')
    if (slash < 0) files.push({ name: path, mode: '100644', type: 'blob', sha })
    else {
      const name = path.slice(0, slash)
      const inside = directories.get(name) ?? new Map<string, string>()
      directories.set(name, inside.set(path.slice(slash + 1), sha))
    }
  }
  const entries = [...files]
  for (const [name, inside] of directories) entries.push({ name, mode: '040000', type: 'tree', sha: writeTree(git, inside) })
  // git sorts a directory as if its name ended with a slash.
  const key = (entry: TreeEntry) => Buffer.from(entry.type === 'tree' ? `${entry.name}/` : entry.name)
  entries.sort((a, b) => Buffer.compare(key(a), key(b)))
  const content = Buffer.concat(
    entries.flatMap((entry) => [Buffer.from(`${entry.mode.replace(/^0/, '')} ${entry.name}\0`), Buffer.from(entry.sha, 'hex')]),
  )
  const sha = objectId('tree', content)
  git.trees.set(sha, entries)
  return sha
}

function signatureLine(role: string, who: Signature): string {
  return `${role} ${who.name} <${who.email}> ${Math.floor(who.at.getTime() / 1000)} +0000\n`
}

export function writeCommit(git: Git, commit: Omit<Commit, 'sha' | 'treeSha'>): Commit {
  const treeSha = writeTree(git, commit.tree)
  const parents = commit.parents.map((parent) => `parent ${parent}\n`).join('')
  const head = `tree ${treeSha}\n${parents}${signatureLine('author', commit.author)}${signatureLine('committer', commit.committer)}`
  const sha = objectId('commit', Buffer.from(`${head}\n${commit.message}`))
  const written = { ...commit, sha, treeSha }
  git.commits.set(sha, written)
  return written
}

/** The commit that a branch, tag, full ref or (shortened) sha names; null when there is none. */
export function resolve(git: Git, name: string): Commit | null {
  const short = name.replace(/^refs\//, '')
  const sha =
    git.branches.get(short.replace(/^heads\//, '')) ??
    git.tags.get(short.replace(/^tags\//, '')) ??
    (git.commits.has(name) ? name : undefined) ??
    (/^[0-9a-f]{7,39}$/.test(name) ? [...git.commits.keys()].find((candidate) => candidate.startsWith(name)) : undefined)
  return sha === undefined ? null : (git.commits.get(sha) ?? null)
}

export function ancestors(git: Git, sha: string): Set<string> {
  const seen = new Set([sha])
  for (const reached of seen) for (const parent of git.commits.get(reached)?.parents ?? []) seen.add(parent)
  return seen
}

/** What `git merge-base a b` says: a best common ancestor, or null for unrelated histories. */
export function mergeBase(git: Git, a: string, b: string): Commit | null {
  const { common } = paint(git, a, b, 'until the best are known')
  return common.sort((x, y) => y.committer.at.getTime() - x.committer.at.getTime() || (x.sha < y.sha ? -1 : 1))[0] ?? null
}

const OF_A = 1
const OF_B = 2
const BOTH = OF_A | OF_B
const BELOW_COMMON = 4

/**
 * Which of two commits reach which: children before parents, as git does it, so that of a long line only what lies between
 * the two is walked. `common`: ancestors of both that no other one reaches. `ofB` is whole as far as `a` reaches.
 */
function paint(
  git: Git,
  a: string,
  b: string,
  goal: 'until the best are known' | 'until a meets b',
): { common: Commit[]; ofB: Set<string> } {
  const marks = new Map<string, number>()
  const open = new Map<string, Commit>()
  const common: Commit[] = []
  const mark = (sha: string, with_: number) => {
    const commit = git.commits.get(sha)
    if (!commit) return
    marks.set(sha, (marks.get(sha) ?? 0) | with_)
    open.set(sha, commit)
  }
  mark(a, OF_A)
  mark(b, OF_B)
  const isWanted = ({ sha }: Commit) => {
    const marked = marks.get(sha) ?? 0
    return goal === 'until a meets b' ? (marked & BOTH) === OF_A : (marked & BELOW_COMMON) === 0
  }
  while (open.values().some(isWanted)) {
    const next = open.values().reduce((best, each) => (depthOf(git, each) > depthOf(git, best) ? each : best))
    open.delete(next.sha)
    const marked = marks.get(next.sha) ?? 0
    if (marked === BOTH) common.push(next)
    for (const parent of next.parents) mark(parent, (marked & BOTH) === BOTH ? marked | BELOW_COMMON : marked)
  }
  return { common, ofB: new Set([...marks].flatMap(([sha, marked]) => (marked & OF_B ? [sha] : []))) }
}

const depths = new WeakMap<Commit, number>()

/** The longest way down to a first commit: a child's is always greater than its parents'. */
function depthOf(git: Git, commit: Commit): number {
  const known = depths.get(commit)
  if (known !== undefined) return known
  const stack = [commit]
  while (stack.length > 0) {
    const top = stack.at(-1)!
    const parents = top.parents.flatMap((sha) => git.commits.get(sha) ?? [])
    const unknown = parents.filter((parent) => !depths.has(parent))
    if (unknown.length > 0) stack.push(...unknown)
    else {
      depths.set(top, 1 + Math.max(0, ...parents.map((parent) => depths.get(parent) ?? 0)))
      stack.pop()
    }
  }
  return depths.get(commit) ?? 1
}

/** Commits reachable from `head` and not from `base`, parents before children. */
export function commitsBetween(git: Git, base: string | null, head: string): Commit[] {
  const done = base === null ? new Set<string>() : paint(git, head, base, 'until a meets b').ofB
  const ordered: Commit[] = []
  const stack = [head]
  // Iterative, since a story may hold thousands of commits in one line.
  while (stack.length > 0) {
    const sha = stack.at(-1) ?? ''
    const commit = git.commits.get(sha)
    const waiting = done.has(sha) ? [] : (commit?.parents ?? []).filter((parent) => !done.has(parent))
    if (waiting.length > 0) stack.push(...waiting.toReversed())
    else {
      stack.pop()
      if (commit !== undefined && !done.has(sha)) ordered.push(commit)
      done.add(sha)
    }
  }
  return ordered
}

/** First-parent-agnostic `git log`: newest first, children before parents. */
export function log(git: Git, head: string): Commit[] {
  return commitsBetween(git, null, head).toReversed()
}
