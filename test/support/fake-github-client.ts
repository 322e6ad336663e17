// A plain client for the fake GitHub: no Octokit, so that headers and pages are seen as they are.
import { createSign } from 'node:crypto'
import type { FakeGitHub } from '../../demo/github/fake-github.ts'
import type { Installation } from '../../demo/github/state.ts'

type Answered = { status: number; headers: Headers; body: unknown }
export type Client = (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Answered>

/** A JWT as an App signs it; any claim may be set wrong on purpose. */
export function appJwt(privateKey: string, claims: { iss: string | number; iat?: unknown; exp?: unknown }, alg = 'RS256'): string {
  const seconds = Math.floor(Date.now() / 1000)
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const unsigned = `${part({ alg, typ: 'JWT' })}.${part({ iat: seconds - 30, exp: seconds + 500, ...claims })}`
  return `${unsigned}.${createSign('RSA-SHA256').update(unsigned).sign(privateKey, 'base64url')}`
}

/** A client that sends this as its `authorization`, or none. */
export function clientOf(fake: FakeGitHub, authorization: string | null, prefix = ''): Client {
  return async (method, path, body, headers = {}) => {
    const response = await fetch(`${fake.url}${prefix}${path}`, {
      method,
      redirect: 'manual',
      headers: { 'user-agent': 'test', ...(authorization === null ? {} : { authorization }), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    return { status: response.status, headers: response.headers, body: text === '' ? null : (JSON.parse(text) as unknown) }
  }
}

export function appClient(fake: FakeGitHub): Client {
  return clientOf(fake, `Bearer ${appJwt(fake.privateKey, { iss: fake.appId })}`)
}

/** A client with a fresh installation token. `asked` may narrow it to permissions and repositories. */
export async function installationClient(fake: FakeGitHub, installation: Installation, asked: object = {}, prefix = ''): Promise<Client> {
  const { status, body } = await appClient(fake)('POST', `/app/installations/${installation.id}/access_tokens`, asked)
  if (status !== 201) throw new Error(`No token: ${JSON.stringify(body)}`)
  return clientOf(fake, `token ${(body as { token: string }).token}`, prefix)
}
