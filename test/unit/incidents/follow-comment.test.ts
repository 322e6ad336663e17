// Every command, by everybody, in every way it can be written; and that comments told twice, late or out of order end in
// the same state, with the same comment.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { IssueCommentEvent, IssueEvent } from '../../../src/domain/issue-event.ts'
import { readCatalog } from '../../../src/catalog/read-catalog.ts'
import { followComment } from '../../../src/incidents/follow-comment.ts'
import { followIssue } from '../../../src/incidents/follow-issue.ts'
import { readTimeline } from '../../../src/incidents/read-timeline.ts'
import { deployment, live, toService } from '../../contract/store/made-up.ts'
import { change, commentEvent, incidentWork, issueEvent, minutes, shop, type IncidentWork } from '../../support/incident-work.ts'

const OTHER = { number: 45, title: 'Ledger is slow', body: 'Postings wait' }
let at: IncidentWork

async function open(): Promise<IncidentWork> {
  const opened = await incidentWork()
  for (const [number, path] of [
    [1, 'services/checkout/src/authorize.ts'],
    [2, 'services/checkout/src/cart.ts'],
  ] as const) {
    await opened.work.tenant.changes.upsert(change(number, path, minutes(-30 * number)))
  }
  await followIssue(opened.work, issueEvent('opened', OTHER))
  await followIssue(opened.work, issueEvent('opened'))
  opened.github.calls.length = 0
  return opened
}

beforeEach(async () => {
  at = await open()
})
afterEach(() => at.store.close())

const incident = (of = at, number = 7) => of.work.tenant.incidents.byIssue(shop.id, number)
/** GitHub sends along the issue as it is by then, with the labels that it was given. */
const say = (text: string, told: Parameters<typeof commentEvent>[1] = {}) =>
  followComment(
    at.work,
    commentEvent(text, { ...told, issue: { labels: ['incident', ...(at.github.labels.get(7) ?? [])], ...told.issue } }),
  )
/** What people said and did; which suspect our answer named first stands there too, and has its own tests. */
const entries = async (of = at) =>
  (await of.work.tenant.timeline.list((await incident(of))!.id)).filter(({ fact }) => fact.kind !== 'ranking')
const kinds = async () => (await entries()).map(({ fact }) => fact.kind)
const answer = (of = at) => of.github.comments.get(7)?.[0]?.body ?? ''
const reactions = () => at.github.calls.filter((call) => call.startsWith('addReaction')).map((call) => call.split(' ')[2])
const replies = () => (at.github.comments.get(7) ?? []).slice(1).map(({ body }) => body)

type Row = [text: string, state: object, kinds: string[]]
const said: Row[] = [
  ['/incident ledger 3', { services: ['ledger'], severity: 3 }, ['declared', 'services', 'severity']],
  ['/ack', { status: 'acknowledged', acknowledgedAt: minutes(5) }, ['acknowledged']],
  ['/ack 2 minutes ago', { acknowledgedAt: minutes(3) }, ['acknowledged']],
  ['/sev 1', { severity: 1 }, ['severity']],
  ['/sev sev-4', { severity: 4 }, ['severity']],
  ['/lead @hubot-fan', { lead: 'hubot-fan', status: 'acknowledged' }, ['lead']],
  ['/lead me', { lead: 'monalisa' }, ['lead']],
  ['/service +ledger -checkout', { services: ['ledger'], servicesBy: 'command' }, ['services']],
  ['/service LEDGER', { services: ['ledger'] }, ['services']],
  ['/mitigated', { status: 'mitigated', mitigatedAt: minutes(5) }, ['mitigated']],
  ['/mitigated 14:33 by going back', { status: 'mitigated', mitigatedAt: minutes(3) }, ['mitigated']],
  ['/mitigated by going back', { mitigatedAt: minutes(5) }, ['mitigated']],
  ['/resolved', { status: 'resolved', resolvedAt: minutes(5) }, ['resolved']],
  ['/resolved 2026-03-10T14:34Z', { status: 'resolved', resolvedAt: minutes(4) }, ['resolved']],
  ['/cause #1 it retries for ever', {}, ['outcome']],
  [`/cause ${'a'.repeat(39)}1`, {}, ['outcome']],
  ['/cause https://github.com/acme/shop/pull/2/files', {}, ['outcome']],
  ['/not-cause #2', {}, ['outcome']],
  ['/no-change the provider is down', {}, ['outcome']],
  ['root cause: #1', {}, ['outcome']],
  ['/worked 13:40 the health check was green', {}, ['worked']],
  ['/worked #2', {}, ['worked']],
  ['/worked unknown', {}, ['worked']],
  ['/related #45 same database', {}, ['related']],
  ['/related https://github.com/acme/shop/issues/45', {}, ['related']],
  ['/duplicate #45', {}, ['duplicate']],
  ['/note 決済を止めた 😀', {}, ['note']],
  ['/update 2 % of payments fail; going back to yesterday', {}, ['update']],
  ['/rollback', {}, ['rollback-asked']],
  ['/rollback #1 it hangs', {}, ['rollback-asked']],
  ['/postmortem', {}, ['postmortem-asked']],
]

