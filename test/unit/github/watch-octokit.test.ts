import { describe, expect, it } from 'vitest'
import { RateLimited } from '../../../src/github/github.ts'
import { installationClients } from '../../../src/github/installation-clients.ts'
import { quietOctokit } from '../../../src/github/quiet-octokit.ts'
import type { SeenRequest } from '../../../src/github/watch-octokit.ts'

const NOW = new Date('2026-03-14T09:00:00Z')
const RESET = NOW.getTime() / 1000 + 1800

function setUp(remaining: number, status = 200) {
  const state = {
    flushed: 0,
    isOnDisk: true,
    held: null as Date | null,
    isLeased: true,
    sent: 0,
    seen: [] as SeenRequest[],
    permissions: {},
    dropped: [] as number[],
  }
  const fetch: typeof globalThis.fetch = async () => {
    state.sent++
    const headers = {
      'content-type': 'application/json',
      'x-ratelimit-limit': '5000',
      'x-ratelimit-remaining': String(remaining),
      'x-ratelimit-reset': String(RESET),
      'x-ratelimit-resource': 'core',
    }
    return new Response(JSON.stringify({ permission: 'write' }), { status, headers })
  }
  const Octokit = quietOctokit({ timeoutMs: 1000, fetch })
  const clients = installationClients({
    signIn: async () => new Octokit(),
    permissionsOf: async () => state.permissions,
    dropToken: (id) => void state.dropped.push(id),
    appId: 1,
    now: () => NOW,
    heldUntil: async () => state.held,
    isLeased: async () => state.isLeased,
    beforeWrite: async () => {
      state.flushed++
      if (!state.isOnDisk) throw new Error('the disk is full')
    },
    seen: (_id, request) => void state.seen.push(request),
  })
  return { state, clients }
}

describe('what an installation asks of GitHub', () => {
  it('is told by endpoint and status, with what is left of the hour', async () => {
    const { state, clients } = setUp(4000)
    const github = await clients.githubFor(7)
    await github.permission({ owner: 'acme', name: 'shop' }, 'octocat')
    expect(state.seen).toEqual([
      {
        endpoint: 'GET /repos/{owner}/{repo}/collaborators/{username}/permission',
        status: 200,
        ms: expect.any(Number) as number,
        budget: { resource: 'core', limit: 5000, remaining: 4000, resetAt: new Date(RESET * 1000) },
      },
    ])
    expect(clients.restUntil(7)).toBeNull()
  })

  it('tells of a refusal, too', async () => {
    const { state, clients } = setUp(4000, 502)
    await expect((await clients.githubFor(7)).permission({ owner: 'acme', name: 'shop' }, 'octocat')).rejects.toThrow()
    expect(state.seen.map((one) => one.status)).toEqual([502])
  })

  it('is not sent at all while GitHub asked to wait, whoever learned of it', async () => {
    const { state, clients } = setUp(4000)
    const github = await clients.githubFor(7)
    state.held = new Date(NOW.getTime() + 60_000)
    const asked = github.permission({ owner: 'acme', name: 'shop' }, 'octocat')
    await expect(asked).rejects.toBeInstanceOf(RateLimited)
    await expect(asked).rejects.toMatchObject({ retryAt: state.held })
    expect(state.sent).toBe(0)
  })

  it('is not sent once another process may be at the same work', async () => {
    const { state, clients } = setUp(4000)
    const github = await clients.githubFor(7)
    state.isLeased = false
    await expect(github.permission({ owner: 'acme', name: 'shop' }, 'octocat')).rejects.toThrow('the lease of this repository has ended')
    expect(state.sent).toBe(0)
  })

  it('is written only once what it follows from is on disk; reading waits for nothing', async () => {
    const { state, clients } = setUp(4000)
    const github = await clients.githubFor(7)
    await github.permission({ owner: 'acme', name: 'shop' }, 'octocat')
    expect([state.flushed, state.sent]).toEqual([0, 1])
    state.isOnDisk = false
    await expect(github.createComment({ owner: 'acme', name: 'shop' }, 1, 'hello')).rejects.toThrow('the disk is full')
    expect([state.flushed, state.sent]).toEqual([1, 1])
  })

  it('goes with a new token once the installation may do something else', async () => {
    const { state, clients } = setUp(4000)
    await clients.githubFor(7)
    await clients.githubFor(7)
    expect(state.dropped).toEqual([])
    state.permissions = { contents: 'read' }
    await clients.githubFor(7)
    await clients.githubFor(7)
    expect(state.dropped).toEqual([7])
  })

  it('lets reading the past rest while little is left, until the hour is over', async () => {
    const { clients } = setUp(1400)
    await (await clients.githubFor(7)).permission({ owner: 'acme', name: 'shop' }, 'octocat')
    expect(clients.restUntil(7)).toEqual(new Date(RESET * 1000))
    expect(clients.restUntil(8)).toBeNull()
  })
})
