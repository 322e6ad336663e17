// Starts the real App as its own process, as `npm start` does, against a fake GitHub. Tests use it too.
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { FakeGitHub } from './github/fake-github.ts'

export type AppProcess = {
  url: string
  webhookUrl: string
  child: ChildProcess
  /** Log lines so far, newest last. */
  log: string[]
  /** SIGTERM, then waits for the end. */
  stop(): Promise<number | null>
  /** SIGKILL: as a crash. */
  kill(): Promise<void>
}

export type AppProcessOptions = {
  gitHub: Pick<FakeGitHub, 'appId' | 'privateKey' | 'webhookSecret' | 'url'>
  databaseUrl?: string
  environment?: Record<string, string>
  port?: number
}

const BIN = join(import.meta.dirname, '..', 'bin', 'causeway.js')
const START_TIMEOUT_MS = 20_000
const MOST_LOG_LINES = 5_000

/** Resolves once the App says that it is ready; rejects with its last words when it ends before. */
export async function startAppProcess(options: AppProcessOptions): Promise<AppProcess> {
  const folder = mkdtempSync(join(tmpdir(), 'causeway-'))
  const child = spawn(process.execPath, [BIN, 'start'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH,
      APP_ID: String(options.gitHub.appId),
      PRIVATE_KEY: options.gitHub.privateKey,
      WEBHOOK_SECRET: options.gitHub.webhookSecret,
      GITHUB_API_URL: options.gitHub.url,
      CAUSEWAY_DATABASE_URL: options.databaseUrl ?? `file:${join(folder, 'causeway.sqlite')}`,
      HOST: '127.0.0.1',
      PORT: String(options.port ?? 0),
      // The fake has no such limits, and a test tells a month in a second.
      CAUSEWAY_WRITES_PER_MINUTE: '0',
      ...options.environment,
    },
  })
  const log: string[] = []
  const ended = new Promise<number | null>((resolve) =>
    child.once('exit', (code) => {
      rmSync(folder, { recursive: true, force: true })
      resolve(code)
    }),
  )
  const url = await new Promise<string>((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`The App was not ready after ${START_TIMEOUT_MS / 1000} s:\n${log.join('\n')}`)),
      START_TIMEOUT_MS,
    )
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        log.push(line)
        if (log.length > MOST_LOG_LINES) log.shift()
        const ready = /ready at (http:\/\/[^\s"]+)/.exec(line)?.[1]
        if (ready) {
          clearTimeout(timer)
          resolve(ready)
        }
      })
    }
    void ended.then((code) => {
      clearTimeout(timer)
      reject(new Error(`The App ended with ${code} before it was ready:\n${log.join('\n')}`))
    })
  })
  return {
    url,
    webhookUrl: `${url}/api/github/webhooks`,
    child,
    log,
    stop: () => {
      child.kill('SIGTERM')
      return ended
    },
    kill: async () => {
      child.kill('SIGKILL')
      await ended
    },
  }
}