describe('a command', () => {
  it.each(said)('%j is followed, said by someone with write access', async (text, state, facts) => {
    await say(text)
    expect(await incident()).toMatchObject(state)
    expect((await kinds()).filter((kind) => kind !== 'acknowledged' || text.startsWith('/ack')).sort()).toEqual([...facts].sort())
    expect(reactions()).toEqual(['hooray'])
    expect(replies()).toEqual([])
    expect(at.github.comments.get(7)).toHaveLength(1)
  })

  it.each(['reader', 'outsider'])('is refused quietly to a %s', async (by) => {
    const before = await incident()
    const texts = said.map(([text]) => text)
    await say(texts.slice(0, 16).join('\n'), { by, id: 1 })
    await say(texts.slice(16).join('\n'), { by, id: 2 })
    expect(await entries()).toHaveLength(texts.length)
    expect(new Set(await kinds())).toEqual(new Set(['refused']))
    const { updatedAt: _, ...kept } = before!
    expect(await incident()).toMatchObject(kept)
    expect(await at.work.tenant.incidents.outcomes(before!.id)).toEqual([])
    expect(new Set(reactions())).toEqual(new Set(['confused']))
    expect(replies()).toEqual([])
    expect(answer()).toContain(`\`/no-change\` by ${by} was refused: it needs write access`)
  })

  it('gets no sign at all when a bot says it', async () => {
    await say(said.map(([text]) => text).join('\n'), { by: 'pager[bot]' })
    expect(at.github.calls).toEqual([])
    expect(await entries()).toEqual([])
  })

  it('is not said in a quote, in code or in a hidden line', async () => {
    const texts = said.map(([text]) => `> ${text}\n\n\`\`\`\n${text}\n\`\`\`\n\n    ${text}\n<!-- ${text} -->`)
    await say(texts.join('\n\n'))
    expect(await entries()).toMatchObject([{ fact: { kind: 'acknowledged', how: 'comment' } }])
    expect(reactions()).toEqual([])
  })

  it('may stand among others and words, with any line ends', async () => {
    await say('Looking.\r\n/sev 1\r\n/lead me\r\n/service +ledger\r\n\r\nBack in ten minutes.\r\n/note 再起動\r\n')
    expect(await incident()).toMatchObject({ severity: 1, lead: 'monalisa', services: ['checkout', 'ledger'] })
    expect((await entries()).find(({ fact }) => fact.kind === 'comment')?.text).toBe('Looking. Back in ten minutes.')
    expect(reactions()).toEqual(['hooray'])
  })

  it.each([
    ['/sev 9', 'The severity is one of 1, 2, 3, 4. Write `/sev 2`.'],
    ['/sev', 'The severity is one of'],
    ['/lead', 'It needs one GitHub login. Write `/lead'],
    ['/lead @a @b', 'It needs one GitHub login.'],
    ['/service +payments', 'No service here is called payments. Services: checkout, ledger.'],
    ['/service', 'Services: checkout, ledger.'],
    ['/service -checkout', 'An incident is of one service at least.'],
    ['/mitigated 25:99', 'I read no time in it.'],
    ['/mitigated 13:00', '2026-03-10 13:00 UTC is before the incident began (2026-03-10 14:30 UTC).'],
    ['/resolved yesterday', 'I read no time in it.'],
    ['/cause', 'It needs a change.'],
    ['/cause #99', 'I know no merged change'],
    ['/cause octocat', 'I know no merged change octocat'],
    ['/not-cause acme/secret#1', 'I know no merged change'],
    ['/worked', 'I read in it no time'],
    ['/worked v41', 'no version that was live lately'],
    ['/worked 14:31', '2026-03-10 14:31 UTC is not before the incident began (2026-03-10 14:30 UTC).'],
    ['/related #99', 'I know no incident'],
    ['/duplicate #7', 'That is this incident itself.'],
    ['/duplicate', 'It needs an incident.'],
    ['/rollback #99', 'I know no merged change'],
    ['/rollback octocat', 'I know no merged change octocat.'],
    ['/note', 'It needs words. Write `/note text`.'],
    ['/update ', 'It needs words.'],
  ])('that is malformed gets one reply with the right form: %j', async (text, reply) => {
    await say(text)
    expect(replies()).toHaveLength(1)
    expect(replies()[0]).toContain(reply)
    expect(reactions()).toEqual([])
    await say(text)
    expect(replies()).toHaveLength(1)
  })

  it('that is malformed is not answered twice after a crash between the reply and writing that down', async () => {
    const { replies: kept } = at.work.tenant
    at.work.tenant.replies = { ...kept, saved: () => Promise.reject(new Error('killed')) }
    await expect(say('/sev 9')).rejects.toThrow('killed')
    at.work.tenant.replies = kept
    await say('/sev 9')
    expect(replies()).toHaveLength(1)
  })

  it('shows all of them when asked', async () => {
    await say('/help')
    expect(replies()[0]).toContain('| `/cause #123 [why]` |')
    expect(reactions()).toEqual(['hooray'])
  })

  it('runs once, whatever the comment becomes: an edit runs what it adds', async () => {
    await say('/sev 2')
    await say('/sev 1', { id: 2 ** 40 + 2, at: 6 })
    await say('Sorry.\n\n/sev 2\n/lead me', { before: '/sev 2', at: 9 })
    expect(await incident()).toMatchObject({ severity: 1, lead: 'monalisa' })
    await say('/sev 3', { before: 'Sorry.\n\n/sev 2\n/lead me', at: 10 })
    expect(await incident()).toMatchObject({ severity: 3 })
  })

  it('in the issue itself counts as in a comment', async () => {
    await followIssue(at.work, issueEvent('opened', { number: 8, body: 'It hangs\n\n/sev 1\n/service +ledger' }))
    expect(await incident(at, 8)).toMatchObject({ severity: 1, services: expect.arrayContaining(['ledger']) as string[] })
    const edit = { number: 8, body: 'It hangs\n\n/sev 1\n/service +ledger\n/sev 2', updatedAt: minutes(9) }
    await followIssue(at.work, issueEvent('edited', edit, { bodyBefore: 'It hangs\n\n/sev 1\n/service +ledger' }))
    expect(await incident(at, 8)).toMatchObject({ severity: 2 })
    expect(at.github.calls).toContain('addIssueReaction 8 hooray')
  })
})

