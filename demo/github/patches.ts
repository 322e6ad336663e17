// Differences between two trees as GitHub's file lists show them: status, counts, unified hunks with function context.
import { diffLines, structuredPatch } from 'diff'
import type { Git, Tree } from './git-graph.ts'

export type FileDifference = {
  path: string
  previousPath: string | null
  status: 'added' | 'removed' | 'modified' | 'renamed'
  sha: string
  additions: number
  deletions: number
  /** Null for binary files, pure renames and patches too large to show. */
  patch: string | null
}

/** GitHub leaves the patch of a bigger file out (its own limits are near 20,000 lines or 1 MB). */
const MAX_PATCH_CHARACTERS = 400_000

/** git's own rule for the words after the second @@: the nearest line above that starts an identifier, 80 bytes. */
function functionContext(lines: string[], before: number): string {
  for (let index = Math.min(before, lines.length) - 1; index >= 0; index -= 1) {
    const line = lines[index] ?? ''
    if (/^[A-Za-z_$]/.test(line)) return ` ${line.slice(0, 80).trimEnd()}`
  }
  return ''
}

function range(start: number, count: number): string {
  // git names the line before an empty range, and drops a count of one.
  const first = count === 0 ? Math.max(0, start - 1) : start
  return count === 1 ? String(first) : `${first},${count}`
}

/** Unified hunks without file headers, as GitHub's `patch` field. */
export function unifiedHunks(before: string, after: string): { patch: string; additions: number; deletions: number } {
  const lines = before.split('\n')
  const { hunks } = structuredPatch('a', 'b', before, after, undefined, undefined, { context: 3 })
  let additions = 0
  let deletions = 0
  const text = hunks.map((hunk) => {
    for (const line of hunk.lines) {
      if (line.startsWith('+')) additions += 1
      else if (line.startsWith('-')) deletions += 1
    }
    const head = `@@ -${range(hunk.oldStart, hunk.oldLines)} +${range(hunk.newStart, hunk.newLines)} @@`
    return [head + functionContext(lines, hunk.oldStart - 1), ...hunk.lines].join('\n')
  })
  return { patch: text.join('\n'), additions, deletions }
}

function isBinary(text: string): boolean {
  return text.slice(0, 8000).includes('\0')
}

function difference(
  git: Git,
  path: string,
  oldSha: string | undefined,
  newSha: string | undefined,
  previousPath: string | null,
): FileDifference {
  const before = oldSha === undefined ? '' : (git.blobs.get(oldSha) ?? '')
  const after = newSha === undefined ? '' : (git.blobs.get(newSha) ?? '')
  const status = previousPath !== null ? 'renamed' : oldSha === undefined ? 'added' : newSha === undefined ? 'removed' : 'modified'
  const facts = { path, previousPath, status, sha: newSha ?? oldSha ?? '' } as const
  if (isBinary(before) || isBinary(after)) return { ...facts, additions: 0, deletions: 0, patch: null }
  const { patch, additions, deletions } = unifiedHunks(before, after)
  return { ...facts, additions, deletions, patch: patch === '' || patch.length > MAX_PATCH_CHARACTERS ? null : patch }
}

/** Share of the lines that stayed, as git's rename detection measures it (from 0 to 1). */
function similarity(before: string, after: string): number {
  if (before === after) return 1
  const kept = diffLines(before, after).reduce((sum, part) => sum + (part.added || part.removed ? 0 : part.value.length), 0)
  return kept / Math.max(before.length, after.length, 1)
}

/** Pairs a removed path with an added one that holds at least half of the same text. */
function renames(git: Git, removed: Map<string, string>, added: Map<string, string>): Map<string, string> {
  const pairs = new Map<string, string>()
  for (const [path, sha] of added) {
    let best: { path: string; score: number } | null = null
    for (const [old, oldSha] of removed) {
      const score = oldSha === sha ? 1 : similarity(git.blobs.get(oldSha) ?? '', git.blobs.get(sha) ?? '')
      if (score >= 0.5 && score > (best?.score ?? 0)) best = { path: old, score }
    }
    if (best !== null) {
      pairs.set(path, best.path)
      removed.delete(best.path)
    }
  }
  return pairs
}

/** Every file that differs, by path. */
export function differences(git: Git, before: Tree, after: Tree): FileDifference[] {
  const removed = new Map([...before].filter(([path]) => !after.has(path)))
  const added = new Map([...after].filter(([path]) => !before.has(path)))
  const renamed = renames(git, removed, added)
  const found: FileDifference[] = []
  for (const [path, sha] of after) {
    const from = renamed.get(path)
    if (before.get(path) !== sha) found.push(difference(git, path, before.get(from ?? path), sha, from ?? null))
  }
  for (const [path, sha] of removed) found.push(difference(git, path, sha, undefined, null))
  return found.toSorted((a, b) => (a.path < b.path ? -1 : 1))
}
