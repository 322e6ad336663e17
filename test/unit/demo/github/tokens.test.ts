import { generateKeyPairSync } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startFakeGitHub } from '../../../../demo/github/fake-github.ts'
import type { FakeGitHub } from '../../../../demo/github/fake-github.ts'
import { appClient, appJwt, clientOf, installationClient } from '../../../support/fake-github-client.ts'

const seconds = Math.floor(Date.now() / 1000)
let fake: FakeGitHub
beforeAll(async () => {
  fake = await startFakeGitHub()
  fake.world.createRepository('acme/shop', { isPrivate: true })
  fake.world.createRepository('acme/ledger', { isPrivate: true })
})
afterAll(() => fake.close())

const answerTo = (jwt: string) => clientOf(fake, `Bearer ${jwt}`)('GET', '/app')

describe('an App’s JWT', () => {
  test('opens the door by App id or client id', async () => {
    const { body } = await appClient(fake)('GET', '/app')
    const { client_id: clientId } = body as { client_id: string }
    for (const iss of [fake.appId, String(fake.appId), clientId])
      expect((await answerTo(appJwt(fake.privateKey, { iss }))).status).toBe(200)
  })

  const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs1', format: 'pem' }) as string
  test.each([
    ['signed by another key', () => appJwt(stranger, { iss: fake.appId }), 401, 'could not be decoded'],
    ['with another algorithm', () => appJwt(fake.privateKey, { iss: fake.appId }, 'none'), 401, 'could not be decoded'],
    ['of garbage', () => 'a.b.c', 401, 'could not be decoded'],
    ['of an unknown App', () => appJwt(fake.privateKey, { iss: 1 }), 404, 'Integration not found'],
    ['issued in the future', () => appJwt(fake.privateKey, { iss: fake.appId, iat: seconds + 600 }), 401, "('iat')"],
    ['that has expired', () => appJwt(fake.privateKey, { iss: fake.appId, exp: seconds - 1 }), 401, "('exp') must be"],
    ['that lives too long', () => appJwt(fake.privateKey, { iss: fake.appId, exp: seconds + 3600 }), 401, 'too far in the future'],
    ['whose expiry is no number', () => appJwt(fake.privateKey, { iss: fake.appId, exp: 'soon' }), 401, "('exp') must be"],
  ])('%s is refused', async (_, jwt, status, message) => {
    const answer = await answerTo(jwt())
    expect(answer.status).toBe(status)
    expect((answer.body as { message: string }).message).toContain(message)
  })
})

describe('an installation’s token', () => {
  test('reaches its own repositories and no others', async () => {
    const installation = fake.world.install('acme', { repositories: ['acme/shop'] })
    const client = await installationClient(fake, installation)
    expect((await client('GET', '/repos/acme/shop')).status).toBe(200)
    expect((await client('GET', '/repos/acme/ledger')).status).toBe(404)
    fake.world.suspend(installation)
    expect((await client('GET', '/repos/acme/shop')).status).toBe(403)
    fake.world.uninstall(installation)
    expect((await client('GET', '/repos/acme/shop')).status).toBe(401)
  })

  test('may be narrowed to permissions and repositories', async () => {
    const installation = fake.world.install('acme')
    const issue = fake.world.openIssue('acme/shop', { title: 'Down', by: 'octocat' })
    const reader = await installationClient(fake, installation, { permissions: { issues: 'read' }, repositories: ['shop'] })
    expect((await reader('GET', `/repos/acme/shop/issues/${issue.number}`)).status).toBe(200)
    expect(await reader('POST', `/repos/acme/shop/issues/${issue.number}/comments`, { body: 'x' })).toMatchObject({
      status: 403,
      body: { message: 'Resource not accessible by integration' },
    })
    expect((await reader('GET', '/repos/acme/ledger')).status).toBe(404)
    await expect(installationClient(fake, installation, { permissions: { administration: 'write' } })).rejects.toThrow('not granted')
    await expect(installationClient(fake, installation, { repositories: ['nowhere'] })).rejects.toThrow('does not exist')
    fake.world.uninstall(installation)
  })

  test('is not accepted when made up', async () => {
    expect(await clientOf(fake, 'token ghs_madeup')('GET', '/repos/acme/shop')).toMatchObject({
      status: 401,
      body: { message: 'Bad credentials' },
    })
  })
})
