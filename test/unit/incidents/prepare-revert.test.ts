// `/rollback` where the file allows a revert pull request: pressed once, for what was named or confirmed, by GitHub itself.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { followIssue } from '../../../src/incidents/follow-issue.ts'
import { readTimeline } from '../../../src/incidents/read-timeline.ts'
import { deployment, live, toService } from '../../contract/store/made-up.ts'
import {
  answerIn,
  change,
  incidentWork,
  issueEvent,
  minutes,
  recorded,
  say as sayIn,
  setPostmortems,
  shop,
  type IncidentWork,
} from '../../support/incident-work.ts'

let at: IncidentWork
beforeEach(async () => {
  at = await incidentWork()
  const first = await at.work.tenant.changes.upsert(change(1, 'services/checkout/src/authorize.ts', minutes(-30)))
  await at.work.tenant.changes.upsert(change(2, 'services/checkout/src/cart.ts', minutes(-60)))
  const [id] = await at.work.tenant.deployments.upsert(deployment(shop.id, '1', { createdAt: minutes(-20) }), [toService('checkout')])
  await at.work.tenant.deployments.setLive(id!, live(minutes(-20), [{ changeId: first, direction: 'in' }]))
  await followIssue(at.work, issueEvent('opened'))
  await setPostmortems(at, undefined, 'pull-request')
})
afterEach(() => at.store.close())

const say = (text: string, told: { at?: number; id?: number } = {}) => sayIn(at, text, told)
const answer = () => answerIn(at)
const pressed = () => at.github.calls.filter((call) => call.startsWith('revertPullRequest'))
const told = async () =>
  (await readTimeline(at.work.tenant, await recorded(at))).filter(({ fact }) => /^(rollback-asked|revert-opened)$/.test(fact.kind))

describe('/rollback', () => {
  it('offers the revert of the first suspect, and opens it when it is named: once, on the timeline, in the answer', async () => {
    await say('Looking.', { id: 1 })
    expect(answer()).toContain('- `/rollback #1` opens the pull request that undoes it')
    await say('/rollback #1')
    await say('/rollback #1')
    await say('/rollback #1', { id: 9, at: 8 })
    expect(pressed()).toEqual(['revertPullRequest 1'])
    expect(at.github.pulls[0]!.body).toMatch(/^Reverts acme\/shop#1\n\nAsked for in incident \[#7\]/)
    expect(answer()).toMatch(/- \*\*\[#800\]\(\S+\) undoes \[#1\]\(\S+\)\*\*: review it, merge it, deploy it/)
    expect(answer()).not.toContain('opens the pull request')
    expect((await told()).map(({ at: moment, url, fact }) => [moment, url, fact])).toMatchObject([
      [minutes(5), expect.anything(), { kind: 'rollback-asked', name: '#1' }],
      [minutes(5), 'https://github.com/acme/shop/pull/800', { kind: 'revert-opened', name: '#800', of: '#1' }],
      [minutes(8), expect.anything(), { kind: 'rollback-asked', name: '#1' }],
    ])
    expect(answer()).toMatch(/monalisa asked to undo #\S?1 /)
  })

  it('without a name is of the confirmed cause, and of nothing while there is none', async () => {
    await say('/rollback')
    expect(pressed()).toEqual([])
    expect(await told()).toMatchObject([{ fact: { kind: 'rollback-asked' } }])
    await say('/cause #2\n/rollback', { id: 9, at: 8 })
    expect(pressed()).toEqual(['revertPullRequest 2'])
  })

  it('takes the revert that a person opened already', async () => {
    at.github.pulls.push({ number: 77, url: 'https://github.com/acme/shop/pull/77', head: 'revert-1-change-1', title: '', body: '' })
    await say('/rollback #1')
    expect(pressed()).toEqual([])
    expect(answer()).toContain('**[#77](')
  })

  it('opens it once though a crash came between opening and writing that down', async () => {
    const { reverts } = at.work.tenant
    const save = reverts.save.bind(reverts)
    reverts.save = () => Promise.reject(new Error('killed'))
    await expect(say('/rollback #1')).rejects.toThrow('killed')
    reverts.save = save
    await say('/rollback #1')
    expect(at.github.pulls).toHaveLength(1)
    expect(answer()).toContain('**[#800](')
  })

  it('says which permissions are missing, and does it once they are there and it is asked for again', async () => {
    const revert = at.github.revertPullRequest.bind(at.github)
    at.github.revertPullRequest = () => Promise.reject(Object.assign(new Error('Resource not accessible by integration'), { status: 403 }))
    await say('/rollback #1')
    expect(answer()).toMatch(
      /- The App may open no pull request that undoes \[#1\]\S+: that needs its permissions “Contents: write” and “Pull requests: write”/,
    )
    at.github.revertPullRequest = revert
    await say('/rollback #1', { id: 9, at: 8 })
    expect(answer()).toContain('**[#800](')
    expect(answer()).not.toContain('may open no')
  })

  it('says when GitHub can not undo it by itself, and presses nothing for a reverted change', async () => {
    at.github.revertPullRequest = async () => null
    await say('/rollback #1')
    expect(answer()).toMatch(/- GitHub can’t undo \[#1\]\S+ by itself: later changes touched the same lines/)
    const { changes } = at.work.tenant
    const second = (await changes.byNumber(shop.id, 2))!.id
    await changes.linkRevert(await changes.upsert(change(3, 'services/checkout/src/cart.ts', minutes(-5))), second)
    await say('/rollback #2', { id: 9, at: 8 })
    expect(at.github.comments.get(7)![1]!.body).toMatch(/\[#2\]\S+ was reverted already/)
  })

  it('is the kit alone unless the file says otherwise, and shows nothing more once it is over', async () => {
    await setPostmortems(at, undefined, 'kit')
    await say('/rollback #1')
    expect(pressed()).toEqual([])
    expect(answer()).toContain('**To undo [#1]')
    await setPostmortems(at, undefined, 'pull-request')
    await say('/rollback #1\n/resolved', { id: 9, at: 8 })
    expect(answer()).not.toContain('undoes [#1]')
  })
})
