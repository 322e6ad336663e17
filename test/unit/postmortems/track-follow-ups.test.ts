// From the lines of a postmortem to issues, and from their end to the answers that tell of them.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { answerIncident } from '../../../src/incidents/answer-incident.ts'
import type { Issue, IssueAction } from '../../../src/domain/issue-event.ts'
import { followIssue } from '../../../src/incidents/follow-issue.ts'
import { followDocument, followMergedDocument } from '../../../src/postmortems/follow-document.ts'
import { followPostmortem } from '../../../src/postmortems/follow-postmortem.ts'
import { remindOverdue } from '../../../src/inbox/remind-overdue.ts'
import {
  answerIn,
  incidentWork,
  issueEvent,
  minutes,
  recorded,
  say,
  setPostmortems,
  shop,
  type IncidentWork,
} from '../../support/incident-work.ts'

const DAY = 24 * 60
let at: IncidentWork
beforeEach(async () => {
  at = await incidentWork()
  await followIssue(at.work, issueEvent('opened'))
  await setPostmortems(at, {})
})
afterEach(() => at.store.close())

const ask = (text = '/postmortem') => say(at, text)
const answer = (issue?: number) => answerIn(at, issue)
const incidentId = async () => (await recorded(at)).id
const items = async () => at.work.tenant.followUps.ofIncidents([await incidentId()])
/** Somebody saves the postmortem (#900) with these lines, so many minutes after the incident was opened. */
const write = (lines: string[], when = 20, more: Parameters<typeof issueEvent>[2] = {}) => {
  const body = `## Follow-ups\n\n${lines.join('\n')}`
  const event = issueEvent('edited', { number: 900, labels: ['postmortem'], body, updatedAt: minutes(when) }, { bodyBefore: '', ...more })
  return followPostmortem(at.work, event)
}
/** What happens to the issue of a follow-up. */
const happens = (number: number, isOpen: boolean, when: number, action: IssueAction = 'closed', more: Partial<Issue> = {}) => {
  const facts = { number, labels: ['follow-up'], isOpen, closedAt: isOpen ? null : minutes(when), updatedAt: minutes(when) }
  return followPostmortem(at.work, issueEvent(action, { ...facts, ...more }))
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
    expect(answer()).toContain('**Follow-ups:** 0 of 1 done')
  })

  it('are done when their issues are closed, and not when they are opened again; late news change nothing', async () => {
    await ask()
    await write(['- [ ] Alert on retries', '- [ ] Write a runbook'])
    await happens(901, false, 50)
    expect(answer()).toContain('**Follow-ups:** 1 of 2 done')
    await happens(901, true, 40, 'reopened')
    expect(answer()).toContain('**Follow-ups:** 1 of 2 done')
    await happens(902, false, 60)
    expect(answer()).toContain('**Follow-ups:** all 2 done')
    await happens(901, true, 70, 'reopened')
    expect(answer()).toContain('**Follow-ups:** 1 of 2 done')
  })

  it('are dropped, not done, when their issues are deleted, moved away or closed as not planned', async () => {
    await ask()
    await write(['- [ ] Alert on retries', '- [ ] Write a runbook', '- [ ] Limit how often it is retried'])
    await happens(901, true, 50, 'deleted')
    await happens(902, false, 60, 'closed', { isDropped: true })
    expect(answer()).toContain('**Follow-ups:** 0 of 3 done, 2 dropped\n\n- [#903]')
    // Said in the same second, told later: what was deleted does not come back.
    await happens(901, true, 50, 'reopened')
    await happens(902, true, 70, 'reopened')
    await happens(903, false, 80)
    expect(answer()).toContain('**Follow-ups:** 1 of 3 done, 1 dropped\n\n- [#902]')
  })

  it('say whom their issues are assigned to, without a mention', async () => {
    await ask()
    await write(['- [ ] Alert on retries'])
    const assignees = [{ login: 'hubot', isBot: false }]
    await happens(901, true, 50, 'assigned', { assignees })
    expect(answer()).toMatch(/\[#901\]\S+ Alert on retries \(hubot, due 2026-04-09\)/)
    await happens(901, true, 60, 'unassigned')
    expect(answer()).toContain('Alert on retries (due 2026-04-09)')
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
})

describe('follow-ups of a document', () => {
  const FIRST = 'docs/postmortems/2026-03-10-customers-are-charged-twice.md'
  const MOVED = 'docs/reviews/charged-twice.md'
  const text = (line: string, marker = true) =>
    `${marker ? `<!-- causeway:postmortem repository=${shop.id} incident=7 -->\n` : ''}# Review\n\n## Follow-ups\n\n- [ ] ${line}\n`
  const push = (paths: string[], when: number, branch = 'main') =>
    followDocument(at.work, {
      ...{ kind: 'push' as const, repository: shop, before: null, after: 'a'.repeat(40), shas: [], isTruncated: false },
      ...{ branch, paths, pushedAt: minutes(when) },
    })
  const merged = (when: number, number = 800) =>
    followMergedDocument(at.work, {
      kind: 'merge',
      repository: shop,
      pullRequest: {
        ...{ number, title: '', body: '', labels: [], author: { login: 'octocat', isBot: false }, merger: null, baseRef: 'main' },
        ...{ headRef: 'causeway/postmortem-7', headSha: 'b'.repeat(40), mergeSha: 'c'.repeat(40), url: '' },
        ...{ mergedAt: minutes(when), updatedAt: minutes(when) },
      },
    })
  const brings = (...paths: string[]) =>
    at.github.pullFiles.set(
      800,
      paths.map((path) => ({ path, previousPath: null, status: 'added', added: 9, deleted: 0, patch: null })),
    )
  const place = async () => (await at.work.tenant.postmortems.get(await incidentId()))!
  beforeEach(async () => {
    await setPostmortems(at, { as: 'pull-request' })
    await ask()
  })

  it('are read once it is on the default branch', async () => {
    at.github.files.set(FIRST, text('Alert on retries, due in a week', false))
    await push([FIRST], 20, 'causeway/postmortem-7')
    await push(['README.md'], 20)
    expect(at.github.opened).toEqual([])
    for (let twice = 0; twice < 2; twice++) await push(['README.md', FIRST], 30)
    await merged(30)
    expect(at.github.opened).toMatchObject([{ title: 'Alert on retries' }])
    expect(at.github.opened[0]!.body).toContain('due **2026-03-17**')
  })

  it.each([true, false])('are found though it was moved before its pull request was merged; its hidden line kept: %s', async (isKept) => {
    at.github.files.set(MOVED, text('Alert on retries', isKept))
    brings(MOVED, 'src/retry.ts')
    await push([MOVED], 20)
    for (let twice = 0; twice < 2; twice++) await merged(20)
    expect(at.github.opened).toMatchObject([{ title: 'Alert on retries' }])
    expect((await place()).path).toBe(MOVED)
  })

  it('are not guessed where a pull request brings two documents and neither says what it is', async () => {
    for (const path of [MOVED, 'docs/other.md']) at.github.files.set(path, text('Alert on retries', false))
    brings(MOVED, 'docs/other.md')
    await merged(20)
    await merged(20, 4)
    expect(at.github.opened).toEqual([])
    expect(await place()).toMatchObject({ path: FIRST, lostAt: null })
  })

  it('are found where it is moved to later; where it is not, the answer says so, until it comes back', async () => {
    at.github.files.set(FIRST, text('Alert on retries'))
    await push([FIRST], 20)
    at.github.files.delete(FIRST)
    at.github.files.set(MOVED, text('Alert on retries'))
    await push([FIRST, 'docs/index.md', MOVED], 30)
    expect(await place()).toMatchObject({ path: MOVED, lostAt: null })
    at.github.files.delete(MOVED)
    await push([MOVED], 40)
    await push(['README.md'], 45)
    expect(await place()).toMatchObject({ path: MOVED, lostAt: minutes(40) })
    expect(answer()).toContain(`*The postmortem is no longer at \`${MOVED}\`, nor among the files pushed since`)
    at.github.files.set(FIRST, text('Alert on retries by 2026-05-01'))
    await push([FIRST], 50)
    expect(await place()).toMatchObject({ path: FIRST, lostAt: null })
    expect(answer()).not.toContain('no longer at')
    expect(answer()).toContain('Alert on retries (due 2026-05-01)')
    expect(at.github.opened).toHaveLength(1)
  })
})
