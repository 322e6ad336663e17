// A local clone as a History. In: a path that may hold anything. Out: changes and hunks. The clone's own configuration,
// hooks, attributes and replacements are never loaded to read history: git works in an empty directory of ours and is
// only shown where the objects are. Nothing in the clone is written.
import { mkdir, mkdtemp, realpath, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { describeCommit, type MergedCommit } from './describe-commit.ts'
import { runGit, streamGit, type GitOptions } from './git-process.ts'
import { HistoryUnreadable, type History, type HistoryDetail, type HistoryPoint } from './history.ts'
import { rangeOf, readMainLine, type MainLineCommit } from './main-line.ts'
import { assignSideCommits, readMessages } from './merged-commits.ts'
import { fileOf, mergeBaseOf, resolveRef } from './git-lookups.ts'
import { LOG_FORMAT, readLog } from './read-log.ts'
import { END_OF_ANSWER, readPatches } from './read-patches.ts'

/** The same diff for everybody, and nothing that a file in the clone could make git run. */
const PLAIN_DIFF = ['--no-ext-diff', '--no-textconv', '--no-color', '--submodule=short', '--diff-algorithm=myers', '-r', '--root']
const MAX_MESSAGES_PER_MERGE = 30

/**
 * Opens a normal or bare clone of any size. `branch` names the main line (default: HEAD).
 * Throws HistoryUnreadable for anything that is not a whole clone with commits. Close it when done.
 */
export async function openClone(path: string, branch = 'HEAD'): Promise<History> {
  const found = await inspect(path, branch)
  const home = await mkdtemp(join(tmpdir(), 'causeway-git-'))
  try {
    const git: GitOptions = { environment: await emptyGitDirectory(home, found) }
    const chain = streamGit(['rev-list', '--first-parent', '--parents', '--timestamp', '--end-of-options', found.sha], git)
    const line = await readMainLine(chain, new Date())
    const last = line.at(-1)
    if (last === undefined) throw new HistoryUnreadable(`${path}: no commit can be reached from ${branch}`)
    return {
      head: { sha: last.sha, committedAt: last.at },
      changes: ({ since, until }) => changes(git, line, rangeOf(line, since ?? null, until ?? null)),
      details: (points) => details(git, points),
      ...rangesOf(path, git),
      close: () => rm(home, { recursive: true, force: true }),
    }
  } catch (error) {
    await rm(home, { recursive: true, force: true })
    throw error
  }
}

/** What is asked of single commits of the clone. */
function rangesOf(path: string, git: GitOptions): Pick<History, 'resolve' | 'mergeBase' | 'between' | 'file'> {
  return {
    resolve: (ref) => resolveRef(path, ref),
    mergeBase: (a, b) => mergeBaseOf(git, path, a, b),
    file: (sha, file) => fileOf(git, sha, file),
    async *between(from, to) {
      const chain = ['rev-list', '--first-parent', '--parents', '--timestamp', '--end-of-options', to, `^${from}`]
      const line = await readMainLine(streamGit(chain, git), new Date())
      yield* changes(git, line, { from: 0, to: line.length })
    },
  }
}

type Found = { sha: string; objects: string; format: string }

/** The only calls that see the clone's configuration: they print facts and run nothing that it could name. */
async function inspect(path: string, branch: string): Promise<Found> {
  const isDirectory = await stat(path).then(
    (entry) => entry.isDirectory(),
    () => false,
  )
  if (!isDirectory) throw new HistoryUnreadable(`${path} is not a directory; give the path of a git clone`)
  const cwd = await realpath(path)
  // Without the ceiling an empty folder inside another clone would silently mean that other clone.
  const git: GitOptions = { cwd, environment: { GIT_CEILING_DIRECTORIES: dirname(cwd) } }
  const asked = ['--is-shallow-repository', '--show-object-format', '--git-path', 'objects']
  const facts = await runGit(['rev-parse', ...asked], git)
  if (!facts.ok) throw new HistoryUnreadable(`${path} is not a git clone that can be read; give its top directory. ${facts.complaint}`)
  const [shallow = '', format = '', objects = ''] = facts.text.split('\n')
  if (shallow === 'true')
    throw new HistoryUnreadable(
      `${path} is a shallow clone, most of its history is not there; run \`git -C ${quoted(path)} fetch --unshallow\` first`,
    )
  const [promised, head] = await Promise.all([
    runGit(['config', '--get-regexp', '^(extensions\\.partialclone|remote\\..*\\.(promisor|partialclonefilter))$'], git),
    runGit(['rev-parse', '--verify', '--end-of-options', `${branch}^{commit}`], git),
  ])
  if (promised.ok && promised.text.trim() !== '')
    throw new HistoryUnreadable(
      `${path} is a partial clone, its file contents are not all there; make a full one with \`git clone <url>\`, or run ` +
        `\`git -C ${quoted(path)} fetch --refetch --no-filter\` and unset remote.<name>.promisor and remote.<name>.partialclonefilter`,
    )
  if (!head.ok) {
    const why =
      branch === 'HEAD'
        ? 'has no commits yet, or its HEAD points nowhere; name a branch with --branch'
        : `has no branch or commit ${branch}`
    throw new HistoryUnreadable(`${path} ${why}`)
  }
  return { sha: head.text.trim(), objects: resolve(cwd, objects), format: /^sha\d{1,3}$/.test(format) ? format : 'sha1' }
}

async function emptyGitDirectory(home: string, found: Found): Promise<Record<string, string>> {
  await mkdir(join(home, 'refs'))
  await mkdir(join(home, 'objects'))
  await writeFile(join(home, 'HEAD'), `${found.sha}\n`)
  const extensions = found.format === 'sha1' ? '' : `[extensions]\n\tobjectFormat = ${found.format}\n`
  await writeFile(join(home, 'config'), `[core]\n\trepositoryFormatVersion = ${extensions === '' ? 0 : 1}\n\tbare = true\n${extensions}`)
  return { GIT_DIR: home, GIT_OBJECT_DIRECTORY: found.objects, HOME: home }
}

async function* changes(git: GitOptions, line: readonly MainLineCommit[], range: { from: number; to: number }) {
  const part = line.slice(range.from, range.to)
  if (part.length === 0) return
  const side = await sideCommits(git, part)
  const asked = part.flatMap((commit) => (side.get(commit.sha) ?? []).slice(0, MAX_MESSAGES_PER_MERGE))
  const input = (shas: readonly string[]) => shas.map((sha) => `${sha}\n`)
  const messages = readMessages(
    asked.length === 0 ? nothing() : streamGit(['cat-file', '--batch', '--buffer'], { ...git, input: input(asked) }),
  )
  const args = ['log', '--no-walk=unsorted', '--stdin', '-z', '--name-status', '--no-renames', '--diff-merges=first-parent', '--no-notes']
  const log = streamGit(['-c', 'core.deltaBaseCacheLimit=32m', ...args, '--encoding=UTF-8', ...PLAIN_DIFF, LOG_FORMAT], {
    ...git,
    input: input(part.map((commit) => commit.sha)),
  })
  try {
    let index = 0
    for await (const commit of readLog(log)) {
      const merged: MergedCommit[] = []
      for (const [place, sha] of (side.get(commit.sha) ?? []).entries()) {
        const next = place < MAX_MESSAGES_PER_MERGE ? await messages.next() : null
        const message = next === null || next.done === true ? '' : next.value.message
        merged.push({ sha, message })
      }
      yield describeCommit({ ...commit, committedAt: part[index]?.at ?? commit.committedAt }, merged)
      index += 1
    }
  } finally {
    await messages.return(undefined)
  }
}

/** Merge of the range → the commits it brought, newest first; nothing is read of a linear history. */
async function sideCommits(git: GitOptions, part: readonly MainLineCommit[]): Promise<Map<string, string[]>> {
  if (part.every((commit) => commit.parents.length < 2)) return new Map()
  const below = part[0]?.parents[0]
  const range = [part.at(-1)?.sha ?? '', ...(below === undefined ? [] : [`^${below}`])]
  const parents = new Map<string, string[]>()
  let rest = ''
  for await (const chunk of streamGit(['rev-list', '--parents', '--end-of-options', ...range], git)) {
    const lines = (rest + chunk.toString('latin1')).split('\n')
    rest = lines.pop() ?? ''
    for (const text of lines) {
      const [sha = '', ...above] = text.split(' ')
      parents.set(sha, above)
    }
  }
  return assignSideCommits(
    parents,
    part.map((commit) => commit.sha),
  )
}

async function* details(git: GitOptions, points: Iterable<HistoryPoint> | AsyncIterable<HistoryPoint>) {
  const coming = (async function* () {
    yield* points
  })()
  const unanswered: HistoryPoint[] = []
  let isRead = false
  async function* input() {
    for (const point of [...unanswered]) yield question(point)
    for (let count = 0; count < POINTS_PER_PROCESS; count += 1) {
      const next = await coming.next()
      if (next.done === true) {
        isRead = true
        return
      }
      unanswered.push(next.value)
      yield question(next.value)
    }
  }
  const args = ['diff-tree', '--stdin', '-p', '-U0', '-M', '-l400', '--always', '--src-prefix=a/', '--dst-prefix=b/', ...PLAIN_DIFF]
  for (let losses = 0; !isRead || unanswered.length > 0;) {
    try {
      for await (const detail of readPatches(streamGit(args, { ...git, input: input() })))
        yield { sha: unanswered.shift()?.mergeSha ?? '', detail }
    } catch (error) {
      // A damaged clone may lack a few contents: those changes go on without their hunks, and the rest is still read.
      const lost = unanswered.shift()
      if (!(error instanceof HistoryUnreadable) || lost === undefined || losses === MAX_LOSSES) throw error
      losses += 1
      yield { sha: lost.mergeSha, detail: UNKNOWN }
    }
  }
}

const MAX_LOSSES = 100
/** Git keeps every commit it has met: a new process now and then gives that memory back (400 MB after 80,000 commits). */
const POINTS_PER_PROCESS = 4000
const UNKNOWN: HistoryDetail = { files: [], fileCount: 0, filesTruncated: true, added: 0, deleted: 0, identifiers: [] }

/** A merge is compared with its first parent only. */
function question({ mergeSha, parentSha }: HistoryPoint): string {
  return `${mergeSha}${parentSha === null ? '' : ` ${parentSha}`}\n${END_OF_ANSWER}`
}

async function* nothing(): AsyncGenerator<Buffer> {}

/** For a command line that a person copies. */
function quoted(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`
}
