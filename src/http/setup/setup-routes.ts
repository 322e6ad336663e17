// No App is registered yet: GitHub's manifest flow, behind a token that only the log tells.
import { randomBytes, timingSafeEqual, createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { type Context, Hono, type MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { z } from 'zod'
import { gitHubSettings, type AppSettings, type GitHubSettings } from '../../settings/environment.ts'
import type { Log } from '../../work.ts'
import { respondWithPage } from '../page.ts'
import { checkEnvFile, withValues, writeEnvFile } from './env-file.ts'
import { buildManifest, optionalFeatures, registrationUrl, setupAnswers } from './manifest.ts'
import { donePage, formPage, handoverPage, problemPage, type FormValues } from './setup-pages.ts'

export type SetupOptions = {
  gitHub: GitHubSettings
  publicUrl: string | null
  envFile: string
  log: Log
  now: () => Date
  fetch?: typeof globalThis.fetch
  /** Goes on with the new App; what it returns is waited for before the person is told that all is done. */
  onRegistered(app: AppSettings, gitHub: GitHubSettings): Promise<void>
}

export type Setup = {
  routes: Hono
  /** Of the page, to be put behind the server's address. */
  path: string
}

/** GitHub keeps a code for an hour. */
const STATE_LIFETIME_MS = 60 * 60_000
const CONVERSION_TIMEOUT_MS = 20_000

const conversion = z.object({
  id: z.number().int().positive(),
  name: z.string(),
  html_url: z.httpUrl(),
  // They are written into a file of settings: a quotation mark or a carriage return in them could begin another one.
  pem: z
    .string()
    .includes('PRIVATE KEY')
    .regex(/^[\w\s+/=-]+$/),
  webhook_secret: z
    .string()
    .min(16, 'GitHub gave the App no webhook secret')
    .regex(/^[^\s"'`\\$]+$/),
})

type Pending = { gitHub: GitHubSettings; webhook: string; expiresAt: number }

export function setupRoutes(options: SetupOptions): Setup {
  const token = randomBytes(32).toString('base64url')
  const pending = new Map<string, Pending>()
  let isDone = false
  const routes = new Hono()

  routes.use('*', bodyLimit({ maxSize: 64 * 1024 }))
  const closed: MiddlewareHandler = async (c, next) => (isDone ? respondWithPage(c, GONE, 410) : next())
  routes.use('*', closed)

  routes.get('/', (c) => {
    if (!isSame(c.req.query('token') ?? '', token)) return respondWithPage(c, WRONG_TOKEN, 403)
    return respondWithPage(c, formPage(token, suggested(options), []))
  })

  routes.post('/', async (c) => {
    const { features, ...fields } = await c.req.parseBody({ all: true })
    const form = z.record(z.string(), z.string().catch('')).parse(fields)
    const ticked = [features ?? []].flat().filter((each) => typeof each === 'string')
    if (!isSame(form.token ?? '', token)) return respondWithPage(c, WRONG_TOKEN, 403)
    const answers = setupAnswers.safeParse({ ...form, features: ticked })
    const problems = answers.success ? await problemsWith(options.envFile) : answers.error.issues.map((issue) => issue.message)
    if (!answers.success || problems.length > 0)
      return respondWithPage(c, formPage(token, { ...suggested(options), ...form, features: ticked }, problems), 400)
    const { host, organization, webhook } = answers.data
    const gitHub = host === suggested(options).host ? options.gitHub : gitHubSettings(undefined, host || undefined)
    const state = randomBytes(32).toString('base64url')
    pending.set(state, { gitHub, webhook, expiresAt: options.now().getTime() + STATE_LIFETIME_MS })
    const manifest = buildManifest(await readManifestFile(), answers.data, originOf(c))
    return respondWithPage(c, handoverPage(registrationUrl(gitHub.webUrl, organization, state), manifest))
  })

  routes.get('/callback', async (c) => {
    const state = c.req.query('state') ?? ''
    const begun = [...pending].find(([known]) => isSame(known, state))?.[1]
    // A state works once: a second try has to begin at the form again.
    pending.delete(state)
    if (!begun || begun.expiresAt < options.now().getTime()) return respondWithPage(c, WRONG_STATE, 403)
    const code = c.req.query('code') ?? ''
    if (!/^[\w-]{1,200}$/.test(code)) return respondWithPage(c, problemPage('Not registered', 'GitHub sent no code.'), 400)
    let app: z.infer<typeof conversion>
    try {
      app = await convert(options, begun.gitHub, code)
    } catch (error) {
      options.log.error({ err: error }, "GitHub did not give the new App's settings")
      const why = error instanceof Error ? error.message : 'unknown error'
      return respondWithPage(c, problemPage('Not registered', `GitHub did not give the App's settings: ${why}. Begin again.`), 502)
    }
    isDone = true
    return respondWithPage(c, donePage(await takeOver(options, begun, app)))
  })

  return { routes, path: `/setup?token=${token}` }
}

async function takeOver(options: SetupOptions, begun: Pending, app: z.infer<typeof conversion>) {
  const values: Record<string, string> = {
    APP_ID: String(app.id),
    PRIVATE_KEY: app.pem,
    WEBHOOK_SECRET: app.webhook_secret,
    ...(options.publicUrl === null ? { CAUSEWAY_PUBLIC_URL: new URL(begun.webhook).origin } : {}),
    ...(begun.gitHub.apiUrl !== options.gitHub.apiUrl ? { GITHUB_API_URL: begun.gitHub.apiUrl } : {}),
  }
  let savedIn: string | null = options.envFile
  try {
    await writeEnvFile(options.envFile, values)
  } catch (error) {
    savedIn = null
    options.log.error({ err: error }, "The new App's settings could not be saved; the page shows them once")
  }
  await options.onRegistered({ id: app.id, privateKey: app.pem, webhookSecrets: [app.webhook_secret] }, begun.gitHub)
  options.log.info(
    { app: app.id, url: app.html_url },
    `GitHub App ${app.name} is registered: install it at ${app.html_url}/installations/new`,
  )
  return { name: app.name, url: app.html_url, savedIn, lines: withValues('', values) }
}

async function convert(options: SetupOptions, gitHub: GitHubSettings, code: string): Promise<z.infer<typeof conversion>> {
  const response = await (options.fetch ?? globalThis.fetch)(`${gitHub.apiUrl}/app-manifests/${code}/conversions`, {
    method: 'POST',
    headers: { accept: 'application/vnd.github+json', 'user-agent': 'causeway' },
    signal: AbortSignal.timeout(CONVERSION_TIMEOUT_MS),
  })
  if (!response.ok) throw new Error(`HTTP ${response.status}${response.status === 404 ? ' (a code works once, for an hour)' : ''}`)
  const parsed = conversion.safeParse(await response.json())
  // The answer holds the private key: what is wrong with it is told without its text.
  if (!parsed.success) throw new Error(`its answer lacks ${parsed.error.issues.map((issue) => issue.path.join('.')).join(', ')}`)
  return parsed.data
}

const WRONG_TOKEN = problemPage('Not here', 'This address is not the one the process printed when it started: look for it in its log.')
const WRONG_STATE = problemPage(
  'Not registered',
  'This answer does not belong to a registration begun here. Begin again at the set-up page.',
)
const GONE = problemPage('Already registered', 'The GitHub App is registered; this page has done its work.')

function suggested(options: SetupOptions): FormValues {
  const host = options.gitHub.webUrl === 'https://github.com' ? '' : new URL(options.gitHub.webUrl).host
  const features = optionalFeatures.filter((feature) => feature.isSuggested).map((feature) => feature.name)
  return { webhook: options.publicUrl ?? '', organization: '', host, name: '', features }
}

async function problemsWith(envFile: string): Promise<string[]> {
  return checkEnvFile(envFile).then(
    () => [],
    (error: unknown) => [error instanceof Error ? error.message : String(error)],
  )
}

/** As the person's browser sees it; a proxy that ends TLS says so. */
function originOf(c: Context): string {
  const url = new URL(c.req.url)
  return c.req.header('x-forwarded-proto') === 'https' ? `https://${url.host}` : url.origin
}

/** Beside src/ in the project, beside dist/ in the package. */
function readManifestFile(): Promise<string> {
  return readFile(new URL('../../../app.yml', import.meta.url), 'utf8')
}

function isSame(given: string, known: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(known))
}
