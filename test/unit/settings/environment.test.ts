import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { generateKeyPairSync } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { gitHubSettings, readDatabaseSettings, readEnvironment, readSettings, SettingsError } from '../../../src/settings/environment.ts'
import { privateKey } from '../../support/sign.ts'

const folder = mkdtempSync(join(tmpdir(), 'causeway-settings-'))
afterAll(() => rmSync(folder, { recursive: true }))

const key = privateKey()
const app = { APP_ID: '4711', PRIVATE_KEY: key, WEBHOOK_SECRET: 'a-long-enough-secret' }

function problems(environment: Record<string, string>) {
  try {
    readSettings(environment)
  } catch (error) {
    if (error instanceof SettingsError) return error.problems
    throw error
  }
  return []
}

describe('the settings of the process', () => {
  it('has a default for everything but the App', () => {
    expect(readSettings({})).toMatchObject({
      app: null,
      database: { url: 'file:./causeway.sqlite', poolSize: 10, sqliteSynchronous: 'full' },
      host: '127.0.0.1',
      port: 3000,
      publicUrl: null,
      gitHub: { apiUrl: 'https://api.github.com', webUrl: 'https://github.com' },
      log: { level: 'info', format: 'json' },
      worker: { concurrency: 8 },
    })
  })

  it('reads an App', () => {
    expect(readSettings(app).app).toEqual({ id: 4711, privateKey: key.trim(), webhookSecrets: ['a-long-enough-secret'] })
  })

  it('accepts the previous secret as well while it is rotated', () => {
    const rotating = { ...app, WEBHOOK_SECRET_PREVIOUS: 'the-secret-before-it' }
    expect(readSettings(rotating).app?.webhookSecrets).toEqual(['a-long-enough-secret', 'the-secret-before-it'])
  })

  it.each([
    ['line breaks written out', (pem: string) => pem.replaceAll('\n', '\\n')],
    ['quotes around it', (pem: string) => `"${pem.replaceAll('\n', '\\n')}"`],
    ['base64 of the file', (pem: string) => Buffer.from(pem).toString('base64')],
  ])('understands a private key with %s', (_, encode) => {
    expect(readSettings({ ...app, PRIVATE_KEY: encode(key) }).app?.privateKey.trim()).toBe(key.trim())
  })

  it('reads the private key from a file', () => {
    const path = join(folder, 'app.pem')
    writeFileSync(path, key)
    const { PRIVATE_KEY: _, ...rest } = app
    expect(readSettings({ ...rest, PRIVATE_KEY_PATH: path }).app?.privateKey).toBe(key)
  })

  it.each([
    ['no secret', { WEBHOOK_SECRET: '' }, 'WEBHOOK_SECRET', 'is missing'],
    ["Probot's default secret", { WEBHOOK_SECRET: 'development' }, 'WEBHOOK_SECRET', 'default'],
    ['a short secret', { WEBHOOK_SECRET: 'short' }, 'WEBHOOK_SECRET', 'has 5 characters'],
    ['a short previous secret', { WEBHOOK_SECRET_PREVIOUS: 'short' }, 'WEBHOOK_SECRET_PREVIOUS', 'has 5 characters'],
    ['no key', { PRIVATE_KEY: '' }, 'PRIVATE_KEY', 'is missing'],
    ['a key that is none', { PRIVATE_KEY: 'hello' }, 'PRIVATE_KEY', 'not a private RSA key'],
    ['a key file that is not there', { PRIVATE_KEY: '', PRIVATE_KEY_PATH: '/nowhere.pem' }, 'PRIVATE_KEY_PATH', 'ENOENT'],
    ['no App id', { APP_ID: '' }, 'APP_ID', 'is missing'],
    ['a client id', { APP_ID: 'Iv1.8a61f9b3a7aba766' }, 'APP_ID', 'not a number'],
    ['a port out of range', { PORT: '65536' }, 'PORT', 'not a whole number from 0 to 65535'],
    ['a port in words', { PORT: 'http' }, 'PORT', 'not a whole number'],
    ['an unknown database', { CAUSEWAY_DATABASE_URL: 'mysql://root:hunter2@db/x' }, 'CAUSEWAY_DATABASE_URL', 'not name a database'],
    ['an unknown log level', { LOG_LEVEL: 'loud' }, 'LOG_LEVEL', '"loud"'],
    ['an unknown durability', { CAUSEWAY_SQLITE_SYNCHRONOUS: 'off' }, 'CAUSEWAY_SQLITE_SYNCHRONOUS', '"off"'],
    ['an address without a scheme', { CAUSEWAY_PUBLIC_URL: 'example.com' }, 'CAUSEWAY_PUBLIC_URL', 'no http(s) address'],
    ['an API base of another scheme', { GITHUB_API_URL: 'ftp://example.com' }, 'GITHUB_API_URL', 'no http(s) address'],
  ])('refuses %s, by name and with a way out', (_, change, variable, words) => {
    const found = problems({ ...app, ...change })
    expect(found).toEqual([
      { variable, problem: expect.stringContaining(words) as string, remedy: expect.stringMatching(/.{10}/) as string },
    ])
  })

  it('names all that is wrong at once, and repeats no secret', () => {
    const wrong = {
      ...app,
      PORT: 'x',
      WEBHOOK_SECRET: 'hunter2',
      CAUSEWAY_DATABASE_URL: 'mysql://root:hunter2@db/x',
      PRIVATE_KEY: 'hunter2',
    }
    expect(
      problems(wrong)
        .map((problem) => problem.variable)
        .sort(),
    ).toEqual(['CAUSEWAY_DATABASE_URL', 'PORT', 'PRIVATE_KEY', 'WEBHOOK_SECRET'])
    expect(() => readSettings(wrong)).toThrow(/4 settings are missing or wrong/)
    expect(() => readSettings(wrong)).not.toThrow(/hunter2/)
  })

  it('refuses a key that GitHub would not take', () => {
    const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
    expect(problems({ ...app, PRIVATE_KEY: ec })).toHaveLength(1)
  })

  it('gives commands the database without asking for an App', () => {
    expect(readDatabaseSettings({ CAUSEWAY_DATABASE_URL: 'postgres://c:x@db/causeway', WEBHOOK_SECRET: 'development' }).url).toBe(
      'postgres://c:x@db/causeway',
    )
  })
})

