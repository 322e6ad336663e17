// Reads a prepared data set of changes and whether each was reverted: one gzipped file of JSON lines a repository.
import { hash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { z } from 'zod'
import type { RiskSet } from '../risk/learn/risk-set.ts'

const flag = z.union([z.boolean(), z.literal(0), z.literal(1)]).transform(Boolean)
const count = z.number().int().nonnegative()
const line = z.object({
  id: z.string(),
  at: z.coerce.date(),
  title: z.string(),
  files: z.array(z.tuple([z.string(), count, count, count, count])),
  nfiles: count,
  added: count,
  deleted: count,
  file_prior_reverts_sum: z.number().nonnegative(),
  is_revert: flag,
  reverted_within_14d: flag,
  fixed_within_14d: flag.default(false),
})

/** Throws, with file and line, on what cannot be read. */
export async function readRiskSet(file: string): Promise<RiskSet> {
  const packed = await readFile(file)
  const bytes = file.endsWith('.gz') ? await promisify(gunzip)(packed) : packed
  const changes: RiskSet['changes'] = []
  for (const [index, text] of bytes.toString('utf8').split('\n').entries()) {
    if (text === '') continue
    const parsed = line.safeParse(jsonOf(text))
    if (!parsed.success) throw new Error(`${file}, line ${index + 1}: ${z.prettifyError(parsed.error)}`)
    const { data } = parsed
    changes.push({
      at: data.at,
      title: data.title,
      files: data.files.map(([path, added, deleted]) => ({ path, added, deleted })),
      fileCount: data.nfiles,
      added: data.added,
      deleted: data.deleted,
      priorReverts: data.file_prior_reverts_sum,
      isRevert: data.is_revert,
      isReverted: data.reverted_within_14d,
      isFixed: data.fixed_within_14d,
    })
  }
  if (changes.length === 0) throw new Error(`${file} holds no changes: give a file of JSON lines, gzipped or not.`)
  return { name: basename(file).replace(/\.jsonl(?:\.gz)?$/, ''), hash: hash('sha256', bytes).slice(0, 16), changes }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
