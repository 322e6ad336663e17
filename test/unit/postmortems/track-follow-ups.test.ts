// From the lines of a postmortem to issues, and from their end to the answers that tell of them.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { answerIncident } from '../../../src/incidents/answer-incident.ts'
import { followComment } from '../../../src/incidents/follow-comment.ts'
import { followIssue } from '../../../src/incidents/follow-issue.ts'
import { followDocument } from '../../../src/postmortems/follow-document.ts'
import { followPostmortem } from '../../../src/postmortems/follow-postmortem.ts'
import { remindOverdue } from '../../../src/inbox/remind-overdue.ts'
import { commentEvent, incidentWork, issueEvent, minutes, setPostmortems, shop, type IncidentWork } from '../../support/incident-work.ts'

const DAY = 24 * 60
let at: IncidentWork
beforeEach(async () => {
  at = await incidentWork()
  await followIssue(at.work, issueEvent('opened'))
  await setPostmortems(at, {})
})
afterEach(() => at.store.close())

const ask = (text = '/postmortem') => followComment(at.work, commentEvent(text, { issue: { labels: ['incident'] } }))
const answer = (issue = 7) => at.github.comments.get(issue)?.[0]?.body ?? ''
const incidentId = async () => (await at.work.tenant.incidents.byIssue(shop.id, 7))!.id
const items = async () => at.work.tenant.followUps.ofIncidents([await incidentId()])
/** Somebody saves the postmortem (#900) with these lines, so many minutes after the incident was opened. */
const write = (lines: string[], when = 20, more: Parameters<typeof issueEvent>[2] = {}) => {
  const body = `## Follow-ups\n\n${lines.join('\n')}`
  const event = issueEvent('edited', { number: 900, labels: ['postmortem'], body, updatedAt: minutes(when) }, { bodyBefore: '', ...more })
  return followPostmortem(at.work, event)
}
/** What happens to the issue of a follow-up. */
const happens = (number: number, isOpen: boolean, when: number, action: 'closed' | 'reopened' | 'deleted' = 'closed') => {
  const facts = { number, labels: ['follow-up'], isOpen, closedAt: isOpen ? null : minutes(when), updatedAt: minutes(when) }
  return followPostmortem(at.work, issueEvent(action, facts))
}

