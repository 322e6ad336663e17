// The repository's latest thousands of changes, cut into terms: as spans where the store keeps them, the newest one by one.
import type { RepositoryPast } from '../domain/ranking.ts'
import { summarize } from '../rank/earlier-change.ts'
import { packChange, unpackEarlier } from '../rank/kept-change.ts'
import { joinSpans, type KeptSpan, looseSpan, MOST_IN_SPAN, packSpan, unpackSpan } from '../rank/kept-span.ts'
import { prepareCandidate } from '../rank/prepare.ts'
import type { Work } from '../work.ts'
import { candidateOf } from './gather-candidates.ts'

const MOST_EARLIER = 6_000
/** Cutting one into terms takes a tenth of a millisecond, so what comes of it is kept. */
const CUT_AT_ONCE = 500
const CHANGES_OF_SPAN = 128
/** The newest stay apart: they are the ones that are still written, and a span of them would be packed in vain. */
const LOOSE = 64

type Row = Awaited<ReturnType<Work['tenant']['changes']['earlier']>>[number]
type Kept = { spans: KeptSpan[]; count: number; afterAt: Date; lastAt: Date }

export async function gatherEarlier(
  work: Work,
  repositoryId: number,
  before: Date,
): Promise<Required<Pick<RepositoryPast, 'earlier' | 'earlierHolding'>>> {
  const { changes } = work.tenant
  const kept = await readSpans(work, repositoryId, before)
  const newer = await changes.earlier(repositoryId, { after: kept?.lastAt ?? null, before }, MOST_EARLIER)
  const missing = MOST_EARLIER - newer.length - (kept?.count ?? 0)
  const older = kept && missing > 0 ? await changes.earlier(repositoryId, { after: null, before: after(kept.afterAt, 1) }, missing) : []
  const spans = [looseSpan(await cut(work, older)), ...(kept?.spans ?? []), looseSpan(await cut(work, newer))]
  await keepNewer(work, repositoryId, kept?.lastAt ?? null, newer)
  if (kept) await keepOlder(work, repositoryId, kept.afterAt, older)
  return joinSpans(spans, MOST_EARLIER)
}

async function readSpans({ tenant: { changes } }: Work, repositoryId: number, before: Date): Promise<Kept | null> {
  const rows = await changes.spans(repositoryId, before, Math.ceil(MOST_EARLIER / CHANGES_OF_SPAN))
  const [first, last] = [rows[0], rows.at(-1)]
  if (!first || !last) return null
  const spans = rows.flatMap(({ packed }) => unpackSpan(packed) ?? [])
  if (spans.length === rows.length) {
    return { spans, count: spans.reduce((sum, span) => sum + span.changes.length, 0), afterAt: first.afterAt, lastAt: last.lastAt }
  }
  await changes.dropSpans(repositoryId)
  return null
}

async function cut({ tenant: { changes } }: Work, rows: readonly Row[]) {
  const known = new Map(
    rows.flatMap(({ id, mergeSha, title, gist }) => {
      const read = gist && unpackEarlier(mergeSha, title, gist)
      return read ? [[id, read] as const] : []
    }),
  )
  const uncut = rows.filter(({ id }) => !known.has(id)).map(({ id }) => id)
  for (let from = 0; from < uncut.length; from += CUT_AT_ONCE) {
    const found = await changes.byIds(uncut.slice(from, from + CUT_AT_ONCE))
    const gists = found.map((change) => {
      const prepared = prepareCandidate(candidateOf(change, null, null, null))
      known.set(change.id, summarize(prepared))
      return { id: change.id, gist: packChange(prepared) }
    })
    await changes.setGists(gists)
  }
  return rows.flatMap(({ id }) => known.get(id) ?? [])
}

/** What landed after the last span, in spans, but for the newest. Changes of the same moment are of the same span. */
async function keepNewer(work: Work, repositoryId: number, lastAt: Date | null, rows: readonly Row[]): Promise<void> {
  let [from, afterAt] = [0, lastAt]
  while (rows.length - from >= CHANGES_OF_SPAN + LOOSE) {
    const span = { afterAt: afterAt ?? after(rows[from]!.mergedAt, -1), lastAt: rows[from + CHANGES_OF_SPAN - 1]!.mergedAt }
    await work.tenant.changes.keepSpan(repositoryId, span, pack)
    afterAt = span.lastAt
    while (from < rows.length && rows[from]!.mergedAt <= afterAt) from++
  }
}

/** What landed before the first one. */
async function keepOlder(work: Work, repositoryId: number, firstAfterAt: Date, rows: readonly Row[]): Promise<void> {
  let [to, lastAt] = [rows.length, firstAfterAt]
  while (to >= CHANGES_OF_SPAN) {
    const before = rows[to - CHANGES_OF_SPAN - 1]
    const span = { afterAt: before ? before.mergedAt : after(rows[to - CHANGES_OF_SPAN]!.mergedAt, -1), lastAt }
    await work.tenant.changes.keepSpan(repositoryId, span, pack)
    lastAt = span.afterAt
    while (to > 0 && rows[to - 1]!.mergedAt > lastAt) to--
  }
}

function pack(rows: readonly Pick<Row, 'mergeSha' | 'title' | 'gist'>[]): Uint8Array | null {
  const changes = rows.flatMap(({ mergeSha, title, gist }) => (gist && unpackEarlier(mergeSha, title, gist)) ?? [])
  return changes.length < rows.length || rows.length > MOST_IN_SPAN ? null : packSpan(changes)
}

const after = (at: Date, ms: number): Date => new Date(at.getTime() + ms)
