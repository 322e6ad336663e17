import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../../src/rank/metrics.ts'
import { textIndex } from '../../../src/rank/similar/similar-index.ts'
import { similarQuestion, similarTerms } from '../../../src/rank/similar/similar-terms.ts'
import { at, BIG, change, incident, octocat, repository, sha, shared, type Open } from './made-up.ts'

const DAY = 24 * 60

export function incidentStoreContract(open: Open): void {
  describe('incidents', () => {
    const { place } = shared(open)

    it('finds those detected in a period, its end left out, newest first', async () => {
      const { tenant, repositoryId } = place()
      const ids = []
      for (const minutes of [1, 2, 3, 4])
        ids.push(await tenant.incidents.upsert(incident(repositoryId, minutes, { detectedAt: at(minutes) })))
      await tenant.incidents.retract(ids[1]!, at(9))
      const found = await tenant.incidents.detectedBetween([repositoryId], at(1), at(4), 9)
      expect(found.map(({ id }) => id)).toEqual([ids[2], ids[0]])
      expect(await tenant.incidents.detectedBetween([repositoryId], at(1), at(4), 1)).toHaveLength(1)
    })

    it('gives back every fact, by issue, id and report', async () => {
      const { tenant, repositoryId } = place()
      const facts = incident(repositoryId, 5, { title: '決済がタイムアウト 😀', closedAt: at(4), reportKey: 'abc', severity: null })
      const id = await tenant.incidents.upsert(facts)
      const stored = {
        ...facts,
        id,
        status: 'triggered',
        acknowledgedAt: null,
        mitigatedAt: null,
        resolvedAt: null,
        fix: null,
        lead: null,
        duplicateOfId: null,
        retractedAt: null,
      }
      expect(await tenant.incidents.byIssue(repositoryId, 5)).toEqual(stored)
      expect(await tenant.incidents.byId(id)).toEqual(stored)
      expect(await tenant.incidents.byReportKey(repositoryId, 'abc')).toEqual(stored)
      expect(await tenant.incidents.byIds([id, id + 1])).toEqual([stored])
      expect(await tenant.incidents.openedAt([id])).toEqual(new Map([[id, at(0)]]))
      expect(await tenant.incidents.byIssue(repositoryId, 6)).toBeNull()
      expect(await tenant.incidents.byReportKey(repositoryId, 'abd')).toBeNull()
    })

    it('takes newer facts, and from older ones only what is missing', async () => {
      const { tenant, repositoryId } = place()
      const id = await tenant.incidents.upsert(incident(repositoryId, 5, { title: 'B', severity: null, updatedAt: at(5) }))
      expect(await tenant.incidents.upsert(incident(repositoryId, 5, { title: 'A', severity: 1, updatedAt: at(1) }))).toBe(id)
      expect(await tenant.incidents.byId(id)).toMatchObject({ title: 'B', severity: 1, updatedAt: at(5) })
      await tenant.incidents.upsert(incident(repositoryId, 5, { title: 'C\0', closedAt: at(7), updatedAt: at(7) }))
      expect(await tenant.incidents.byId(id)).toMatchObject({ title: 'C', closedAt: at(7) })
    })

    it('is a mere report until someone trusted stands behind it', async () => {
      const { tenant, repositoryId } = place()
      const id = await tenant.incidents.upsert(incident(repositoryId, 5, { isTrusted: false }))
      expect((await tenant.incidents.byId(id))?.status).toBe('reported')
      await tenant.incidents.upsert(incident(repositoryId, 5, { isTrusted: true, updatedAt: at(1) }))
      expect((await tenant.incidents.byId(id))?.status).toBe('triggered')
    })

    it('keeps its state, part by part, and what fixed it', async () => {
      const { tenant, repositoryId } = place()
      const id = await tenant.incidents.upsert(incident(repositoryId, 5))
      await tenant.incidents.setState(id, { status: 'acknowledged', acknowledgedAt: at(1), lead: 'octocat' })
      await tenant.incidents.setState(id, {})
      await tenant.incidents.setState(id, { status: 'resolved', mitigatedAt: at(3), resolvedAt: at(4), severity: 1, services: ['ledger'] })
      const times = { acknowledgedAt: at(1), mitigatedAt: at(3), resolvedAt: at(4) }
      const told = { status: 'resolved', lead: 'octocat', severity: 1, services: ['ledger'], ...times }
      expect(await tenant.incidents.byId(id)).toMatchObject(told)
      expect(await tenant.incidents.open(9)).toEqual([])
      await tenant.incidents.setState(id, { status: 'triggered', acknowledgedAt: null, mitigatedAt: null, resolvedAt: null, lead: null })
      expect(await tenant.incidents.byId(id)).toMatchObject({ status: 'triggered', acknowledgedAt: null, resolvedAt: null, lead: null })
      expect(await tenant.incidents.open(9)).toHaveLength(1)
      const fix = { kind: 'comment' as const, excerpt: 'restarted', url: 'https://example.test' }
      await tenant.incidents.setFix(id, fix)
      expect((await tenant.incidents.byId(id))?.fix).toEqual(fix)
      await tenant.incidents.setFix(id, null)
      expect((await tenant.incidents.byId(id))?.fix).toBeNull()
    })

    it('lists the open ones of the installation, newest first', async () => {
      const { tenant, repositoryId } = place()
      const ids: number[] = []
      for (const number of [1, 2, 3, 4])
        ids.push(await tenant.incidents.upsert(incident(repositoryId + number, number, { openedAt: at(number) })))
      await tenant.incidents.setState(ids[1]!, { status: 'resolved', resolvedAt: at(9) })
      await tenant.incidents.retract(ids[2]!, at(9))
      expect((await tenant.incidents.open(9)).map((one) => one.id)).toEqual([ids[3], ids[0]])
      expect(await tenant.incidents.open(1)).toHaveLength(1)
    })

    it('names the incidents whose answer may change with something at a moment', async () => {
      const { tenant, repositoryId } = place()
      const ids: number[] = []
      for (const [index, day] of [0, 10, 20].entries()) {
        ids.push(await tenant.incidents.upsert(incident(repositoryId, index, { detectedAt: at(day * DAY) })))
      }
      const touched = async (day: number, lookbackDays?: number) =>
        (await tenant.incidents.touchedBy(repositoryId, at(day * DAY), lookbackDays && lookbackDays * DAY * 60_000)).map((one) =>
          ids.indexOf(one.id),
        )
      expect(await touched(-14)).toEqual([0])
      expect(await touched(-15)).toEqual([])
      expect(await touched(8)).toEqual([2, 1, 0])
      expect(await touched(8, 3)).toEqual([1])
      await tenant.incidents.setState(ids[0]!, { status: 'resolved', resolvedAt: at(5 * DAY) })
      expect(await touched(5)).toEqual([1, 0])
      expect(await touched(6)).toEqual([2, 1])
      await tenant.incidents.retract(ids[1]!, at(0))
      expect(await touched(6)).toEqual([2])
    })

    it('names those that were folded into one, unless they are retracted', async () => {
      const { tenant, repositoryId } = place()
      const ids: number[] = []
      for (const number of [1, 2, 3, 4]) ids.push(await tenant.incidents.upsert(incident(repositoryId, number)))
      for (const id of [ids[3]!, ids[1]!, ids[2]!]) await tenant.incidents.setState(id, { duplicateOfId: ids[0]! })
      await tenant.incidents.retract(ids[2]!, at(1))
      expect((await tenant.incidents.duplicatesOf(ids[0]!)).map(({ id }) => id)).toEqual([ids[1], ids[3]])
      expect(await tenant.incidents.duplicatesOf(ids[1]!)).toEqual([])
    })

    it('keeps verdicts in order, each once, and only on what it knows', async () => {
      const { tenant, repositoryId } = place()
      const incidentId = await tenant.incidents.upsert(incident(repositoryId, 1))
      const changeId = await tenant.changes.upsert(change(repositoryId, sha('a')))
      const caused = { incidentId, changeId, verdict: 'caused' as const, at: at(2), by: octocat }
      const none = { incidentId, changeId: null, verdict: 'no-change' as const, at: at(1), by: octocat }
      for (const outcome of [caused, none, caused, none, { ...caused, changeId: -9 }, { ...caused, incidentId: -9 }]) {
        await tenant.incidents.addOutcome(outcome)
      }
      expect(await tenant.incidents.outcomes(incidentId)).toEqual([none, caused])
    })

    it('prefers the shorter of two earlier incidents that share as much', async () => {
      const { tenant, repositoryId } = place()
      const add = async (number: number, terms: string[]) => {
        const id = await tenant.incidents.upsert(incident(repositoryId, number, { openedAt: at(number) }))
        await tenant.incidents.indexTerms(id, terms)
        return id
      }
      const long = await add(1, ['memory', ...Array.from({ length: 50 }, (_, index) => `word${index}`)])
      const short = await add(2, ['memory'])
      await tenant.repositories.upsert(repository(repositoryId, tenant.installationId))
      const reader = { id: repositoryId, owner: 'acme', name: 'shop' }
      const found = await tenant.incidents.search({ reader, terms: ['memory'], rarest: 9, before: at(9), limit: 9 })
      expect(found.ids).toEqual([short, long])
    })

    it('finds earlier incidents as the index of the evaluations does, common words or not', async () => {
      const { tenant, repositoryId } = place()
      await tenant.repositories.upsert(repository(repositoryId, tenant.installationId, { isPrivate: true }))
      const random = seededRandom(3)
      const subjects = Array.from({ length: 40 }, (_, index) => `subject${String.fromCharCode(97 + (index % 26))}${index}`)
      const pick = () => subjects[Math.floor(random() ** 2 * subjects.length)]!
      const text = () => ({ title: `checkout ${pick()} ${pick()}`, body: `everywhere ${pick()} ${pick()}` })
      const index = textIndex()
      const texts = Array.from({ length: 505 }, text)
      const ids: number[] = []
      for (const [place, each] of texts.entries()) {
        ids.push(await tenant.incidents.upsert(incident(repositoryId, place + 1, { ...each, openedAt: at(place) })))
        index.add(each)
      }
      await Promise.all(texts.map((each, place) => tenant.incidents.indexTerms(ids[place]!, similarTerms(each))))
      for (let asked = 0; asked < 8; asked++) {
        const each = text()
        const found = await tenant.incidents.search({
          reader: { id: repositoryId, owner: 'acme', name: 'shop' },
          ...similarQuestion(each),
          before: at(999),
          limit: 50,
        })
        const { documents, ...statistics } = index.search(each, 50)
        expect(found).toMatchObject(statistics)
        expect(found.ids).toEqual(documents.map((document) => ids[document]))
        expect(found.documentFrequency.get('checkout')).toBe(505)
      }
    }, 60_000)

    it('finds by one word the newest that have it, ten times as many as asked for', async () => {
      const { tenant, repositoryId } = place()
      await tenant.repositories.upsert(repository(repositoryId, tenant.installationId))
      const index = textIndex()
      const ids: number[] = []
      for (let number = 1; number <= 25; number++) {
        const text = { title: number === 1 ? 'cart timeout' : 'cart', body: '' }
        index.add(text)
        ids.push(await tenant.incidents.upsert(incident(repositoryId, number, { openedAt: at(number) })))
        await tenant.incidents.indexTerms(ids.at(-1)!, similarTerms(text))
      }
      const reader = { id: repositoryId, owner: 'acme', name: 'shop' }
      const found = async (title: string, limit: number) =>
        (await tenant.incidents.search({ reader, ...similarQuestion({ title, body: '' }), before: at(99), limit })).ids
      expect(await found('cart', 2)).toEqual([ids[5], ids[6]])
      expect((await found('cart timeout', 2))[0]).toBe(ids[0])
      expect(index.search({ title: 'cart', body: '' }, 2).documents).toEqual([5, 6])
    })

    it('counts for each reader what it may be told of, whatever became of it', async () => {
      const { tenant, repositoryId } = place()
      const { tenant: next } = place()
      const [open, closed] = [repositoryId, repositoryId + BIG]
      const kept = (id: number, more = {}) => repository(id, tenant.installationId, { name: `r${id}`, ...more })
      const counted = async (reader: number, of = tenant) => {
        const { documentCount, documentFrequency } = await of.incidents.search({
          reader: { id: reader, owner: 'acme', name: `r${reader}` },
          ...{ terms: ['memory', 'swap'], rarest: 9, before: at(50), limit: 9 },
        })
        return [documentCount, documentFrequency.get('memory') ?? 0, documentFrequency.get('swap') ?? 0]
      }
      const add = async (home: number, number: number, terms: string[]) => {
        const id = await tenant.incidents.upsert(incident(home, number, { openedAt: at(number) }))
        await tenant.incidents.indexTerms(id, terms)
        return id
      }
      // Before the repository itself is known.
      const first = await add(open, 1, ['memory'])
      await add(closed, 2, ['memory', 'swap'])
      expect([await counted(open), await counted(closed)]).toEqual([
        [1, 1, 0],
        [1, 1, 1],
      ])
      await tenant.repositories.upsert(kept(open))
      await tenant.repositories.upsert(kept(closed, { isPrivate: true }))
      expect([await counted(open), await counted(closed)]).toEqual([
        [1, 1, 0],
        [2, 2, 1],
      ])
      await tenant.incidents.indexTerms(first, ['swap'])
      await tenant.incidents.indexTerms(first, ['swap'])
      await tenant.repositories.upsert(kept(closed))
      expect([await counted(open), await counted(closed)]).toEqual([
        [2, 1, 2],
        [2, 1, 2],
      ])
      await tenant.incidents.retract(first, at(9))
      await tenant.incidents.retract(first, at(9))
      expect(await counted(closed)).toEqual([1, 1, 1])
      await tenant.incidents.retract(first, null)
      await tenant.repositories.markRemoved(open, at(9))
      expect([await counted(open), await counted(closed)]).toEqual([
        [2, 1, 2],
        [1, 1, 1],
      ])
      await tenant.repositories.upsert(kept(open, { isPrivate: true }))
      expect([await counted(open), await counted(closed)]).toEqual([
        [2, 1, 2],
        [1, 1, 1],
      ])
      await next.repositories.upsert({ ...kept(open), installationId: next.installationId })
      expect([await counted(open), await counted(closed), await counted(open, next)]).toEqual([
        [1, 1, 1],
        [1, 1, 1],
        [1, 0, 1],
      ])
    })

    it('finds earlier incidents by their rarest shared words, the most telling first, ties by id', async () => {
      const { tenant, repositoryId } = place()
      const other = repositoryId + BIG
      const reader = { id: repositoryId, owner: 'acme', name: 'shop' }
      const isPrivate = true
      await tenant.repositories.upsert(repository(repositoryId, tenant.installationId, { isPrivate }))
      await tenant.repositories.upsert(repository(other, tenant.installationId, { isPrivate }))
      const add = async (number: number, terms: string[], repository = repositoryId) => {
        const id = await tenant.incidents.upsert(incident(repository, number, { openedAt: at(number) }))
        await tenant.incidents.indexTerms(id, terms)
        return id
      }
      const timeout = await add(1, ['checkout', 'タイムアウト', 'down'])
      const memory = await add(2, ['checkout', 'memory', 'down'])
      const alike = await add(3, ['checkout', 'memory', 'memory', 'slow'])
      const elsewhere = await add(4, ['memory', 'up', 'again'], other)
      await add(50, ['memory', 'later'])
      const search = (terms: string[], over: Partial<Parameters<typeof tenant.incidents.search>[0]> = {}) =>
        tenant.incidents.search({ reader, terms, before: at(50), rarest: 9, limit: 9, ...over })
      expect(await search(['checkout', 'タイムアウト', 'later', 'unheard'])).toEqual({
        ids: [timeout, memory, alike],
        documentCount: 3,
        documentFrequency: new Map([
          ['checkout', 3],
          ['タイムアウト', 1],
        ]),
      })
      expect((await search(['memory'])).ids).toEqual([memory, alike])
      expect((await search(['memory', 'down', 'checkout'], { limit: 1 })).ids).toEqual([memory])
      expect((await search(['checkout', 'タイムアウト'], { rarest: 1 })).ids).toEqual([timeout])
      expect((await search(['タイムアウト'], { always: [{ term: 'down', weight: 9 }] })).ids).toEqual([timeout, memory])
      expect((await search(['slow'], { rarest: 0, always: [{ term: 'down', weight: 1 }] })).ids).toEqual([timeout, memory])
      await tenant.repositories.upsert(repository(other, tenant.installationId, { isPrivate: false }))
      expect((await search(['memory'])).ids).toEqual([memory, alike, elsewhere])
      await tenant.repositories.upsert(repository(other, tenant.installationId, { isPrivate }))
      expect(await search(['memory'], { reader: { ...reader, id: -1 } })).toEqual({
        ids: [],
        documentCount: 0,
        documentFrequency: new Map(),
      })
      expect((await search([])).ids).toEqual([])
      await tenant.incidents.indexTerms(memory, ['swap'])
      expect((await search(['memory'])).ids).toEqual([alike])
      await tenant.incidents.retract(alike, at(60))
      expect(await search(['memory'])).toMatchObject({ ids: [], documentCount: 2 })
      await tenant.incidents.retract(alike, null)
      expect((await search(['memory'])).ids).toEqual([alike])
      await tenant.incidents.upsert(incident(repositoryId, 3, { openedAt: at(70), updatedAt: at(70) }))
      expect((await search(['memory'])).ids).toEqual([])
    })
  })
}
