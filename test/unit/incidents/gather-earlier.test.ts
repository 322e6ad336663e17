import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { EarlierChange } from '../../../src/domain/ranking.ts'
import { gatherEarlier } from '../../../src/incidents/gather-earlier.ts'
import { candidateOf } from '../../../src/incidents/gather-candidates.ts'
import { summarize } from '../../../src/rank/earlier-change.ts'
import { looseSpan } from '../../../src/rank/kept-span.ts'
import { prepareCandidate, termHash } from '../../../src/rank/prepare.ts'
import { openStore } from '../../../src/store/open-store.ts'
import type { Store, TenantStore } from '../../../src/store/store.ts'
import type { Work } from '../../../src/work.ts'
import { at, change, file } from '../../contract/store/made-up.ts'
import { memoryGitHub } from '../../support/memory-github.ts'
import { silentLog } from '../../support/silent-log.ts'

const REPOSITORY = 7
const EVER = at(99_999)
const WORDS = ['quagmire', 'lawn', 'drain', 'fence']

let store: Store
let tenant: TenantStore
let work: Work
beforeEach(async () => {
  store = await openStore(':memory:')
  tenant = store.tenant(1)
  work = {
    tenant,
    github: memoryGitHub(),
    now: () => EVER,
    log: silentLog,
    refreshLater: async () => undefined,
    followUp: async () => undefined,
  }
})
afterEach(() => store.close())

const shaOf = (n: number): string => n.toString(16).padStart(40, '0')

/** Four at a time land in the same minute. */
const land = async (n: number, minute = Math.floor(n / 4)): Promise<number> =>
  tenant.changes.upsert(
    change(REPOSITORY, shaOf(n), {
      ...{ number: n + 1, title: `Dig ${WORDS[n % 4]!}`, bodyExcerpt: WORDS[n % 3]!, mergedAt: at(minute), updatedAt: at(minute) },
      ...{ files: [file(`src/${n % 9}.ts`)], identifiers: [] },
    }),
  )

const plain = ({ id, title, words, length, code, places }: EarlierChange) => ({ id, title, words, length, code, places })

/** What it must give, from whole changes. */
async function expected(before: Date) {
  const ids = (await tenant.changes.earlier(REPOSITORY, { after: null, before }, 6_000)).map(({ id }) => id)
  const byId = new Map((await tenant.changes.byIds(ids)).map((each) => [each.id, each]))
  return ids.map((id) => summarize(prepareCandidate(candidateOf(byId.get(id)!, null, null, null))))
}

async function check(before = EVER): Promise<number> {
  const found = await gatherEarlier(work, REPOSITORY, before)
  const all = await expected(before)
  expect(found.earlier.map(plain)).toEqual(all.map(plain))
  const holders = ({ holding }: Pick<ReturnType<typeof looseSpan>, 'holding'>) => {
    const list: number[] = []
    for (const word of WORDS) holding(termHash(word), (place, counts) => list.push(place, counts))
    return list
  }
  expect(holders({ holding: found.earlierHolding })).toEqual(holders(looseSpan(all)))
  return (await tenant.changes.spans(REPOSITORY, EVER, 99)).length
}

describe('the earlier changes of a repository', () => {
  it('are the same one by one, packed, and after each kind of news', async () => {
    for (let n = 0; n < 330; n++) await land(n)
    expect(await check()).toBe(2)
    expect(await check()).toBe(2)
    // A moment of the past, in the middle of a span.
    expect(await check(at(40))).toBe(2)
    for (let n = 330; n < 460; n++) await land(n)
    expect(await check()).toBe(3)
    // The words of one that was packed: what lies after its span stays.
    await tenant.changes.edit(REPOSITORY, 200, { title: 'Raise the lawn', bodyExcerpt: '', labels: [], updatedAt: at(9_999) })
    expect(await tenant.changes.spans(REPOSITORY, EVER, 99)).toHaveLength(1)
    expect(await check()).toBe(3)
    await tenant.changes.edit(REPOSITORY, 3, { title: 'Raise the fence', bodyExcerpt: '', labels: [], updatedAt: at(9_999) })
    expect(await tenant.changes.spans(REPOSITORY, EVER, 99)).toHaveLength(2)
    expect(await check()).toBe(3)
    // News of one that landed long ago.
    await land(1_000, 30)
    expect(await check()).toBe(3)
    const [first, second] = await tenant.changes.earlier(REPOSITORY, { after: null, before: EVER }, 900)
    await tenant.changes.linkSame(second!.id, first!.id)
    expect(await check()).toBe(3)
  })

  it('are read one by one where what is kept can not be read', async () => {
    for (let n = 0; n < 200; n++) await land(n)
    expect(await check()).toBe(1)
    await tenant.changes.dropSpans(REPOSITORY)
    const [first, last] = [at(-1), at(31)]
    await tenant.changes.keepSpan(REPOSITORY, { afterAt: first, lastAt: last }, () => Uint8Array.of(1, 2, 3))
    expect(await check()).toBe(1)
    const [span] = await tenant.changes.spans(REPOSITORY, EVER, 9)
    expect(span!.packed.byteLength).toBeGreaterThan(1_000)
  })
})
