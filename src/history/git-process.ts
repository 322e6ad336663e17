// Runs git on a clone that nobody vouches for. What leaves is bytes; what never enters is the clone's configuration.
import { spawn } from 'node:child_process'
import { tmpdir } from 'node:os'
import { Readable, type Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { HistoryUnreadable } from './history.ts'

/** Said on every call, also where our own git directory already keeps the clone's configuration out. */
const DEFUSED = [
  '--no-pager',
  '--no-replace-objects',
  ...['core.fsmonitor=false', 'core.hooksPath=/dev/null', 'core.attributesFile=/dev/null', 'protocol.allow=never', 'safe.directory=*'],
  ...[
    'log.showSignature=false',
    'core.quotePath=false',
    'diff.external=',
    'core.alternateRefsCommand=false',
    'gc.auto=0',
    'maintenance.auto=false',
  ],
  // On a pack of 240 MB this takes a third less memory and no more time.
  ...['core.packedGitLimit=64m', 'core.packedGitWindowSize=4m'],
].flatMap((option) => (option.startsWith('--') ? [option] : ['-c', option]))

export type GitOptions = {
  /** Added to a fresh environment; nothing of ours but the search path is handed on. */
  environment: Record<string, string>
  cwd?: string
  /** Written to standard input, as fast as git takes it. */
  input?: Iterable<string> | AsyncIterable<string>
}

/**
 * Streams the standard output of one git command. Leaving the loop early ends git.
 * Throws HistoryUnreadable with git's own words when it fails.
 */
export async function* streamGit(args: readonly string[], options: GitOptions): AsyncGenerator<Buffer> {
  const child = spawn('git', [...DEFUSED, ...args], {
    cwd: options.cwd,
    env: environmentOf(options.environment),
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  let complaint = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    if (complaint.length < 2000) complaint += text
  })
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', resolve)
  })
  ended.catch(() => undefined)
  const fed = feed(child.stdin, options.input ?? [])
  try {
    for await (const chunk of child.stdout as AsyncIterable<Buffer>) yield chunk
    await fed
    const code = await ended.catch((error: unknown) => {
      throw new HistoryUnreadable(`git could not be started (${String(error)}); install git 2.31 or newer and put it on the PATH`)
    })
    if (code !== 0) throw new HistoryUnreadable(complaintOf(args, complaint, code))
  } finally {
    child.stdin.destroy()
    child.kill('SIGKILL')
  }
}

/** Runs one git command to its end; `ok` is false when it failed. */
export async function runGit(args: readonly string[], options: GitOptions): Promise<{ ok: boolean; text: string; complaint: string }> {
  const chunks: Buffer[] = []
  try {
    for await (const chunk of streamGit(args, options)) chunks.push(chunk)
  } catch (error) {
    if (!(error instanceof HistoryUnreadable)) throw error
    return { ok: false, text: '', complaint: error.message }
  }
  return { ok: true, text: Buffer.concat(chunks).toString('utf8'), complaint: '' }
}

async function feed(stdin: Writable, input: Iterable<string> | AsyncIterable<string>): Promise<void> {
  // Git may leave before it read everything; what it says on standard error then tells more than the broken pipe.
  await pipeline(Readable.from(input), stdin).catch(() => undefined)
}

function environmentOf(added: Record<string, string>): Record<string, string> {
  const kept: Record<string, string> = {}
  for (const name of ['PATH', 'Path', 'SystemRoot', 'TEMP', 'TMP', 'TMPDIR']) {
    const value = process.env[name]
    if (value !== undefined) kept[name] = value
  }
  return {
    ...kept,
    HOME: tmpdir(),
    LC_ALL: 'C',
    TZ: 'UTC',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_TERMINAL_PROMPT: '0',
    GIT_NO_LAZY_FETCH: '1',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_PAGER: 'cat',
    GIT_ALLOW_PROTOCOL: '',
    ...added,
  }
}

function complaintOf(args: readonly string[], complaint: string, code: number | null): string {
  const words = complaint.trim().split('\n').slice(0, 4).join('; ').slice(0, 600)
  const way = /missing|unable to read|bad object|promisor/i.test(complaint)
    ? '; objects are missing: fetch them with `git fetch --refetch --no-filter`, or make a full clone, then run this again'
    : ''
  return `git ${args.find((arg) => /^[a-z][a-z-]+$/.test(arg)) ?? ''} failed (${code === null ? 'killed' : `exit ${code}`}): ${words === '' ? 'it gave no reason' : words}${way}`
}
