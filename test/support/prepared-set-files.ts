import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { seededRandom } from '../../src/rank/metrics.ts'

const PARTS = ['checkout', 'ledger', 'search', 'login', 'invoice', 'picture', 'voucher', 'mail', 'basket', 'refund', 'stock', 'session']
const DEEDS = ['Rewrite', 'Tidy', 'Speed up', 'Cache', 'Split', 'Log']
const TROUBLES = ['hangs', 'crashes', 'times out', 'is slow', 'loses data', 'returns 502']
const HOUR_MS = 3_600_000
const LOOKBACK_HOURS = 336

/**
 * A made-up history of one change every five hours in the form of a prepared data set: after every few changes an
 * earlier one is found out, in words that half of the time name its part and half of the time say little.
 */
export function madeUpSet(seed: number, cases: number): { changes: object[]; cases: object[] } {
  const random = seededRandom(seed)
  const pick = (words: readonly string[]): string => words[Math.floor(random() * words.length)]!
  const startMs = Date.UTC(2026, 0, 1)
  const changes: { id: string; at: string; part: string }[] = []
  const found: object[] = []
  const land = (): void => {
    const part = `${pick(PARTS)}${Math.floor(random() * 30)}`
    const at = new Date(startMs + changes.length * 5 * HOUR_MS).toISOString()
    changes.push({ id: `s${seed}-${changes.length}`, at, part })
  }
  for (let n = 0; n < 70; n++) land()
  while (found.length < cases) {
    for (let n = 0; n < 3; n++) land()
    const culprit = changes.length - 1 - Math.floor(random() ** 2 * 20)
    const pool = Math.floor(LOOKBACK_HOURS / 5)
    found.push({
      id: `case-${seed}-${found.length}`,
      at: new Date(startMs + (changes.length - 1) * 5 * HOUR_MS + HOUR_MS).toISOString(),
      text: random() < 0.6 ? `The ${changes[culprit]!.part} page ${pick(TROUBLES)} for everyone` : `It ${pick(TROUBLES)} since today`,
      culprit: [changes[culprit]!.id],
      kind: 'revert',
      pool,
      pool_last: changes.at(-1)!.id,
      explicit_reason: true,
      title_run: 1,
      describes_change: false,
      specific: true,
    })
  }
  return {
    changes: changes.map(({ id, at, part }) => ({
      id,
      at,
      author: 'a1',
      title: `${pick(DEEDS)} the ${part} page`,
      body: '',
      files: [[`src/${part}/${pick(DEEDS).toLowerCase().replace(' ', '-')}.ts`, 1 + Math.floor(random() * 40), 3]],
      nfiles: 1,
      added: 5,
      deleted: 3,
      pr: null,
      reverts: null,
    })),
    cases: found,
  }
}

/** Writes a set as a folder that `readPreparedSet` reads; returns its path. */
export function writeSet(folder: string, name: string, { changes, cases }: { changes: object[]; cases: object[] }): string {
  const path = join(folder, name)
  const text = (list: object[]): string => list.map((line) => `${JSON.stringify(line)}\n`).join('')
  mkdirSync(path, { recursive: true })
  writeFileSync(join(path, 'changes.jsonl.gz'), gzipSync(text(changes)))
  writeFileSync(join(path, 'cases.jsonl'), text(cases))
  return path
}
