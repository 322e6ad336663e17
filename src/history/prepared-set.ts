// Reads a prepared data set: changes.jsonl.gz, diffs.jsonl.gz (optional) and cases.jsonl in one folder.
import { createHash } from 'node:crypto'
import { createReadStream, existsSync } from 'node:fs'
import { basename, join } from 'node:path'
import { createInterface } from 'node:readline'
import { createGunzip } from 'node:zlib'
import { z } from 'zod'
import type { ChangedFile } from '../domain/change.ts'
import type { Candidate } from '../domain/ranking.ts'
import type { KnownCase } from '../rank/learn/replay-cases.ts'

const time = z.iso.datetime({ offset: true }).transform((text) => new Date(text))
const count = z.number().int().nonnegative()

const changeLine = z.object({
  id: z.string().min(1),
  at: time,
  title: z.string(),
  body: z.string(),
  files: z.array(z.tuple([z.string(), count.nullable(), count.nullable()])),
  nfiles: count,
  added: count,
  deleted: count,
  pr: z.number().int().nullable(),
  reverts: z.string().nullable(),
})

const diffLine = z.object({
  id: z.string().min(1),
  symbols: z.array(z.string()),
  tokens: z.array(z.string()),
  hunks: z.array(z.tuple([count, count, count])),
})

const caseLine = z.object({
  id: z.string().min(1),
  at: time,
  text: z.string(),
  culprit: z.array(z.string().min(1)).min(1),
  kind: z.string(),
  pool: z.number().int().positive(),
  pool_last: z.string().min(1),
  title_run: z.number().optional(),
  describes_change: z.boolean().optional(),
  specific: z.boolean().optional(),
})

type PreparedCase = KnownCase & {
  /** Of its content: the same case has the same in whatever set it stands. */
  hash: string
  titleRun: number | null
  describesChange: boolean | null
  isSpecific: boolean | null
}

export type PreparedSet = {
  name: string
  /** Oldest first. */
  changes: Candidate[]
  /** By the incident's time. */
  cases: PreparedCase[]
}

/** Reads a data set folder. Throws an error that names the file and line of what is missing or wrong. */
export async function readPreparedSet(folder: string): Promise<PreparedSet> {
  const diffsFile = join(folder, 'diffs.jsonl.gz')
  const diffs = new Map<string, z.infer<typeof diffLine>>()
  if (existsSync(diffsFile)) for await (const { value } of lines(diffsFile, diffLine)) diffs.set(value.id, value)
  const changes: Candidate[] = []
  const places = new Map<string, number>()
  for await (const { value, line } of lines(join(folder, 'changes.jsonl.gz'), changeLine)) {
    if (places.has(value.id)) throw new Error(`${join(folder, 'changes.jsonl.gz')}:${line}: the change ${value.id} stands there twice`)
    places.set(value.id, changes.length)
    changes.push(candidateOf(value, diffs.get(value.id)))
  }
  const casesFile = join(folder, 'cases.jsonl')
  const cases: PreparedCase[] = []
  for await (const { value, line } of lines(casesFile, caseLine)) {
    const last = places.get(value.pool_last)
    if (last === undefined) throw new Error(`${casesFile}:${line}: pool_last ${value.pool_last} is not in changes.jsonl.gz`)
    if (value.pool > last + 1) throw new Error(`${casesFile}:${line}: a pool of ${value.pool} begins before the first change`)
    cases.push({
      id: value.id,
      at: value.at,
      text: value.text,
      culprits: value.culprit,
      poolStart: last + 1 - value.pool,
      poolEnd: last + 1,
      hash: hashOf(value),
      titleRun: value.title_run ?? null,
      describesChange: value.describes_change ?? null,
      isSpecific: value.specific ?? null,
    })
  }
  cases.sort((a, b) => a.at.getTime() - b.at.getTime() || (a.id < b.id ? -1 : 1))
  return { name: basename(folder.replace(/\/+$/, '')), changes, cases }
}

/** As if somebody had said that it still worked so long before the first of its causes landed. */
export function toldItWorked(set: PreparedSet, beforeMs: number): PreparedSet {
  const landed = new Map(set.changes.map(({ id, mergedAt }) => [id, mergedAt.getTime()]))
  const cases = set.cases.map((each) => {
    const causes = each.culprits.flatMap((id) => landed.get(id) ?? [])
    return causes.length === 0 ? each : { ...each, workedAt: new Date(Math.min(...causes) - beforeMs) }
  })
  return { ...set, cases }
}

/** Twelve digits tell millions of cases apart, and a model file that lists thousands stays readable. */
function hashOf({ at, text, culprit }: z.infer<typeof caseLine>): string {
  const content = JSON.stringify([at.toISOString(), text, culprit.toSorted()])
  return createHash('sha256').update(content).digest('hex').slice(0, 12)
}

function candidateOf(change: z.infer<typeof changeLine>, diff: z.infer<typeof diffLine> | undefined): Candidate {
  const files = change.files.map(([path, added, deleted], at): ChangedFile => ({
    path,
    previousPath: null,
    status: 'modified',
    added: added ?? 0,
    deleted: deleted ?? 0,
    ranges: (diff?.hunks ?? []).filter(([file]) => file === at).map(([, start, lines]) => ({ start, count: lines })),
    symbols: [],
  }))
  return {
    id: change.id,
    number: change.pr,
    shas: [change.id],
    title: change.title,
    body: change.body,
    paths: files.map(({ path }) => path),
    files,
    fileCount: change.nfiles,
    added: change.added,
    deleted: change.deleted,
    identifiers: diff?.tokens ?? [],
    symbols: diff?.symbols ?? [],
    author: null,
    labels: [],
    mergedAt: change.at,
    liveAt: null,
    serviceDistance: null,
    references: change.reverts === null ? [] : [{ kind: 'reverts', by: 'sha', sha: change.reverts }],
    bumps: [],
    filesTruncated: change.nfiles > files.length,
    ruledOut: null,
  }
}

/** Lines of a JSON-lines file, plain or gzipped, checked by a schema. */
async function* lines<T>(file: string, schema: z.ZodType<T>): AsyncGenerator<{ value: T; line: number }> {
  if (!existsSync(file))
    throw new Error(`${file} is missing: a data set folder holds changes.jsonl.gz and cases.jsonl (diffs.jsonl.gz is optional)`)
  const raw = createReadStream(file)
  const input = file.endsWith('.gz') ? raw.pipe(createGunzip()) : raw
  let line = 0
  try {
    for await (const text of createInterface({ input, crlfDelay: Infinity })) {
      line++
      if (text.trim() === '') continue
      const parsed = schema.safeParse(JSON.parse(text))
      if (!parsed.success) throw new Error(z.prettifyError(parsed.error))
      yield { value: parsed.data, line }
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw reason.startsWith(file) ? error : new Error(`${file}:${line}: ${reason}`)
  } finally {
    raw.destroy()
  }
}
