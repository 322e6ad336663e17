// A second opinion on our fake: one incident against somebody else's GitHub, vercel-labs' emulate 0.12. It checks the App's
// JWT and tokens, sends signed webhooks, and has contents, permissions, issues, labels and comments. It has no GraphQL (so
// the files are read over REST and merges stay unknown), no deployments, and no list of the App's own webhook deliveries.
import { createServer } from 'node:net'
import { createEmulator } from 'emulate'
import { describe, expect, it } from 'vitest'
import { privateKey, WEBHOOK_SECRET } from '../support/sign.ts'
import { startProcess, temporaryFolder } from '../support/start-process.ts'

const TOKEN = 'a-token-of-octocat'
const CATALOG = 'version: 1\nservices:\n  checkout: { paths: ["services/checkout/**"] }\n  ledger: { paths: ["services/ledger/**"] }\n'

describe("vercel-labs' emulate", () => {
  it('shows the comment on an incident, and its edit', { timeout: 60_000 }, async () => {
    const folder = temporaryFolder()
    const [port, ownPort] = [await freePort(), await freePort()]
    const key = privateKey()
    const emulator = await createEmulator({
      service: 'github',
      port,
      baseUrl: `http://127.0.0.1:${port}`,
      seed: {
        tokens: { [TOKEN]: { login: 'octocat', scopes: ['repo'] } },
        github: {
          users: [{ login: 'octocat', name: 'Octocat' }],
          repos: [{ owner: 'octocat', name: 'shop', auto_init: true }],
          apps: [
            {
              app_id: 12345,
              slug: 'causeway',
              name: 'Causeway',
              private_key: key,
              permissions: { contents: 'read', issues: 'write', metadata: 'read' },
              events: ['issues', 'issue_comment', 'push'],
              webhook_url: `http://127.0.0.1:${ownPort}/api/github/webhooks`,
              webhook_secret: WEBHOOK_SECRET,
              installations: [{ installation_id: 100, account: 'octocat', repository_selection: 'all' }],
            },
          ],
        },
      },
    })
    const app = await startProcess({
      cwd: folder.path,
      environment: { APP_ID: '12345', PRIVATE_KEY: key, WEBHOOK_SECRET, PORT: String(ownPort), GITHUB_API_URL: emulator.url },
    })
    try {
      const call = async (method: string, path: string, body?: object): Promise<unknown> => {
        const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json', 'user-agent': 'test' }
        const response = await fetch(`${emulator.url}/repos/octocat/shop${path}`, { method, headers, body: body && JSON.stringify(body) })
        if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`)
        return response.json()
      }
      const comments = async (issue: number): Promise<{ id: number; body: string; user: { login: string } }[]> =>
        (await call('GET', `/issues/${issue}/comments`)) as never
      await call('PUT', '/contents/.github/causeway.yml', {
        message: 'Name the services',
        content: Buffer.from(CATALOG).toString('base64'),
      })
      await call('POST', '/labels', { name: 'incident', color: 'cf222e' })
      const opened = { title: 'Checkout hangs', body: 'TimeoutError in services/checkout/src/pay.ts', labels: ['incident'] }
      const { number } = (await call('POST', '/issues', opened)) as { number: number }
      await expect.poll(() => comments(number), { timeout: 15_000 }).toHaveLength(1)
      const [first] = await comments(number)
      expect(first?.user.login).toBe('causeway[bot]')
      expect(first?.body).toContain('`checkout` · began')
      expect(first?.body).toContain('No change stands out')

      await call('PATCH', `/issues/${number}`, { title: 'Checkout and ledger hang' })
      await expect.poll(async () => (await comments(number))[0]?.body, { timeout: 15_000 }).toContain('`checkout` and `ledger` · began')
      expect((await comments(number)).map(({ id }) => id)).toEqual([first?.id])
    } catch (error) {
      throw new Error(app.output().slice(-6000), { cause: error })
    } finally {
      await app.stop()
      await emulator.close()
      folder.remove()
    }
  })
})

async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve))
  const address = probe.address()
  await new Promise((resolve) => probe.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('The system gave no port.')
  return address.port
}
