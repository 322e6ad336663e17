// Reads a prepared data set of reports: incidents.jsonl.gz and pairs.jsonl in one folder.
import { hash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { z } from 'zod'
import type { SimilarSet } from '../rank/learn/similar-cases.ts'

const incidentLine = z.object({
  id: z.string(),
  at: z.coerce.date(),
  title: z.string(),
  body: z.string().default(''),
})
const pairLine = z.object({ query: z.string(), relevant: z.array(z.string()) })

/** Throws, with file and line, on what cannot be read. A pair that names an unknown or a later report is an error too. */
export async function readSimilarSet(folder: string): Promise<SimilarSet> {
  const file = join(folder, 'incidents.jsonl.gz')
  // Final labels are in the files, but were not known when a report came in.
  const unpacked = await promisify(gunzip)(await readFile(file))
  const lines = linesOf(unpacked.toString('utf8'), incidentLine, file)
  const places = new Map(lines.map(({ id }, place) => [id, place]))
  const pairsFile = join(folder, 'pairs.jsonl')
  const pairs = linesOf(await readFile(pairsFile, 'utf8'), pairLine, pairsFile).map(({ query, relevant }): [number, Set<number>] => {
    const place = places.get(query)
    const earlier = relevant.map((id) => places.get(id))
    if (place === undefined || earlier.some((each) => each === undefined || each >= place))
      throw new Error(
        `${pairsFile}: "${query}" or one of its pairs is not in ${file}, or is not earlier. Check that both files belong together.`,
      )
    return [place, new Set(earlier.filter((each) => each !== undefined))]
  })
  const textOf = (place: number): string =>
    `${lines[place]?.at.toISOString() ?? ''}\n${lines[place]?.title ?? ''}\n${lines[place]?.body ?? ''}`
  return {
    name: basename(resolve(folder)),
    incidents: lines.map(({ title, body, at }, id) => ({ id, title, body, openedAt: at, labels: [], services: [] })),
    pairs: new Map(pairs),
    hashes: new Map(pairs.map(([place, same]) => [place, hash('sha256', JSON.stringify([place, ...same].map(textOf))).slice(0, 16)])),
  }
}

function linesOf<T>(text: string, schema: z.ZodType<T>, file: string): T[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line, index) => {
      const parsed = schema.safeParse(jsonOf(line))
      if (!parsed.success) throw new Error(`${file}, line ${index + 1}: ${z.prettifyError(parsed.error)}`)
      return parsed.data
    })
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
