import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../../src/rank/metrics.ts'
import type { TenantStore } from '../../../src/store/store.ts'
import { at, change, sha, shared, type Open } from './made-up.ts'

const EVER = 9_999
const STEPS = 240
/** Which kind of write comes how often. */
const OFTEN = [0, 0, 0, 0, 1, 2, 3, 3, 3, 4]

export function earlierStoreContract(open: Open): void {
  describe('earlier changes', () => {
    const { place } = shared(open)

    type Read = { mergeSha: string; title: string; gist: Uint8Array | null }
    const text = (rows: readonly Read[]) =>
      rows.map(({ mergeSha, title, gist }) => `${mergeSha.slice(0, 8)} ${title} ${gist?.at(0)}`).join('\n')
    const pack = (rows: readonly Read[]) => Buffer.from(text(rows))
    const read = ({ packed }: { packed: Uint8Array }) => Buffer.from(packed).toString()

    it('are kept in spans that follow one another, each as its changes are now, whatever is written', async () => {
      const { tenant, repositoryId } = place()
      const next = seededRandom(7)
      const upTo = (count: number) => Math.floor(next() * count)
      const all = async (after: Date | null = null, before = at(EVER)) => tenant.changes.earlier(repositoryId, { after, before }, 1_000)
      const ids: number[] = []
      let [landed, held, most, outdated] = [0, 0, 0, 0]
      const shaOf = (n: number) => n.toString(16).padStart(8, '0').padEnd(40, '0')

      const writes = [
        // Mostly the newest, now and then one whose news came late; several of the same moment.
        async () => {
          const when = upTo(12) > 0 ? ++landed : upTo(landed + 1)
          const number = ids.length + 1
          ids.push(await tenant.changes.upsert(change(repositoryId, shaOf(number), { number, mergedAt: at(when), updatedAt: at(0) })))
        },
        async () => {
          const number = 1 + upTo(ids.length)
          await tenant.changes.edit(repositoryId, number, { title: `Say ${upTo(9)}`, bodyExcerpt: '', labels: [], updatedAt: at(1) })
        },
        async () => tenant.changes.linkSame(ids[upTo(ids.length)]!, ids[upTo(ids.length)]!),
        async () => {
          const rows = await all()
          const spans = await tenant.changes.spans(repositoryId, at(EVER), 1_000)
          const last = spans.at(-1)?.lastAt ?? null
          const loose = rows.filter(({ mergedAt }) => last === null || mergedAt > last)
          const end = loose[Math.min(loose.length - 1, 2 + upTo(6))]
          if (end) await tenant.changes.keepSpan(repositoryId, { afterAt: last ?? at(-1), lastAt: end.mergedAt }, pack)
        },
        async () => {
          const [first] = await tenant.changes.spans(repositoryId, at(EVER), 1_000)
          const older = first ? await all(null, new Date(first.afterAt.getTime() + 1)) : []
          const begin = older.at(-1 - upTo(older.length))
          if (first && begin && begin.mergedAt < first.afterAt)
            await tenant.changes.keepSpan(repositoryId, { afterAt: begin.mergedAt, lastAt: first.afterAt }, pack)
        },
      ]
      for (let step = 0; step < STEPS; step++) {
        await writes[step < 20 ? 0 : OFTEN[upTo(OFTEN.length)]!]!()
        const spans = await tenant.changes.spans(repositoryId, at(EVER), 1_000)
        if (spans.length < held) outdated++
        held = spans.length
        most = Math.max(most, held)
        for (const [place, span] of spans.entries()) {
          expect(span.afterAt).toEqual(spans[place - 1]?.lastAt ?? span.afterAt)
          expect(read(span)).toBe(text(await all(span.afterAt, new Date(span.lastAt.getTime() + 1))))
        }
      }
      // Otherwise nothing was shown.
      expect(most).toBeGreaterThan(3)
      expect(outdated).toBeGreaterThan(3)
    })

    it('are packed in no span that would leave a gap, and in none where nothing comes of it', async () => {
      const { tenant, repositoryId } = place()
      for (let n = 0; n < 8; n++) await tenant.changes.upsert(change(repositoryId, sha(String(n)), { mergedAt: at(n) }))
      const keep = (from: number, to: number, how: typeof pack | (() => null) = pack) =>
        tenant.changes.keepSpan(repositoryId, { afterAt: at(from), lastAt: at(to) }, how)
      const kept = async (t: TenantStore = tenant) =>
        (await t.changes.spans(repositoryId, at(EVER), 9)).map(({ afterAt, lastAt }) => [afterAt, lastAt])
      await keep(1, 3)
      await keep(4, 6)
      await keep(2, 5)
      await keep(-1, 0)
      await keep(3, 5, () => null)
      expect(await kept()).toEqual([[at(1), at(3)]])
      await keep(3, 5)
      await keep(-1, 1)
      expect(await kept()).toEqual([
        [at(-1), at(1)],
        [at(1), at(3)],
        [at(3), at(5)],
      ])
      expect((await tenant.changes.spans(repositoryId, at(5), 1)).map(read)).toEqual([
        text(await tenant.changes.earlier(repositoryId, { after: at(1), before: at(4) }, 9)),
      ])
      await tenant.changes.dropSpans(repositoryId)
      expect(await kept()).toEqual([])
    })
  })
}
