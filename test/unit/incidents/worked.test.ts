// When it was last seen to work: what was live by then is ruled out, whoever says it in whichever way, and can be taken back.
import { afterEach, beforeEach, expect, it } from 'vitest'
import { followComment } from '../../../src/incidents/follow-comment.ts'
import { followIssue } from '../../../src/incidents/follow-issue.ts'
import { deployment, live, toService } from '../../contract/store/made-up.ts'
import { change, commentEvent, incidentWork, issueEvent, minutes, shop, type IncidentWork } from '../../support/incident-work.ts'

let at: IncidentWork
let ids: number[]

async function shopWithChanges(): Promise<IncidentWork> {
  const made = await incidentWork()
  ids = []
  for (const [number, mergedAt] of [
    [1, minutes(-30)],
    [2, minutes(-60)],
    [3, minutes(-90)],
  ] as const) {
    ids.push(await made.work.tenant.changes.upsert(change(number, `services/checkout/src/part-${number}.ts`, mergedAt)))
  }
  return made
}

beforeEach(async () => {
  at = await shopWithChanges()
})
afterEach(() => at.store.close())

const FORM = '### Last seen working\n\n13:45 UTC\n\n### What is seen\n\nDuplicate authorizations'
const person = (login: string) => ({ login, isBot: false })
const open = (body = 'Duplicate authorizations', author = 'octocat') =>
  followIssue(at.work, issueEvent('opened', { body, author: person(author) }, { sender: person(author) }))
const say = (text: string, told: Parameters<typeof commentEvent>[1] = {}) => followComment(at.work, commentEvent(text, told))
const answer = () => at.github.comments.get(7)?.[0]?.body ?? ''
const ruledOut = () =>
  [...answer().matchAll(/#(\d)\]\(\S+\) Change \d \| ([^|]*last seen to work\.)/g)].map(([, number, why]) => `${number} ${why}`)

/** #3 and #2 went live as `v41`, #1 as `v42`, twenty minutes before it began. */
async function deployed(): Promise<void> {
  const versions = [
    ['v41', 'a1', minutes(-50), [ids[1]!, ids[2]!]],
    ['v42', 'b2', minutes(-20), [ids[0]!]],
  ] as const
  for (const [ref, sha, liveAt, carried] of versions) {
    const facts = deployment(shop.id, ref, { ref, sha: sha.repeat(20), createdAt: liveAt })
    const [id = 0] = await at.work.tenant.deployments.upsert(facts, [toService('checkout')])
    const into = carried.map((changeId) => ({ changeId, direction: 'in' as const }))
    await at.work.tenant.deployments.setLive(id, live(liveAt, into))
  }
}

it('rules out what had landed by then, and says so with a way back', async () => {
  await open()
  expect(answer()).toContain('3 changes weighed')
  await say('/worked 13:45 the health check was green')
  expect(answer()).toContain('1 change weighed')
  expect(ruledOut()).toEqual([
    '2 Merged 15 minutes before it was last seen to work.',
    '3 Merged 45 minutes before it was last seen to work.',
  ])
  expect(answer()).toMatch(
    /^\*\*Last seen to work\*\* 2026-03-10 13:45 UTC \(\[says monalisa\]\(\S+\)\): 2 changes from before are ruled out\. If that was wrong, write `\/worked unknown`\.$/m,
  )
  expect(answer()).toContain('2026-03-10 13:45 UTC · monalisa said that it still worked: the health check was green')
  await say('/worked unknown', { id: 2, at: 6 })
  expect(answer()).toContain('3 changes weighed')
  expect(answer()).not.toContain('Last seen to work')
})

it('takes a version that was live, or a change', async () => {
  await deployed()
  await open()
  await say('/worked v41')
  expect(ruledOut()).toEqual(['2 Live when it was last seen to work.', '3 Live when it was last seen to work.'])
  expect(answer()).toMatch(/Last seen to work\*\* 2026-03-10 13:40 UTC with v41 \(/)
  await say('/worked unknown', { id: 2, at: 6 })
  await say(`/worked ${'a1'.repeat(4)}`, { id: 3, at: 7 })
  expect(ruledOut()).toHaveLength(2)
  await say('/worked unknown', { id: 4, at: 8 })
  await say('/worked #2', { id: 5, at: 9 })
  expect(ruledOut()).toHaveLength(2)
  expect(answer()).toMatch(/2026-03-10 13:40 UTC with #\S*2 \(/)
})

it('counts the newest word, in whichever order they come', async () => {
  await open()
  await say('/worked 13:45', { id: 2, at: 8 })
  await say('/worked 13:20', { id: 3, at: 6 })
  expect(ruledOut()).toHaveLength(2)
  const inOrder = answer()
  await at.store.close()
  at = await shopWithChanges()
  await open()
  await say('/worked 13:20', { id: 3, at: 6 })
  await say('/worked 13:45', { id: 2, at: 8 })
  expect(answer()).toBe(inOrder)
})

it('stands behind a verdict', async () => {
  await open()
  await say('/worked 13:45')
  await say('/cause #2', { id: 2, at: 6 })
  expect(answer()).toMatch(/^### Confirmed cause: \[#2\]/m)
  expect(ruledOut()).toEqual(['3 Merged 45 minutes before it was last seen to work.'])
  expect(answer()).not.toContain('**Last seen to work**')
})

it('is read from the form, where somebody with write access stands behind the report', async () => {
  await open(FORM)
  expect(ruledOut()).toHaveLength(2)
  expect(answer()).toMatch(/\(\[says octocat\]\(\S+\/acme\/shop\/issues\/7\)\)/)
  await say('/worked unknown', { issue: { body: FORM } })
  expect(ruledOut()).toEqual([])
})

it('counts for nothing in what is merely reported', async () => {
  await open(FORM, 'outsider')
  expect(answer()).toContain('Reported, not yet acknowledged')
  expect(ruledOut()).toEqual([])
  await say('On it.', { issue: { body: FORM, author: person('outsider') } })
  expect(ruledOut()).toHaveLength(2)
})

it('counts for nothing once it began before that', async () => {
  await open()
  await say('/worked 13:45')
  const body = 'Duplicate authorizations, started at 13:40 UTC'
  await followIssue(at.work, issueEvent('edited', { body, updatedAt: minutes(9) }, { bodyBefore: 'Duplicate authorizations' }))
  expect(answer()).toContain('began 2026-03-10 13:40 UTC')
  expect(answer()).not.toContain('Last seen to work')
  expect(answer()).toContain('2 changes weighed')
})

it('is asked for while nobody says', async () => {
  await at.work.tenant.changes.upsert(change(4, 'services/checkout/src/part-4.ts', minutes(-120)))
  await open()
  expect(answer()).toContain('When did it last work? `/worked 13:40`')
  await say('/worked 13:45')
  expect(answer()).not.toContain('When did it last work?')
})

it('takes no fact from a change that somebody rules out, too', async () => {
  await at.work.tenant.changes.upsert(change(5, 'services/checkout/src/part-5.ts', minutes(2)))
  await open()
  await say('/not-cause #5')
  expect(answer()).toMatch(/#5\]\(\S+\) Change 5 \| Merged 2 minutes after it began\./)
})