describe('the .env file', () => {
  const path = join(folder, '.env')
  writeFileSync(path, `PORT=4000\nHOST=0.0.0.0\nPRIVATE_KEY="${key.trim().replaceAll('\n', '\\n')}"\n`)
  chmodSync(path, 0o600)

  it('is read, and the environment stands above it', () => {
    expect(readEnvironment(path, { PORT: '5000' })).toMatchObject({ PORT: '5000', HOST: '0.0.0.0' })
  })

  it('keeps a private key that reads back', () => {
    expect(readSettings({ ...app, PRIVATE_KEY: readEnvironment(path, {}).PRIVATE_KEY }).app?.privateKey.trim()).toBe(key.trim())
  })

  it('need not exist', () => {
    expect(readEnvironment(join(folder, 'none'), { PORT: '1' })).toEqual({ PORT: '1' })
  })
})

describe('the addresses of GitHub', () => {
  it.each([
    [undefined, undefined, 'https://api.github.com', 'https://github.com'],
    ['https://api.github.com', undefined, 'https://api.github.com', 'https://github.com'],
    ['https://github.example.com/api/v3', undefined, 'https://github.example.com/api/v3', 'https://github.example.com'],
    [undefined, 'github.example.com', 'https://github.example.com/api/v3', 'https://github.example.com'],
    [undefined, 'acme.ghe.com', 'https://api.acme.ghe.com', 'https://acme.ghe.com'],
    ['https://api.acme.ghe.com', undefined, 'https://api.acme.ghe.com', 'https://acme.ghe.com'],
    ['http://127.0.0.1:4567', undefined, 'http://127.0.0.1:4567', 'http://127.0.0.1:4567'],
  ])('%s, %s → %s and %s', (api, host, apiUrl, webUrl) => {
    expect(gitHubSettings(api, host)).toEqual({ apiUrl, webUrl })
  })
})