describe('the state', () => {
  it('follows from what people do anyway', async () => {
    await say('Looking into it.', { at: 4 })
    expect(await incident()).toMatchObject({ status: 'acknowledged', acknowledgedAt: minutes(4) })
    await say('/mitigated', { at: 20, id: 3 })
    const closed = { isOpen: false, closedAt: minutes(30), updatedAt: minutes(30) }
    await followIssue(at.work, issueEvent('closed', closed))
    expect(await incident()).toMatchObject({ status: 'resolved', mitigatedAt: minutes(20), resolvedAt: minutes(30) })
    await followIssue(at.work, issueEvent('reopened', { updatedAt: minutes(40) }))
    expect(await incident()).toMatchObject({ status: 'acknowledged', acknowledgedAt: minutes(4), mitigatedAt: null, resolvedAt: null })
  })

  it('is not acknowledged by whoever opened it, by a reader, or by a bot', async () => {
    await say('More of it.', { by: 'octocat', id: 1 })
    await say('Me too.', { by: 'reader', id: 2 })
    await say('Alert still firing.', { by: 'pager[bot]', id: 3 })
    expect(await incident()).toMatchObject({ status: 'triggered', acknowledgedAt: null })
    await followIssue(at.work, issueEvent('assigned', { updatedAt: minutes(8) }, { assignee: { login: 'octocat', isBot: false } }))
    expect(await incident()).toMatchObject({ status: 'acknowledged', acknowledgedAt: minutes(8) })
  })

  it('has times that later words correct', async () => {
    await say('/resolved', { at: 50 })
    await say('/mitigated 14:50 drained the queue', { at: 60, id: 2 })
    await say('/resolved 15:10', { at: 61, id: 3 })
    await say('/ack 14:33', { at: 62, id: 4 })
    const times = { acknowledgedAt: minutes(3), mitigatedAt: minutes(20), resolvedAt: minutes(40) }
    expect(await incident()).toMatchObject({ status: 'resolved', ...times })
  })

  it('is shown at the top, as labels, and goes on when it is declared again', async () => {
    await say('/sev 2\n/lead me')
    expect(answer()).toMatch(/^\*\*Acknowledged\*\* 5 minutes in · `checkout` · severity 2 · lead monalisa · began/m)
    expect(at.github.labels.get(7)).toEqual(['incident: acknowledged', 'sev-2'])
    await say('/mitigated\n/sev 1', { id: 2, at: 9 })
    expect(answer()).toContain('**Mitigated** 9 minutes in')
    expect(at.github.labels.get(7)).toEqual(['incident: mitigated', 'sev-1'])
    await say('/incident', { id: 3, at: 12 })
    expect(await incident()).toMatchObject({ status: 'acknowledged', mitigatedAt: null })
    expect(at.github.labels.get(7)).toEqual(['sev-1', 'incident: acknowledged'])
  })

  it('takes a severity label that somebody gives for their word, and not our own', async () => {
    await say('/sev 2')
    const labelled = (label: string, by: string, minute: number) =>
      issueEvent(
        'labeled',
        { labels: ['incident', label], updatedAt: minutes(minute) },
        { label, sender: { login: by, isBot: by.endsWith('[bot]') } },
      )
    await followIssue(at.work, labelled('sev-4', 'causeway[bot]', 8))
    expect(await incident()).toMatchObject({ severity: 2 })
    await followIssue(at.work, labelled('sev-3', 'octocat', 9))
    expect(await incident()).toMatchObject({ severity: 3 })
  })

  it('ends the same, with the same comment, in whatever order and however often the news come', { timeout: 60_000 }, async () => {
    const news: (IssueCommentEvent | IssueEvent)[] = [
      issueEvent('opened', { body: 'Hangs in services/checkout\n/sev 3' }),
      issueEvent('labeled', { body: 'Hangs in services/checkout\n/sev 3' }, { label: 'incident' }),
      commentEvent('Looking.', { id: 1, at: 2, issue: { body: 'Hangs in services/checkout\n/sev 3' } }),
      commentEvent('/ack', { id: 2, at: 4, by: 'reader', issue: { body: 'Hangs in services/checkout\n/sev 3' } }),
      commentEvent('/sev 2\nmaybe', { id: 3, at: 5, issue: { body: 'Hangs in services/checkout\n/sev 3' } }),
      commentEvent('/sev 2\n/note drained', {
        id: 3,
        at: 6,
        before: '/sev 2\nmaybe',
        issue: { body: 'Hangs in services/checkout\n/sev 3' },
      }),
      commentEvent('/not-cause #2 untouched path', { id: 4, at: 7, issue: { body: 'Hangs in services/checkout\n/sev 3' } }),
      commentEvent('/mitigated 14:38', { id: 5, at: 9, issue: { body: 'Hangs in services/checkout\n/sev 3' } }),
      issueEvent('closed', { body: 'Hangs in services/checkout\n/sev 3', isOpen: false, closedAt: minutes(20), updatedAt: minutes(20) }),
      issueEvent('reopened', { body: 'Hangs in services/checkout\n/sev 3', updatedAt: minutes(21) }),
      commentEvent('/resolved 14:55', { id: 6, at: 30, by: 'octocat', issue: { body: 'Hangs in services/checkout\n/sev 3' } }),
    ]
    const play = async (order: typeof news) => {
      const of = await open()
      for (const each of order) await (each.kind === 'issue' ? followIssue(of.work, each) : followComment(of.work, each))
      const { labels: _, ...end } = (await incident(of))!
      const timeline = await readTimeline(of.work.tenant, (await incident(of))!)
      const body = answer(of)
      await of.store.close()
      return { incident: end, timeline, body }
    }
    const plain = await play(news)
    expect(plain.incident).toMatchObject({ status: 'resolved', severity: 2, acknowledgedAt: minutes(2), resolvedAt: minutes(25) })
    let seed = 7
    const random = () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647
    for (let run = 0; run < 4; run++) {
      const twice = [...news, ...news.filter(() => random() < 0.4)]
      const order = twice.map((each) => ({ each, by: random() })).sort((a, b) => a.by - b.by)
      expect(await play(order.map(({ each }) => each)), `run ${run}: ${order.map(({ each }) => news.indexOf(each)).join(' ')}`).toEqual(
        plain,
      )
    }
  })
})

