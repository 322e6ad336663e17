// What outsiders send, changed at random from a seed: webhooks, repository files, output of git. Nothing may throw, take
// long, keep memory or stay silent about what is wrong.
import examples from '@octokit/webhooks-examples/api.github.com/index.json' with { type: 'json' }
import { seededRandom } from '../../demo/github/faults.ts'
import { readBackstage } from '../../src/catalog/backstage.ts'
import { parseCodeowners } from '../../src/catalog/codeowners.ts'
import { bumpsOf } from '../../src/changes/describe/bumps.ts'
import { parsePatch } from '../../src/changes/describe/parse-patch.ts'
import { referencesOf } from '../../src/changes/describe/references.ts'
import { checkRunEvent, checkSuiteEvent } from '../../src/events/check-run.ts'
import { deploymentProtectionRuleEvent } from '../../src/events/deployment-protection-rule.ts'
import { deploymentEvent, deploymentStatusEvent } from '../../src/events/deployment.ts'
import { installationEvent, installationRepositoriesEvent } from '../../src/events/installation.ts'
import { issueCommentEvent, issueEvent } from '../../src/events/issues.ts'
import { pullRequestEvent } from '../../src/events/pull-request.ts'
import { pushEvent } from '../../src/events/push.ts'
import { releaseEvent } from '../../src/events/release.ts'
import { repositoryEvent } from '../../src/events/repository.ts'
import { workflowRunEvent } from '../../src/events/workflow-run.ts'
import { readLog } from '../../src/history/read-log.ts'
import { readPatches } from '../../src/history/read-patches.ts'
import { laneOf } from '../../src/inbox/lane.ts'
import { readReport } from '../../src/incidents/read-report.ts'
import { fingerprint } from '../../src/rank/fingerprint.ts'
import { similarQuestion } from '../../src/rank/similar/similar-terms.ts'
import { readRepositoryFile } from '../../src/settings/repository.ts'
import { protectionRule } from './protection-rule.ts'

export type FuzzOptions = { payloads: number; files: number; histories: number; seed: number }
export type FuzzResult = FuzzOptions & {
  /** What threw, or was wrong without saying where: the first few, each with the number that makes it again. */
  failures: string[]
  refused: { payloads: number; files: number }
  /** CPU time. */
  slowestMs: { payloads: number; files: number; histories: number }
  heapGrowthMb: number
  ok: boolean
}

const SLOW_MS = 1_000
const MOST_FAILURES = 20

type Random = () => number

