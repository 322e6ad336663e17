// Single facts about a clone's commits. As in git-clone.ts, only names are looked up with the clone's own configuration.
import { realpath } from 'node:fs/promises'
import { dirname } from 'node:path'
import { runGit, type GitOptions } from './git-process.ts'
import { HistoryUnreadable } from './history.ts'

const MAX_FILE = 1_000_000

export async function resolveRef(path: string, ref: string): Promise<string> {
  const cwd = await realpath(path)
  const git: GitOptions = { cwd, environment: { GIT_CEILING_DIRECTORIES: dirname(cwd) } }
  const found = await runGit(['rev-parse', '--verify', '--end-of-options', `${ref}^{commit}`], git)
  if (!found.ok) throw new HistoryUnreadable(`${path} has no branch, tag or commit ${ref}; fetch it first, or name another`)
  return found.text.trim()
}

export async function mergeBaseOf(git: GitOptions, path: string, a: string, b: string): Promise<string> {
  const found = await runGit(['merge-base', a, b], git)
  if (!found.ok)
    throw new HistoryUnreadable(`${path}: ${a.slice(0, 12)} and ${b.slice(0, 12)} have no commit in common; name two of one history`)
  return found.text.trim()
}

export async function fileOf(git: GitOptions, sha: string, path: string): Promise<string | null> {
  const size = await runGit(['cat-file', '-s', `${sha}:${path}`], git)
  if (!size.ok || Number(size.text) > MAX_FILE) return null
  const content = await runGit(['cat-file', 'blob', `${sha}:${path}`], git)
  return content.ok ? content.text : null
}
