import { describe, expect, it } from 'vitest'
import type { Urgency } from '../../../src/domain/delivery.ts'
import { WritesSpaced } from '../../../src/github/github.ts'
import { awaitTurn, writeOf } from '../../../src/github/space-writes.ts'

const REPO = '/repos/{owner}/{repo}'
const NOW = new Date('2026-03-14T09:00:00Z')
const comment = { method: 'POST', url: `${REPO}/issues/{issue_number}/comments` }
const check = { method: 'POST', url: `${REPO}/check-runs` }

describe('a request to GitHub', () => {
  const of = (method: string, path: string, urgency: Urgency = 0) => writeOf({ method, url: REPO + path }, urgency)

  it('is a write unless it only reads, or asks for a token', () => {
    expect(of('GET', '/issues/{issue_number}')).toBeNull()
    expect(writeOf({ method: 'POST', url: '/app/installations/{installation_id}/access_tokens' }, 0)).toBeNull()
    expect(writeOf({ method: 'POST', url: '/graphql', query: 'query { viewer { login } }' }, 0)).toBeNull()
    expect(writeOf({ method: 'POST', url: '/graphql', query: '\n mutation M { x }' }, 0)).toEqual({ isFirst: false, isContent: true })
  })

  it('goes first where people wait for it: in the conversation of an incident, and at the gate', () => {
    expect(of('POST', '/issues/{issue_number}/comments')).toEqual({ isFirst: true, isContent: true })
    expect(of('PATCH', '/issues/comments/{comment_id}')).toEqual({ isFirst: true, isContent: false })
    expect(of('POST', '/issues/{issue_number}/labels')).toEqual({ isFirst: true, isContent: false })
    expect(of('POST', '/issues/{issue_number}/comments', 2)).toEqual({ isFirst: false, isContent: true })
    expect(of('POST', '/actions/runs/{run_id}/deployment_protection_rule', 1)).toEqual({ isFirst: true, isContent: false })
  })

  it('comes after that for checks, and for what follows an incident', () => {
    expect(of('POST', '/check-runs', 2)).toEqual({ isFirst: false, isContent: false })
    expect(of('POST', '/issues')).toEqual({ isFirst: false, isContent: true })
    expect(of('POST', '/pulls')).toEqual({ isFirst: false, isContent: true })
    expect(of('PUT', '/contents/{path}')).toEqual({ isFirst: false, isContent: false })
  })
})

describe('a write whose turn has not come', () => {
  const spacing = (urgency: Urgency, ...waits: number[]) => {
    const told: string[] = []
    const take = async () => waits.shift() ?? 0
    return { told, take, turn: () => ({ urgency, waitedMs: 0 }), now: () => NOW, tell: (how: string) => void told.push(how) }
  }
  const go = (request: typeof check, { tell, ...rest }: ReturnType<typeof spacing>) => awaitTurn(request, { ...rest, told: tell })

  it('waits a little where its lane has nothing better to do', async () => {
    const incident = spacing(0, 30, 30)
    await go(comment, incident)
    expect(incident.told).toEqual(['waited', 'waited'])
  })

  it('is put off by a check, whose lane goes on', async () => {
    const pull = spacing(2, 900)
    const asked = go(check, pull)
    await expect(asked).rejects.toBeInstanceOf(WritesSpaced)
    await expect(asked).rejects.toMatchObject({ retryAt: new Date(NOW.getTime() + 900), aside: true })
    expect(pull.told).toEqual(['put off'])
  })

  it('is put off when it would take long, the lane of an incident waiting with it', async () => {
    await expect(go(comment, spacing(0, 20, 60_000))).rejects.toMatchObject({ retryAt: new Date(NOW.getTime() + 60_000), aside: false })
  })

  it('is sent at once when it has', async () => {
    const pull = spacing(2)
    await go(check, pull)
    expect(pull.told).toEqual([])
  })
})
