import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { withValues, writeEnvFile } from '../../../src/http/setup/env-file.ts'
import { buildManifest, registrationUrl, setupAnswers } from '../../../src/http/setup/manifest.ts'
import { setupRoutes, type SetupOptions } from '../../../src/http/setup/setup-routes.ts'
import { gitHubSettings, readSettings, type AppSettings } from '../../../src/settings/environment.ts'
import { silentLog } from '../../support/silent-log.ts'
import { privateKey } from '../../support/sign.ts'

const pem = privateKey()
const converted = {
  id: 4711,
  slug: 'causeway-at-acme',
  name: 'Causeway at Acme',
  html_url: 'https://github.com/apps/causeway-at-acme',
  client_id: 'Iv1.x',
  client_secret: 'never-kept',
  pem,
  webhook_secret: 'e340154128314309424b7c8e90325147d99fdafa',
}

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'causeway-setup-'))
})
afterEach(() => {
  chmodSync(folder, 0o700)
  rmSync(folder, { recursive: true })
})

type Stub = { status: number; body: unknown }

function start(change: Partial<SetupOptions> = {}, stub: Stub = { status: 201, body: converted }) {
  const asked: { url: string; method: string | undefined }[] = []
  const registered: { app: AppSettings; apiUrl: string }[] = []
  const setup = setupRoutes({
    gitHub: gitHubSettings(undefined),
    publicUrl: null,
    envFile: join(folder, '.env'),
    log: silentLog,
    now: () => new Date('2026-03-14T09:00:00Z'),
    fetch: async (url, init) => {
      asked.push({ url: url instanceof Request ? url.url : url.toString(), method: init?.method })
      return Response.json(stub.body, { status: stub.status })
    },
    onRegistered: async (app, gitHub) => void registered.push({ app, apiUrl: gitHub.apiUrl }),
    ...change,
  })
  const token = new URL(setup.path, 'http://x').searchParams.get('token') ?? ''
  const get = async (path: string) => {
    const response = await setup.routes.request(`http://127.0.0.1:3000${path}`)
    return { status: response.status, text: await response.text(), headers: response.headers }
  }
  const submit = async (fields: Record<string, string>, headers: Record<string, string> = {}) => {
    const body = new URLSearchParams({ token, webhook: 'https://causeway.example.com', ...fields })
    const response = await setup.routes.request('http://127.0.0.1:3000/', { method: 'POST', body, headers })
    return { status: response.status, text: await response.text(), headers: response.headers }
  }
  return { asked, registered, token, get, submit }
}

const unescape = (html: string) => html.replaceAll('&quot;', '"').replaceAll('&amp;', '&').replaceAll('&#39;', "'")

function handover(text: string) {
  const action = unescape(/action="([^"]+)"/.exec(text)?.[1] ?? '')
  const manifest = JSON.parse(unescape(/name="manifest" value="([^"]+)"/.exec(text)?.[1] ?? '{}')) as Record<string, unknown>
  return { action: new URL(action), manifest, state: new URL(action).searchParams.get('state') ?? '' }
}