describe('follow-ups', () => {
  it('become issues when the postmortem is saved, each once, linked both ways', async () => {
    await ask()
    await write(['- [ ] Alert on retries by 2026-04-01', '- [ ] Write a runbook'])
    await write(['- [ ] Alert on retries by 2026-04-01', '- [ ] Write a runbook'])
    const [, alert, runbook] = at.github.opened
    expect(at.github.opened).toHaveLength(3)
    expect(alert).toMatchObject({ title: 'Alert on retries', labels: ['follow-up'] })
    expect(alert!.body).toMatch(/^<!-- causeway:follow-up repository=\d+ of=\d+ key=[0-9a-f]{16} -->\n/)
    expect(alert!.body).toMatch(/A follow-up of incident \[#7\].*\(\[postmortem\].*\), due \*\*2026-04-01\*\*/)
    expect(runbook!.body).toContain('due **2026-04-09**')
    expect(answer()).toContain('**Follow-ups:** 0 of 2 done')
    expect(answer()).toContain(`- [#901](${'https://redirect.github.com/acme/shop/issues/901'}) Alert on retries (due 2026-04-01)`)
  })

  it('stay the ones that they were when their lines are said better', async () => {
    await ask()
    await write(['- [ ] Alert on retries of payments'])
    await write(['- [ ] Alert on all retries of payments by 2026-05-01', '- [ ] Something else entirely'], 30)
    expect(at.github.opened.map(({ title }) => title).slice(1)).toEqual(['Alert on retries of payments', 'Something else entirely'])
    expect(await items()).toMatchObject([
      { text: 'Something else entirely' },
      { text: 'Alert on all retries of payments', dueOn: new Date('2026-05-01T00:00:00Z'), issueNumber: 901 },
    ])
  })

  it('are not opened by older words, by bots, by people without write access, or where the file says no', async () => {
    await ask()
    await write(['- [ ] Alert on retries'], 30)
    await write(['- [ ] Draft of something'], 20)
    await write(['- [ ] From a bot'], 40, { sender: { login: 'helper[bot]', isBot: true } })
    await write(['- [ ] From a reader'], 41, { sender: { login: 'reader', isBot: false } })
    await setPostmortems(at, { followUps: false })
    await write(['- [ ] Switched off'], 42)
    expect((await items()).map(({ text }) => text)).toEqual(['Alert on retries'])
  })

  it('take label and usual day from the file', async () => {
    await setPostmortems(at, { followUps: { label: 'todo', dueMs: 7 * 86_400_000 } })
    await ask()
    await write(['- [ ] Alert on retries'])
    expect(at.github.opened[1]).toMatchObject({ labels: ['todo'] })
    expect(at.github.opened[1]!.body).toContain('due **2026-03-17**')
  })

  it('are opened once though a crash came between opening and writing that down', async () => {
    await ask()
    const { followUps } = at.work.tenant
    const opened = followUps.opened.bind(followUps)
    followUps.opened = () => Promise.reject(new Error('killed'))
    await expect(write(['- [ ] Alert on retries'])).rejects.toThrow('killed')
    followUps.opened = opened
    await write(['- [ ] Alert on retries'])
    expect(at.github.opened).toHaveLength(2)
    expect(await items()).toMatchObject([{ issueNumber: 901 }])
  })

  it('are done when their issues are closed, and not when they are opened again; late news change nothing', async () => {
    await ask()
    await write(['- [ ] Alert on retries', '- [ ] Write a runbook'])
    await happens(901, false, 50)
    expect(answer()).toContain('**Follow-ups:** 1 of 2 done')
    await happens(901, true, 40, 'reopened')
    expect(answer()).toContain('**Follow-ups:** 1 of 2 done')
    await happens(902, true, 60, 'deleted')
    expect(answer()).toContain('**Follow-ups:** all 2 done')
    await happens(901, true, 70, 'reopened')
    expect(answer()).toContain('**Follow-ups:** 1 of 2 done')
  })

  it('are shown as overdue once their day is over, without a mention', async () => {
    await ask()
    await write(['- [ ] Alert on retries by 2026-03-12'])
    const notes: unknown[] = []
    const later = { ...at.work, now: () => minutes(3 * DAY) }
    const remind = (now: Date) => remindOverdue({ store: at.store, add: async (note) => void notes.push(note), now: () => now })
    await remind(minutes(DAY))
    expect(notes).toEqual([])
    await remind(minutes(3 * DAY))
    expect(notes).toMatchObject([{ event: 'causeway.refresh', installationId: shop.installationId }])
    await answerIncident(later, await incidentId())
    expect(answer()).toContain('**Follow-ups:** 0 of 1 done, **1 overdue**')
    expect(answer()).toContain('Alert on retries (**overdue** since 2026-03-12)')
    await remind(minutes(4 * DAY))
    expect(notes).toHaveLength(1)
  })

  it('of a similar incident are told when it happens again, until they are done', async () => {
    await ask('/resolved')
    await ask()
    await write(['- [ ] Alert on retries', '- [ ] Write a runbook'])
    await happens(902, false, 60)
    const again = { number: 8, openedAt: minutes(7 * DAY), updatedAt: minutes(7 * DAY), title: 'Customers are charged twice again' }
    await followIssue(at.work, issueEvent('opened', again))
    expect(answer(8)).toMatch(
      /\[#7\]\S+ Customers are charged twice<br>.*<br>\*Still to do since:\* \[#901\]\S+ Alert on retries \(due 2026-04-09\)/,
    )
    await happens(901, false, 8 * DAY)
    expect(answer(8)).toContain('[#7]')
    expect(answer(8)).not.toContain('Still to do')
  })

  it('of a document are read once it is on the default branch', async () => {
    await setPostmortems(at, { as: 'pull-request' })
    await ask()
    const path = 'docs/postmortems/2026-03-10-customers-are-charged-twice.md'
    const push = { kind: 'push' as const, repository: shop, before: null, after: 'a'.repeat(40), shas: [], isTruncated: false }
    at.github.files.set(path, '# Review\n\n## Follow-ups\n\n- [ ] Alert on retries, due in a week\n')
    await followDocument(at.work, { ...push, branch: 'causeway/postmortem-7', paths: [path], pushedAt: minutes(20) })
    await followDocument(at.work, { ...push, branch: 'main', paths: ['README.md'], pushedAt: minutes(20) })
    expect(at.github.opened).toEqual([])
    for (let twice = 0; twice < 2; twice++)
      await followDocument(at.work, { ...push, branch: 'main', paths: ['README.md', path], pushedAt: minutes(30) })
    expect(at.github.opened).toMatchObject([{ title: 'Alert on retries' }])
    expect(at.github.opened[0]!.body).toContain('due **2026-03-17**')
  })
})