export async function runFuzz(options: FuzzOptions): Promise<FuzzResult> {
  const failures: string[] = []
  const refused = { payloads: 0, files: 0 }
  const slowestMs = { payloads: 0, files: 0, histories: 0 }
  const before = heapMb()

  /** `make` makes an input; what it gives reads that, and only the reading is timed. */
  async function each(
    kind: keyof typeof slowestMs,
    count: number,
    make: (random: Random) => () => boolean | Promise<boolean>,
  ): Promise<void> {
    for (let n = 0; n < count; n++) {
      const read = make(seededRandom(options.seed * 1_000_003 + n))
      const startedAt = cpuMs()
      try {
        if ((await read()) && kind !== 'histories') refused[kind] += 1
      } catch (error) {
        if (failures.length < MOST_FAILURES)
          failures.push(`${kind} ${n}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
      }
      const ms = cpuMs() - startedAt
      slowestMs[kind] = Math.max(slowestMs[kind], Math.round(ms))
      if (ms > SLOW_MS && failures.length < MOST_FAILURES) failures.push(`${kind} ${n}: took ${Math.round(ms)} ms`)
    }
  }

  await each('payloads', options.payloads, payload)
  await each('files', options.files, file)
  await each('histories', options.histories, history)
  const heapGrowthMb = Math.round(heapMb() - before)
  return { ...options, failures, refused, slowestMs, heapGrowthMb, ok: failures.length === 0 && heapGrowthMb < 50 }
}

/** Of this process, so that a machine with other work does not look like a hang. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

function heapMb(): number {
  globalThis.gc?.()
  return process.memoryUsage().heapUsed / 2 ** 20
}

type Translate = (payload: unknown) => { kind: string; reason?: string }

const TRANSLATORS: Record<string, Translate> = {
  pull_request: pullRequestEvent,
  push: pushEvent,
  deployment: deploymentEvent,
  deployment_status: deploymentStatusEvent,
  release: releaseEvent,
  workflow_run: workflowRunEvent,
  installation: installationEvent,
  installation_repositories: installationRepositoriesEvent,
  repository: repositoryEvent,
  issues: issueEvent,
  issue_comment: issueCommentEvent,
  check_run: checkRunEvent,
  check_suite: checkSuiteEvent,
  deployment_protection_rule: deploymentProtectionRuleEvent,
}
const ALL = [
  ...(examples as unknown as { name: string; examples: Record<string, unknown>[] }[]),
  { name: 'deployment_protection_rule', examples: [protectionRule] },
]

/** GitHub sends no more, and the intake answers 413 to more. */
const LONGEST_PAYLOAD = 25 * 2 ** 20

/** Reading gives true when it was refused, which must name the field. */
function payload(random: Random): () => boolean {
  const { name, examples: known } = pick(ALL, random)
  const whole: unknown = { ...structuredClone(pick(known, random)), installation: { id: 2 ** 40 } }
  let changed = whole
  for (let n = 0; n <= Math.floor(random() * 4); n++) changed = changeValue(changed, random, 0)
  const bytes = changeBytes(jsonOf(changed), random() < 0.1 ? random : null)
  const translate = TRANSLATORS[name] ?? pick(Object.values(TRANSLATORS), random)
  return () => bytes.length > LONGEST_PAYLOAD || readPayload(name, bytes, translate)
}

/** Copies of copies may be more than a string can hold: then as much as is too long in any case. */
function jsonOf(value: unknown): Buffer {
  try {
    return Buffer.from(JSON.stringify(value) ?? '')
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return Buffer.alloc(LONGEST_PAYLOAD + 1)
  }
}

function readPayload(name: string, bytes: Buffer, translate: Translate): boolean {
  laneOf(name, bytes)
  let received: unknown
  try {
    received = JSON.parse(bytes.toString())
  } catch {
    // The inbox gives it up as "not JSON".
    return true
  }
  const event = translate(received)
  if (typeof event.kind !== 'string') throw new Error('an event without a kind')
  if (event.kind === 'ignored') {
    if (!event.reason) throw new Error('ignored without a reason')
    if (event.reason.startsWith('unusual') && !/^unusual payload: [^:]+: ./.test(event.reason))
      throw new Error(`names no field: ${event.reason}`)
    return event.reason.startsWith('unusual')
  }
  readTexts(event)
  return false
}

/** What follows from an event's own words. */
function readTexts(event: object): void {
  if ('issue' in event) {
    const issue = event.issue as Parameters<typeof readReport>[0]
    readReport(issue, [])
    similarQuestion(issue)
    fingerprint(issue.body)
  }
  if ('pullRequest' in event) {
    const pull = event.pullRequest as { title?: string; body?: string }
    const words = { title: pull.title ?? '', body: pull.body ?? '' }
    referencesOf({ ...words, repository: { owner: 'acme', name: 'shop' } })
    bumpsOf(words)
  }
}

const FILES = [
  'version: 1\nservices:\n  checkout:\n    paths: ["services/checkout/**"]\n    environments: { production: ["production", "prod-*"] }\n    owners: ["@acme/payments"]\n    depends_on: ["ledger", "acme/identity:login"]\n    runbooks: ["docs/runbook.md"]\ndeployments:\n  from: deployments\nincidents:\n  labels: ["incident"]\n  lookback: 14d\nshare_with: ["acme/storefront"]\n',
  'apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: ledger\n  annotations: { a: b }\nspec:\n  type: service\n  owner: team-a\n  dependsOn: [component:other]\n---\nkind: API\n',
  '# owners\n*  @acme/all\n/docs/ @octocat docs@example.com\n*.ts @monalisa # trailing\n/build/logs/\n',
]
const JUNK = [
  '[',
  ']',
  '{',
  '}',
  ': ',
  '- ',
  '&a ',
  '*a ',
  '? ',
  '| ',
  '> ',
  '"',
  "'",
  '!!binary ',
  '<<: ',
  '\t',
  '\r',
  '\u0000',
  '\ufeff',
  '%',
  '@',
  '`',
  '#',
  '\n',
  '\n---\n',
  '**/',
  '😀',
  '\ud800',
  '${x}',
  '..',
  '0x',
  '~',
]

/** Reading gives true when it was refused, which must name line, column and what is wrong. */
function file(random: Random): () => boolean {
  let text = pick(FILES, random)
  for (let n = 0; n <= Math.floor(random() ** 3 * 6); n++) text = changeText(text, random)
  return () => readFile(text)
}

function readFile(text: string): boolean {
  parseCodeowners(text)
  const own = readRepositoryFile(text, '.github/causeway.yml')
  const backstage = readBackstage(new Map([['catalog-info.yaml', text]]), { owner: 'acme', name: 'shop', defaultBranch: 'main' })
  for (const { message, line, column } of [...(own.isValid ? [] : own.problems), ...backstage.problems]) {
    if (message === '' || !(line >= 1) || !(column >= 1)) throw new Error(`a problem without a place: ${message}`)
  }
  if (!own.isValid && own.problems.length === 0) throw new Error('refused without a problem')
  return !own.isValid
}

const SHA = '6dcb09b5b57875f334f61aebed695e2e4193db5e'
const LOG = `${SHA}\0${SHA.replace('6', '7')}\0Mona\0${1_700_000_000}\0Fix rounding\n\nSee #4\n\0\nM\0src/cart.ts\0R100\0src/a.ts\0src/b.ts\0`
const PATCH = `diff --git a/src/cart.ts b/src/cart.ts\nindex 1..2 100644\n--- a/src/cart.ts\n+++ b/src/cart.ts\n@@ -1,3 +1,4 @@ export function cart() {\n const a = 1\n-const b = 2\n+const b = 3\n+const c = 4\n`

/** Nothing is ever refused here: what git says is read as far as it goes. */
function history(random: Random): () => Promise<boolean> {
  let log = LOG.repeat(1 + Math.floor(random() * 20))
  let patch = `${SHA}\n${PATCH.repeat(1 + Math.floor(random() * 20))}`
  for (let n = 0; n <= Math.floor(random() * 6); n++) [log, patch] = [changeText(log, random), changeText(patch, random)]
  const [logBytes, patchBytes] = [changeBytes(Buffer.from(log), random), changeBytes(Buffer.from(patch), random)]
  return () => readHistory(logBytes, patchBytes, patch)
}

async function readHistory(log: Buffer, patches: Buffer, patch: string): Promise<boolean> {
  const whole = async function* (bytes: Buffer) {
    yield bytes
  }
  for await (const commit of readLog(whole(log))) if (Number.isNaN(commit.committedAt.getTime())) throw new Error('a commit without a time')
  for await (const detail of readPatches(whole(patches))) if (typeof detail !== 'object') throw new Error('no detail')
  parsePatch(patch)
  return false
}

function pick<T>(values: readonly T[], random: Random): T {
  const value = values[Math.floor(random() * values.length)]
  if (value === undefined) throw new Error('nothing to pick from')
  return value
}

/** One node of it becomes something else. */
function changeValue(value: unknown, random: Random, depth: number): unknown {
  if (typeof value !== 'object' || value === null || depth > 12 || random() < 0.12) return junk(value, random)
  const keys = Object.keys(value)
  if (keys.length === 0) return junk(value, random)
  const key = pick(keys, random)
  const copy: Record<string, unknown> | unknown[] = Array.isArray(value) ? [...(value as unknown[])] : { ...value }
  const parts = copy as Record<string, unknown>
  if (random() < 0.08 && !Array.isArray(copy)) delete parts[key]
  else parts[key] = changeValue(parts[key], random, depth + 1)
  return copy
}

function junk(value: unknown, random: Random): unknown {
  const long = pick(['a', '(a+)+', '#1 ', 'at f (a.js:1:1)\n', '@', '](', '/', 'revert ', '\n', '0'], random).repeat(
    1 + Math.floor(random() * 20_000),
  )
  return pick(
    [
      null,
      true,
      -1,
      0,
      2 ** 53,
      1e308,
      0.5,
      '',
      '\u0000',
      '\ud800',
      '__proto__',
      [],
      {},
      [value],
      { value },
      long,
      `${String(value)}${long}`,
      '2026-13-45T99:99:99Z',
      new Array(500).fill(value),
    ],
    random,
  )
}

function changeText(text: string, random: Random): string {
  const at = Math.floor(random() * (text.length + 1))
  const other = Math.min(text.length, at + Math.floor(random() * 40))
  const part = pick(JUNK, random)
  const many = 1 + Math.floor(random() ** 4 * 30_000)
  const changed = [
    () => text.slice(0, at) + part + text.slice(at),
    () => text.slice(0, at) + text.slice(other),
    () => text.slice(0, at) + text.slice(at, other).repeat(Math.min(many, 3_000)) + text.slice(at),
    () => text.slice(0, at) + part.repeat(many) + text.slice(at),
    () => text.slice(0, at) + `${part}${pick(JUNK, random)}`.repeat(Math.floor(many / 2)) + text.slice(other),
    () => text.slice(at) + text.slice(0, at),
  ]
  return pick(changed, random)().slice(0, 200_000)
}

function changeBytes(bytes: Buffer, random: Random | null): Buffer {
  if (!random || bytes.length === 0) return bytes
  const copy = Buffer.from(bytes)
  for (let n = 0; n < 1 + random() * 8; n++) copy[Math.floor(random() * copy.length)] = Math.floor(random() * 256)
  return copy
}