describe('registering the App', () => {
  it('goes from the form over GitHub to a running App and a .env file', async () => {
    const { asked, registered, token, get, submit } = start()
    expect((await get(`/?token=${token}`)).text).toContain('Public address of this process')

    const { action, manifest, state } = handover((await submit({ organization: 'acme', name: 'Causeway at Acme' })).text)
    expect(action.origin + action.pathname).toBe('https://github.com/organizations/acme/settings/apps/new')
    expect(manifest).toEqual({
      name: 'Causeway at Acme',
      description: expect.any(String) as string,
      url: 'https://causeway.example.com',
      public: false,
      hook_attributes: { url: 'https://causeway.example.com/api/github/webhooks', active: true },
      redirect_url: 'http://127.0.0.1:3000/setup/callback',
      default_permissions: { metadata: 'read', contents: 'read', deployments: 'read', pull_requests: 'read', issues: 'write' },
      default_events: ['deployment', 'deployment_status', 'issue_comment', 'issues', 'pull_request', 'push', 'release', 'repository'],
    })

    const done = await get(`/callback?code=a1b2c3&state=${state}`)
    expect(asked).toEqual([{ url: 'https://api.github.com/app-manifests/a1b2c3/conversions', method: 'POST' }])
    expect(registered).toEqual([
      { app: { id: 4711, privateKey: pem, webhookSecrets: [converted.webhook_secret] }, apiUrl: 'https://api.github.com' },
    ])
    expect(done.status).toBe(200)
    expect(done.text).toContain('https://github.com/apps/causeway-at-acme/installations/new')
    for (const secret of [converted.webhook_secret, 'PRIVATE KEY']) expect(done.text).not.toContain(secret)

    const path = join(folder, '.env')
    expect(statSync(path).mode & 0o777).toBe(0o600)
    const settings = readSettings(parseEnv(readFileSync(path, 'utf8')))
    expect(settings.app).toEqual({ id: 4711, privateKey: pem.trim(), webhookSecrets: [converted.webhook_secret] })
    expect(settings.publicUrl).toBe('https://causeway.example.com')
    expect(readFileSync(path, 'utf8')).not.toContain('never-kept')
  })

  it('is over once it is done', async () => {
    const { token, get, submit } = start()
    const { state } = handover((await submit({})).text)
    await get(`/callback?code=a&state=${state}`)
    expect((await get(`/?token=${token}`)).status).toBe(410)
    expect((await get(`/callback?code=a&state=${state}`)).status).toBe(410)
  })

  it('shows nothing without the token of the log', async () => {
    const { get, submit } = start()
    expect([(await get('/')).status, (await get('/?token=x')).status, (await submit({ token: 'x' })).status]).toEqual([403, 403, 403])
  })

  it('takes back only what it began, once, and within the hour', async () => {
    let now = new Date('2026-03-14T09:00:00Z')
    const { asked, get, submit } = start({ now: () => now }, { status: 404, body: {} })
    expect((await get('/callback?code=a1&state=made-up')).status).toBe(403)
    expect((await get('/callback?code=a1')).status).toBe(403)
    const { state } = handover((await submit({})).text)
    expect((await get(`/callback?code=a1&state=${state}`)).status).toBe(502)
    expect((await get(`/callback?code=a1&state=${state}`)).status).toBe(403)
    const late = handover((await submit({})).text)
    now = new Date('2026-03-14T10:00:01Z')
    expect((await get(`/callback?code=a1&state=${late.state}`)).status).toBe(403)
    expect(asked).toHaveLength(1)
  })

  it.each(['', '../../user', 'a/b', 'a%2Fb'])('sends GitHub no code like "%s"', async (code) => {
    const { asked, get, submit } = start()
    const { state } = handover((await submit({})).text)
    expect((await get(`/callback?code=${code}&state=${state}`)).status).toBe(400)
    expect(asked).toEqual([])
  })

  it.each([
    ['a refusal', { status: 404, body: { message: 'Not Found' } }, 'HTTP 404'],
    [
      'a secret that would begin another setting',
      { status: 201, body: { ...converted, webhook_secret: 'e340154128314309"\r\nHOST=0.0.0.0' } },
      'webhook_secret',
    ],
    ['a key that would', { status: 201, body: { ...converted, pem: `${pem}"\rHOST=0.0.0.0` } }, 'pem'],
    ['no webhook secret', { status: 201, body: { ...converted, webhook_secret: null } }, 'webhook_secret'],
    ['no key', { status: 201, body: { ...converted, pem: '' } }, 'pem'],
  ])('says so when GitHub answers with %s, and can be begun again', async (_, stub, words) => {
    const { registered, get, submit, token } = start({}, stub)
    const { state } = handover((await submit({})).text)
    const failed = await get(`/callback?code=a1&state=${state}`)
    expect([failed.status, failed.text]).toEqual([502, expect.stringContaining(words)])
    expect(registered).toEqual([])
    expect((await get(`/?token=${token}`)).status).toBe(200)
  })

  it('registers at a GitHub Enterprise Server and remembers it', async () => {
    const { asked, get, submit } = start()
    const { action, state } = handover((await submit({ host: 'https://GitHub.example.com/', webhook: 'http://10.0.0.7:3000' })).text)
    expect(action.origin).toBe('https://github.example.com')
    await get(`/callback?code=a1&state=${state}`)
    expect(asked[0]?.url).toBe('https://github.example.com/api/v3/app-manifests/a1/conversions')
    expect(parseEnv(readFileSync(join(folder, '.env'), 'utf8')).GITHUB_API_URL).toBe('https://github.example.com/api/v3')
  })

  it('comes back by TLS when a proxy ends it', async () => {
    const { submit } = start()
    const { manifest } = handover((await submit({}, { 'x-forwarded-proto': 'https' })).text)
    expect(manifest.redirect_url).toBe('https://127.0.0.1:3000/setup/callback')
  })

  it.each([
    ['an address of this machine', { webhook: 'http://localhost:3000' }, 'github.com can not reach'],
    ['no address', { webhook: 'http://' }, 'public address'],
    ['an organisation that is none', { organization: 'acme/../../x' }, 'organisation is its name'],
    ['a host that is none', { host: 'github.example.com/path?x' }, 'host must be one like'],
    ['a name too long', { name: 'x'.repeat(35) }, '34 characters'],
  ])('asks again for %s, keeping what was typed', async (_, fields, words) => {
    const { submit } = start()
    const { status, text } = await submit({ name: 'Mine', ...fields })
    expect([status, unescape(text)]).toEqual([400, expect.stringContaining(words)])
    if (!('name' in fields)) expect(text).toContain('value="Mine"')
  })

  it('does not begin when the file already names another App', async () => {
    writeFileSync(join(folder, '.env'), 'APP_ID=1\n')
    const { submit } = start()
    const { status, text } = await submit({})
    expect([status, text]).toEqual([400, expect.stringContaining('names App 1 already')])
  })

  it('shows the settings once when they can not be saved, since GitHub gives them only once', async () => {
    const { registered, get, submit } = start()
    const { state } = handover((await submit({})).text)
    writeFileSync(join(folder, '.env'), 'APP_ID=1\n')
    const done = await get(`/callback?code=a1&state=${state}`)
    expect(done.text).toContain('copy these lines')
    expect(done.text).toContain(converted.webhook_secret)
    expect(registered).toHaveLength(1)
    expect(readFileSync(join(folder, '.env'), 'utf8')).toBe('APP_ID=1\n')
  })

  it('escapes what was typed, loads nothing from elsewhere and tells nobody its address', async () => {
    const { token, get, submit } = start()
    const { text } = await submit({ name: '"><script>alert(1)</script>', webhook: 'http://' })
    expect(text).not.toContain('<script>alert')
    const { headers } = await get(`/?token=${token}`)
    expect(headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(headers.get('referrer-policy')).toBe('no-referrer')
    expect((await submit({})).headers.get('content-security-policy')).toContain("form-action 'self' https://github.com")
  })
})

describe('the manifest', () => {
  const yaml = readFileSync('app.yml', 'utf8')

  it('keeps a webhook address that is whole already', () => {
    const answers = setupAnswers.parse({ webhook: 'causeway.example.com/hooks/api/github/webhooks/' })
    expect(buildManifest(yaml, answers, 'http://x').hook_attributes.url).toBe('https://causeway.example.com/hooks/api/github/webhooks')
  })

  it('asks for nothing that could change code, settings or secrets', () => {
    const { default_permissions: permissions } = buildManifest(yaml, setupAnswers.parse({ webhook: 'https://x.example.com' }), 'http://x')
    expect(Object.entries(permissions).filter(([, level]) => level === 'write')).toEqual([['issues', 'write']])
  })

  it('asks for a feature’s permissions and events only where it is ticked', () => {
    const asked = (...features: string[]) => {
      const { default_permissions, default_events } = buildManifest(
        yaml,
        setupAnswers.parse({ webhook: 'https://x.example.com', features }),
        'http://x',
      )
      return { ...default_permissions, events: default_events.slice(8) }
    }
    expect(asked()).toMatchObject({ contents: 'read', pull_requests: 'read', events: [] })
    expect(asked()).not.toHaveProperty('checks')
    expect(asked('checks')).toMatchObject({ checks: 'write', events: ['check_run', 'check_suite'] })
    expect(asked('documents')).toMatchObject({ contents: 'write', pull_requests: 'write', events: [] })
    expect(asked('gate', 'workflows')).toMatchObject({
      actions: 'read',
      deployments: 'write',
      events: ['workflow_run', 'deployment_protection_rule'],
    })
    expect(setupAnswers.safeParse({ webhook: 'https://x.example.com', features: ['administration'] }).success).toBe(false)
  })

  it('is posted to one’s own account without an organisation', () => {
    expect(registrationUrl('https://github.com', '', 'a&b')).toBe('https://github.com/settings/apps/new?state=a%26b')
  })
})

describe('the .env file', () => {
  it('keeps all other lines and replaces its own', () => {
    const before = '# mine\nPORT=4000\n\nAPP_ID=\nexport WEBHOOK_SECRET="old"\nMY_APP_ID=7\n\n'
    const after = withValues(before, { APP_ID: '4711', WEBHOOK_SECRET: 'new', PRIVATE_KEY: 'a\nb\n' })
    expect(after).toBe('# mine\nPORT=4000\n\nMY_APP_ID=7\nAPP_ID=4711\nWEBHOOK_SECRET=new\nPRIVATE_KEY="a\\nb"\n')
  })

  it('wins over an older definition of several lines', () => {
    const before = `PRIVATE_KEY="${pem}"\nPORT=4000\n`
    const values = parseEnv(withValues(before, { PRIVATE_KEY: 'new' }))
    expect(values).toMatchObject({ PRIVATE_KEY: 'new', PORT: '4000' })
  })

  it('is closed to others even if it was open, and leaves no draft behind', async () => {
    const path = join(folder, '.env')
    writeFileSync(path, 'PORT=4000\n', { mode: 0o644 })
    await writeEnvFile(path, { APP_ID: '1' })
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(existsSync(path)).toBe(true)
    expect(readFileSync(path, 'utf8')).toBe('PORT=4000\nAPP_ID=1\n')
  })

  it('is left as it is when it names another App', async () => {
    const path = join(folder, '.env')
    writeFileSync(path, 'APP_ID=1\n')
    await expect(writeEnvFile(path, { APP_ID: '2' })).rejects.toThrow('names App 1 already')
    expect(readFileSync(path, 'utf8')).toBe('APP_ID=1\n')
  })
})
