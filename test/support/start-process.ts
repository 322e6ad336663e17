import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { privateKey, WEBHOOK_SECRET } from './sign.ts'

export type RunningProcess = {
  /** Where it listens, such as http://127.0.0.1:41234. */
  url: string
  pid: number
  /** From spawn to the ready line. */
  startedInMs: number
  /** Standard output and error so far. */
  output: () => string
  /** Waits until a line of the output matches. */
  line: (pattern: RegExp, timeoutMs?: number) => Promise<RegExpExecArray>
  /** As when the program that reads the log ends. */
  closeOutput: () => void
  /** Sends SIGTERM (or another signal) and waits for the end; returns the exit code, null when a signal ended it. */
  stop: (signal?: NodeJS.Signals) => Promise<number | null>
  /** SIGKILL: no chance to tidy up. */
  kill: () => Promise<void>
}

const BIN = fileURLToPath(new URL('../../bin/causeway.js', import.meta.url))

/** Settings of a registered App on a free port of this machine; the key is fresh. */
export function appEnvironment(change: Record<string, string> = {}): Record<string, string> {
  return { APP_ID: '4711', PRIVATE_KEY: privateKey(), WEBHOOK_SECRET, PORT: '0', ...change }
}

/** A folder of its own for a process: its database and its .env lie there. */
export function temporaryFolder(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'causeway-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

/** Starts the real process with nothing but this environment, and waits for its ready line. */
export async function startProcess(options: { cwd: string; environment: Record<string, string>; bin?: string }): Promise<RunningProcess> {
  const from = performance.now()
  const child = spawn(process.execPath, [options.bin ?? BIN, 'start'], {
    cwd: options.cwd,
    env: { PATH: process.env.PATH, ...options.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output = follow(child)
  const ready = await output.line(/Causeway is ready at (http:\/\/[^\s"]+)/, 20_000).catch((error: unknown) => {
    child.kill('SIGKILL')
    throw error
  })
  return {
    url: ready[1] ?? '',
    pid: child.pid ?? 0,
    startedInMs: performance.now() - from,
    output: output.text,
    line: output.line,
    closeOutput: () => void child.stdout.destroy(),
    stop: (signal = 'SIGTERM') => end(child, signal),
    kill: async () => void (await end(child, 'SIGKILL')),
  }
}

/** Runs a command to its end. */
export async function runCommand(options: { cwd: string; environment: Record<string, string>; args: string[] }) {
  const child = spawn(process.execPath, [BIN, ...options.args], {
    cwd: options.cwd,
    env: { PATH: process.env.PATH, ...options.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const streams = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => (streams.stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (streams.stderr += text))
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, ...streams }
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) {
    child.kill(signal)
    await once(child, 'exit')
  }
  return child.exitCode
}

function follow(child: ChildProcess) {
  let text = ''
  const waiting = new Set<() => void>()
  const check = () => waiting.forEach((look) => look())
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
      check()
    })
  child.on('exit', check)

  function line(pattern: RegExp, timeoutMs = 10_000): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      const settle = (act: () => void) => {
        clearTimeout(timer)
        waiting.delete(look)
        act()
      }
      const look = () => {
        const match = pattern.exec(text)
        if (match) settle(() => resolve(match))
        else if (child.exitCode !== null || child.signalCode !== null)
          settle(() => reject(new Error(`the process ended (${child.exitCode ?? child.signalCode}) without ${pattern}:\n${text}`)))
      }
      const timer = setTimeout(() => settle(() => reject(new Error(`no ${pattern} within ${timeoutMs} ms:\n${text}`))), timeoutMs)
      waiting.add(look)
      look()
    })
  }
  return { text: () => text, line }
}