describe('the timeline', () => {
  it('quotes comments, follows their edits and forgets deleted ones', async () => {
    await say('It is the ledger, password is hunter2.')
    expect(answer()).toContain('monalisa said: It is the ledger, password is hunter2')
    await say('It is the ledger.', { before: 'It is the ledger, password is hunter2.', at: 7 })
    expect(answer()).not.toContain('hunter2')
    await say('/note token abc', { id: 2, at: 8 })
    await say('nothing', { id: 2, at: 9, before: '/note token abc' })
    expect(answer()).not.toContain('token abc')
    await say('It is the ledger.', { at: 10, action: 'deleted' })
    await say('It is the ledger, password is hunter2.')
    expect(answer()).not.toContain('the ledger')
    expect(await incident()).toMatchObject({ status: 'acknowledged', acknowledgedAt: minutes(5) })
  })

  it('is folded in the comment with the last fifteen entries, and names nobody so that they are called', async () => {
    for (let index = 0; index < 20; index++) await say(`/note @octocat step ${index}`, { id: 100 + index, at: 5 + index })
    expect(answer()).toContain('<summary>Timeline, 22 entries</summary>')
    expect(answer()).toContain('7 earlier entries not shown.')
    expect(answer()).toContain('2026-03-10 14:54 UTC · monalisa noted: ')
    expect(answer()).not.toContain('@octocat')
  })
})

