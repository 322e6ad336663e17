// From spawning the process to its ready line, on a database that exists already. Prints one JSON line.
import { generateKeyPairSync } from 'node:crypto'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const STARTS = Number(process.env.BENCH_ROUNDS ?? 9)
const WANTED_MS = 1000
const BIN = fileURLToPath(new URL('../bin/causeway.js', import.meta.url))

const folder = mkdtempSync(join(tmpdir(), 'causeway-bench-'))
const environment = {
  PATH: process.env.PATH,
  APP_ID: '1',
  PRIVATE_KEY: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
  WEBHOOK_SECRET: 'the-webhook-secret-of-the-benchmark',
  PORT: '0',
  CAUSEWAY_DATABASE_URL: `file:${join(folder, 'causeway.sqlite')}`,
}

async function startOnce(): Promise<number> {
  const from = performance.now()
  const child = spawn(process.execPath, [BIN, 'start'], { env: environment, cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  for await (const text of child.stdout.setEncoding('utf8')) {
    output += String(text)
    if (output.includes('Causeway is ready at')) break
  }
  const ms = performance.now() - from
  if (!output.includes('Causeway is ready at')) throw new Error(`it ended without being ready:\n${output}`)
  child.kill('SIGTERM')
  if (child.exitCode === null) await once(child, 'exit')
  return ms
}

try {
  // The first makes the tables.
  await startOnce()
  const times: number[] = []
  for (let n = 0; n < STARTS; n++) times.push(await startOnce())
  times.sort((a, b) => a - b)
  const medianMs = Math.round(times[Math.floor(times.length / 2)] ?? 0)
  const facts = {
    bench: 'startup',
    starts: STARTS,
    medianMs,
    fastestMs: Math.round(times[0] ?? 0),
    slowestMs: Math.round(times.at(-1) ?? 0),
  }
  console.log(JSON.stringify({ ...facts, wantedMs: WANTED_MS, ok: medianMs < WANTED_MS }))
} finally {
  rmSync(folder, { recursive: true })
}
