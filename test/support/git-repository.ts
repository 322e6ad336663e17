// Small real git repositories, made on the fly and removed by the test that made them.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

export type GitRepository = {
  path: string
  git(...args: string[]): string
  /** Writes files (null removes) and commits them; times grow by an hour unless given. Returns the sha. */
  commit(message: string, files?: Record<string, string | Buffer | null>, options?: { at?: string; author?: string }): string
  /** Merges `branch` without fast-forward. */
  merge(branch: string, message: string, options?: { at?: string }): string
  remove(): void
}

const START = Date.parse('2026-01-05T08:00:00Z')

export function makeGitRepository(options: { objectFormat?: 'sha1' | 'sha256' } = {}): GitRepository {
  const path = mkdtempSync(join(tmpdir(), 'causeway-test-'))
  let hours = 0
  const environment = (at: string, author = 'Octo Cat') => ({
    PATH: process.env.PATH,
    HOME: path,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_AUTHOR_NAME: author,
    GIT_AUTHOR_EMAIL: 'octocat@example.test',
    GIT_COMMITTER_NAME: author,
    GIT_COMMITTER_EMAIL: 'octocat@example.test',
    GIT_AUTHOR_DATE: at,
    GIT_COMMITTER_DATE: at,
  })
  const nextTime = () => new Date(START + hours++ * 3_600_000).toISOString()
  const run = (args: string[], at: string, input?: Buffer, author?: string) =>
    execFileSync('git', args, { cwd: path, env: environment(at, author), input, encoding: 'utf8', stdio: ['pipe', 'pipe', 'pipe'] }).trim()
  run(['init', '-q', '-b', 'main', ...(options.objectFormat === undefined ? [] : [`--object-format=${options.objectFormat}`])], nextTime())
  return {
    path,
    git: (...args) => run(args, new Date(START + hours * 3_600_000).toISOString()),
    commit(message, files = {}, { at = nextTime(), author } = {}) {
      for (const [name, content] of Object.entries(files)) {
        const file = join(path, name)
        if (content === null) rmSync(file)
        else {
          mkdirSync(dirname(file), { recursive: true })
          writeFileSync(file, content)
        }
      }
      run(['add', '-A', '.'], at)
      run(['commit', '-q', '--allow-empty', '--no-verify', '--cleanup=verbatim', '-F', '-'], at, Buffer.from(message, 'utf8'), author)
      return run(['rev-parse', 'HEAD'], at)
    },
    merge(branch, message, { at = nextTime() } = {}) {
      run(['merge', '-q', '--no-ff', '--no-verify', '-m', message, branch], at)
      return run(['rev-parse', 'HEAD'], at)
    },
    remove: () => rmSync(path, { recursive: true, force: true }),
  }
}