describe('a verdict', () => {
  it('shows at once: what is ruled out is not weighed, what is confirmed is no matter of probability', async () => {
    expect(answer()).toContain('2 changes weighed')
    await say('/not-cause #1 not live then')
    expect(answer()).toContain('1 change weighed')
    expect(answer()).toMatch(/#1\]\(\S+\) Change 1 \| Somebody with write access said that it did not cause this\./)
    await say('/cause #1 it was, after all', { id: 2, at: 6 })
    expect(answer()).toMatch(/^### Confirmed cause: \[#1\]\(\S+\) Change 1$/m)
    expect(answer()).toContain('**confirmed**')
    expect(answer()).not.toContain('None of these')
    await say('/no-change the provider was down', { id: 3, at: 7 })
    expect(answer()).toContain('### No change caused it, as somebody with write access said')
    await say('/cause #2', { id: 4, at: 8 })
    expect(answer()).toMatch(/^### Confirmed cause: \[#2\]/m)
  })

  it('names a cause that was no candidate', async () => {
    await at.work.tenant.changes.upsert(change(9, 'services/ledger/src/post.ts', minutes(-99_999)))
    await say('/cause #9')
    expect(answer()).toMatch(/^### Confirmed cause: \[#9\]/m)
  })

  it('is what past incidents and the ranking learn from', async () => {
    await say('/cause #1')
    const closed = { isOpen: false, closedAt: minutes(30), updatedAt: minutes(30) }
    await followIssue(at.work, issueEvent('closed', closed))
    await followIssue(at.work, issueEvent('opened', { number: 50, openedAt: minutes(900), updatedAt: minutes(900) }))
    expect(at.github.comments.get(50)?.[0]?.body).toContain('caused by [#1]')
    const past = await at.work.tenant.changes.past(shop.id, { before: minutes(901), paths: [], terms: [] })
    expect(past.culprits).toMatchObject([{ title: 'Change 1' }])
  })

  it('is read from a fix that reverts a change, whichever is known first, until a person says otherwise', async () => {
    at.github.closing = {
      pullRequests: [{ number: 3, title: 'Revert', url: 'https://github.com/acme/shop/pull/3', mergeSha: null }],
      lastComment: null,
    }
    await followIssue(at.work, issueEvent('closed', { isOpen: false, closedAt: minutes(30), updatedAt: minutes(30) }))
    expect(answer()).not.toContain('Confirmed cause')
    const reverting = change(3, 'services/checkout/src/cart.ts', minutes(29), {
      references: [{ kind: 'reverts', by: 'number', number: 2 }],
    })
    await at.work.tenant.changes.upsert(reverting)
    await say('Thanks all.', { at: 40, issue: { isOpen: false, closedAt: minutes(30) } })
    expect(answer()).toContain('Confirmed cause: [#2]')
    await say('/cause #1', { id: 2, at: 28, issue: { isOpen: false, closedAt: minutes(30) } })
    expect(answer()).toContain('Confirmed cause: [#1]')
  })
})

describe('other incidents', () => {
  const other = () => at.github.comments.get(45)?.[0]?.body ?? ''

  it('that are related show each other, with the reason', async () => {
    await say('/related #45 same database')
    expect(answer()).toMatch(/#45\]\(\S+\) Ledger is slow<br>triggered, .*linked: same database/)
    expect(other()).toMatch(/#7\]\(\S+\) Customers are charged twice<br>.*linked: same database/)
    expect(at.github.comments.get(45)).toHaveLength(1)
  })

  it('that are duplicates fold into the first, which gets their services and what was said there', async () => {
    await say('It is the pool.', { id: 1, at: 3 })
    await say('/duplicate #45', { id: 2 })
    expect(answer()).toMatch(/^### Duplicate of \[#45\]\(\S+\): it is followed there$/m)
    expect(answer()).not.toContain('Probability')
    expect((await incident(at, 45))?.services.toSorted()).toEqual(['checkout', 'ledger'])
    expect(other()).toContain('#​7, the same, was opened')
    expect(other()).toContain('monalisa said: It is the pool.')
    expect(other()).toContain('a duplicate of this one')
    await say('/duplicate #7', { id: 3, at: 9, issue: { ...OTHER } })
    expect(at.github.comments.get(45)?.at(-1)?.body).toContain('is a duplicate of this one already')
    await say('/incident', { id: 4, at: 10 })
    expect(answer()).not.toContain('Duplicate of')
    expect((await incident(at, 45))?.services).toEqual(['ledger'])
  })

  it('upstream in the same burst are where to look first', async () => {
    at.github.files.set(
      '.github/causeway.yml',
      'version: 1\nservices:\n  checkout: { paths: ["services/checkout/**"], depends_on: ["ledger"] }\n  ledger: { paths: ["services/ledger/**"] }\n',
    )
    await readCatalog(at.work, shop)
    await say('/note looking')
    expect(answer()).toMatch(/\*\*Part of a burst:\*\* \[#45\]\(\S+\) is further upstream \(`ledger`\)\. Look there first\./)
    expect(other()).not.toContain('Part of a burst')
  })
})

it('suggests, and does not claim, that a rollback mitigated it', async () => {
  const facts = deployment(shop.id, '1', { createdAt: minutes(8) })
  const [id] = await at.work.tenant.deployments.upsert(facts, [toService('checkout')])
  await at.work.tenant.deployments.setLive(id!, { ...live(minutes(8)), kind: 'rollback' })
  await say('Rolling back.')
  expect(answer()).toContain('`checkout` was rolled back at 2026-03-10 14:38 UTC. If that helped, write `/mitigated 2026-03-10T14:38Z`.')
  expect(answer()).toContain('`checkout` was rolled back to `dddddddd` in production')
  expect(await incident()).toMatchObject({ status: 'acknowledged' })
  await say('/mitigated 2026-03-10T14:38Z', { id: 2, at: 12 })
  expect(await incident()).toMatchObject({ status: 'mitigated', mitigatedAt: minutes(8) })
  expect(answer()).not.toContain('If that helped')
})

it.each([
  ['/mitigated 15:35 Europe/Berlin', minutes(5)],
  ['/mitigated 16:35+02:00', minutes(5)],
  ['/mitigated 10:35 EDT', minutes(5)],
  ['/mitigated 3 minutes ago', minutes(3)],
  ['/mitigated 14:38', minutes(6)],
])('reads %j in the zone it names, else as UTC; a clock a little ahead means now', async (text, expected) => {
  await say(text, { at: 6 })
  expect((await incident())?.mitigatedAt).toEqual(expected)
})

describe('a box of our comment', () => {
  const tick = (box: RegExp, by: string, told: { before?: string; minute?: number } = {}) => {
    const ours = at.github.comments.get(7)![0]!
    const before = told.before ?? ours.body
    const body = before.replace(box, (line) => line.replace('[ ]', '[x]'))
    // What somebody's edit wrote stands on GitHub, until the next answer.
    ours.body = body
    const event = commentEvent(body, { by, at: told.minute ?? 6, id: ours.id, before, issue: { labels: ['incident'] } })
    return followComment(at.work, {
      ...event,
      comment: { ...event.comment, author: { login: 'causeway[bot]', isBot: true }, appId: at.github.appId() },
    })
  }

  it('ticked by someone with write access is their word', async () => {
    await tick(/- \[ \] .*#1\S* caused it.*/, 'monalisa')
    expect(answer()).toMatch(/^### Confirmed cause: \[#1\]/m)
    expect(answer()).not.toContain('- [ ]')
    expect(await entries()).toMatchObject([{ by: { login: 'monalisa' }, fact: { kind: 'outcome', verdict: 'caused', name: '#1' } }])
    await tick(/nothing/, 'monalisa')
    expect(await entries()).toHaveLength(1)
  })

  it('ticked at the moment of an edit of ours is not lost, and neither is the edit', async () => {
    const before = answer()
    await say('/sev 1')
    await tick(/- \[ \] .*#2\S* did not.*/, 'monalisa', { before, minute: 7 })
    expect(answer()).toContain('severity 1')
    expect(answer()).toContain('1 change ruled out')
  })

  it('ticked by anybody else is not, and the next answer takes it back', async () => {
    const before = answer()
    await tick(/- \[ \] .*#1\S* caused it.*/, 'reader')
    expect(answer()).toBe(before)
    expect(await at.work.tenant.incidents.outcomes((await incident())!.id)).toEqual([])
  })

  it('names no change of a repository that readers here may not see, whatever commit is written into it', async () => {
    const secret = { ...shop, id: shop.id + 1, name: 'secret', isPrivate: true }
    await at.work.tenant.repositories.upsert(secret)
    const hidden = {
      ...change(9, 'src/secret.ts', minutes(-20)),
      repositoryId: secret.id,
      mergeSha: 'e'.repeat(40),
      commitShas: ['e'.repeat(40)],
    }
    await at.work.tenant.changes.upsert(hidden)
    const before = answer().replace(/(#1\S* caused it.*<!-- causeway:caused )[0-9a-f]+/, `$1${hidden.mergeSha}`)
    await tick(/- \[ \] .*#1\S* caused it.*/, 'monalisa', { before })
    expect(before).toContain(hidden.mergeSha)
    expect(await entries()).toEqual([])
    expect(await at.work.tenant.incidents.outcomes((await incident())!.id)).toEqual([])
    expect(answer()).not.toContain(hidden.mergeSha)
  })

  it('is not there for what is merely reported, and is nothing in a comment that is not ours', async () => {
    at.github.permissions.set('octocat', 'read')
    await followIssue(at.work, issueEvent('opened', { number: 60 }))
    expect(at.github.comments.get(60)?.[0]?.body).not.toContain('- [ ]')
    await say(answer().replaceAll('[ ]', '[x]'), { before: answer(), by: 'monalisa', at: 8 })
    expect(await at.work.tenant.incidents.outcomes((await incident())!.id)).toEqual([])
  })
})
