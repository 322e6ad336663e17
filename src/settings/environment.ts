// The process's settings: environment variables and a .env file in, one checked object out. Reads no other state.
// A wrong variable is reported together with all others, each with what to do about it.
import { createPrivateKey } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import { z } from 'zod'

export type AppSettings = {
  id: number
  /** PEM with real line breaks. */
  privateKey: string
  /** The current secret first; the previous one as well while it is being rotated. */
  webhookSecrets: string[]
}

export type DatabaseSettings = {
  /** `file:<path>` or `postgres://…` */
  url: string
  poolSize: number
  sqliteSynchronous: 'full' | 'normal'
}

export type Settings = {
  /** Null until a GitHub App is registered: the process then serves the set-up page only. */
  app: AppSettings | null
  database: DatabaseSettings
  host: string
  /** 0: the system chooses. */
  port: number
  /** Where GitHub reaches this process, without a trailing slash; null when not said. */
  publicUrl: string | null
  gitHub: GitHubSettings
  log: { level: LogLevel; format: 'json' | 'pretty' }
  worker: { concurrency: number; leaseMs: number; pollMs: number; stopMs: number }
  intake: { maxBodyBytes: number; maxUnverifiedBytes: number }
  /** Null: only a caller on this machine may read `/metrics`. */
  metricsToken: string | null
  /** How many missed webhooks GitHub is asked for, once a hundred were. */
  redeliveriesPerMinute: number
  /** How many writes to GitHub an installation makes a minute, for long; 0: as they come. */
  writesPerMinute: number
  /** How far back a new repository's past is read, in days; null: not at all. */
  backfill: { changeDays: number; incidentDays: number } | null
  /** Days that things are kept; 0 is for ever, of payloads not at all. */
  retention: { payloadDays: number; deadDays: number; changeDays: number; incidentDays: number }
}

export type GitHubSettings = {
  /** Base of the REST API, without a trailing slash: `https://api.github.com`, or `https://<host>/api/v3`. */
  apiUrl: string
  /** Where people use it: `https://github.com`, or `https://<host>`. */
  webUrl: string
}

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal'

export type SettingsProblem = { variable: string; problem: string; remedy: string }

export class SettingsError extends Error {
  readonly problems: SettingsProblem[]
  constructor(problems: SettingsProblem[]) {
    const lines = problems.map((p) => `  ${p.variable}: ${p.problem}\n    ${p.remedy}`)
    super(`${problems.length === 1 ? 'One setting is' : `${problems.length} settings are`} missing or wrong:\n${lines.join('\n')}`)
    this.name = 'SettingsError'
    this.problems = problems
  }
}

type Environment = Record<string, string | undefined>

/** The environment over the `.env` file at `path`, when there is one. */
export function readEnvironment(path = '.env', environment: Environment = process.env): Environment {
  return existsSync(path) ? { ...parseEnv(readFileSync(path, 'utf8')), ...environment } : environment
}

const MiB = 1024 * 1024
/** GitHub sends at most 25 MB. */
const MAX_PAYLOAD_BYTES = 25 * MiB

const text = z
  .string()
  .trim()
  .optional()
  .transform((value) => (value === '' ? undefined : value))

function whole(name: string, fallback: number, min: number, max: number) {
  return text.transform((value, context) => {
    if (value === undefined) return fallback
    const number = Number(value)
    if (/^\d+$/.test(value) && number >= min && number <= max) return number
    context.addIssue(`is ${quote(value)}, not a whole number from ${min} to ${max}||Set ${name}=${fallback}, or leave it out.`)
    return z.NEVER
  })
}

function oneOf<const T extends string>(name: string, values: readonly T[], fallback: T) {
  return text.transform((value, context): T => {
    if (value === undefined) return fallback
    const found = values.find((allowed) => allowed === value.toLowerCase())
    if (found !== undefined) return found
    context.addIssue(`is ${quote(value)}||Set ${name} to one of ${values.join(', ')}; without it, ${fallback} is used.`)
    return z.NEVER
  })
}

function webAddress(remedy: string) {
  return text.transform((value, context) => {
    if (value === undefined) return undefined
    const url = URL.canParse(value) ? new URL(value) : null
    if (url && (url.protocol === 'https:' || url.protocol === 'http:') && !url.username) return value.replace(/\/+$/, '')
    context.addIssue(`is ${quote(value)}, which is no http(s) address||${remedy}`)
    return z.NEVER
  })
}

const DATABASE_REMEDY =
  'Use file:./causeway.sqlite for one file on this disk, or postgres://user:password@host:5432/causeway for PostgreSQL.'

const database = z.object({
  CAUSEWAY_DATABASE_URL: text.transform((value, context) => {
    if (value === undefined) return 'file:./causeway.sqlite'
    if (/^file:.+/.test(value)) return value
    // The value itself may hold a password: it is never repeated in a message.
    if (/^postgres(ql)?:\/\/./.test(value) && URL.canParse(value)) return value
    context.addIssue(`does not name a database that is supported||${DATABASE_REMEDY}`)
    return z.NEVER
  }),
  CAUSEWAY_POOL_SIZE: whole('CAUSEWAY_POOL_SIZE', 10, 1, 200),
  CAUSEWAY_SQLITE_SYNCHRONOUS: oneOf('CAUSEWAY_SQLITE_SYNCHRONOUS', ['full', 'normal'], 'full'),
})

const PROCESS = {
  HOST: text.transform((value) => value ?? '127.0.0.1'),
  PORT: whole('PORT', 3000, 0, 65_535),
  CAUSEWAY_PUBLIC_URL: webAddress('Give the address at which GitHub reaches this process, such as https://causeway.example.com.'),
  GITHUB_API_URL: webAddress('For GitHub Enterprise Server it is https://<host>/api/v3; leave it out for github.com.'),
  GHE_HOST: text.transform((value, context) => {
    if (value === undefined || /^[a-z0-9.-]+(:\d+)?$/i.test(value)) return value
    context.addIssue(
      `is ${quote(value)}, which is no host name||Give the bare host of GitHub Enterprise Server, such as github.example.com.`,
    )
    return z.NEVER
  }),
  GHE_PROTOCOL: oneOf('GHE_PROTOCOL', ['https', 'http'], 'https'),
  LOG_LEVEL: oneOf('LOG_LEVEL', ['info', 'trace', 'debug', 'warn', 'error', 'fatal'], 'info'),
  LOG_FORMAT: oneOf('LOG_FORMAT', ['json', 'pretty'], 'json'),
  CAUSEWAY_WORKER_CONCURRENCY: whole('CAUSEWAY_WORKER_CONCURRENCY', 8, 1, 64),
  CAUSEWAY_WORKER_LEASE_SECONDS: whole('CAUSEWAY_WORKER_LEASE_SECONDS', 15, 1, 600),
  CAUSEWAY_REDELIVERIES_PER_MINUTE: whole('CAUSEWAY_REDELIVERIES_PER_MINUTE', 150, 1, 100_000),
  CAUSEWAY_WRITES_PER_MINUTE: whole('CAUSEWAY_WRITES_PER_MINUTE', 60, 0, 6000),
  CAUSEWAY_BACKFILL_DAYS: whole('CAUSEWAY_BACKFILL_DAYS', 180, 0, 3650),
  CAUSEWAY_BACKFILL_INCIDENT_DAYS: whole('CAUSEWAY_BACKFILL_INCIDENT_DAYS', 730, 0, 3650),
  CAUSEWAY_KEEP_PAYLOADS_DAYS: whole('CAUSEWAY_KEEP_PAYLOADS_DAYS', 7, 0, 3650),
  CAUSEWAY_KEEP_DEAD_DAYS: whole('CAUSEWAY_KEEP_DEAD_DAYS', 30, 1, 3650),
  CAUSEWAY_KEEP_CHANGES_DAYS: whole('CAUSEWAY_KEEP_CHANGES_DAYS', 730, 0, 36_500),
  CAUSEWAY_KEEP_INCIDENTS_DAYS: whole('CAUSEWAY_KEEP_INCIDENTS_DAYS', 0, 0, 36_500),
}

const SECRET_REMEDY =
  'Use the secret of the App\'s webhook (GitHub: Settings → Developer settings → GitHub Apps → your App → Webhook secret); make one with "openssl rand -hex 32" and enter it in both places.'
const KEY_REMEDY =
  "Generate a private key on the App's page (Private keys) and give the file's path in PRIVATE_KEY_PATH, or its text in PRIVATE_KEY."
const MIN_SECRET_LENGTH = 8
const MIN_TOKEN_LENGTH = 16

const secret = text.superRefine((value, context) => {
  if (value === undefined) return
  if (value.toLowerCase() === 'development') context.addIssue(`is the well-known default, so anybody could sign webhooks||${SECRET_REMEDY}`)
  else if (value.length < MIN_SECRET_LENGTH)
    context.addIssue(
      `has ${value.length} characters; fewer than ${MIN_SECRET_LENGTH} can be guessed from one signed webhook||${SECRET_REMEDY}`,
    )
})

const CREDENTIALS = {
  CAUSEWAY_METRICS_TOKEN: text.superRefine((value, context) => {
    if (value !== undefined && value.length < MIN_TOKEN_LENGTH)
      context.addIssue(`has ${value.length} characters: too few||Make one with "openssl rand -hex 32".`)
  }),
  APP_ID: text.transform((value, context) => {
    if (value === undefined) return undefined
    if (/^[1-9]\d{0,14}$/.test(value)) return Number(value)
    context.addIssue(`is ${quote(value)}, not a number||It stands as "App ID" on the App's page (not the client id, which begins with Iv).`)
    return z.NEVER
  }),
  PRIVATE_KEY: text,
  PRIVATE_KEY_PATH: text,
  WEBHOOK_SECRET: secret,
  WEBHOOK_SECRET_PREVIOUS: secret,
}

/** All that the running process needs. Throws `SettingsError`, which names every missing or wrong variable. */
export function readSettings(environment: Environment): Settings {
  const parsed = z.object({ ...database.shape, ...PROCESS, ...CREDENTIALS }).safeParse(environment)
  const problems = parsed.success ? [] : problemsOf(parsed.error)
  const key = readPrivateKey(environment, problems)
  if (isSet(environment, 'APP_ID') || key !== undefined) {
    missing(environment, 'APP_ID', "It stands as a number on the App's page on GitHub.", problems)
    if (!isSet(environment, 'PRIVATE_KEY') && !isSet(environment, 'PRIVATE_KEY_PATH'))
      problems.push({ variable: 'PRIVATE_KEY', problem: 'is missing', remedy: KEY_REMEDY })
    missing(environment, 'WEBHOOK_SECRET', SECRET_REMEDY, problems)
  }
  if (!parsed.success || problems.length > 0) throw new SettingsError(problems)
  const values = parsed.data
  const { APP_ID: id, WEBHOOK_SECRET: current, WEBHOOK_SECRET_PREVIOUS: previous } = values
  return {
    app: id && key && current ? { id, privateKey: key, webhookSecrets: previous ? [current, previous] : [current] } : null,
    database: databaseSettings(values),
    host: values.HOST,
    port: values.PORT,
    publicUrl: values.CAUSEWAY_PUBLIC_URL ?? null,
    gitHub: gitHubSettings(values.GITHUB_API_URL, values.GHE_HOST, values.GHE_PROTOCOL),
    log: { level: values.LOG_LEVEL, format: values.LOG_FORMAT },
    worker: {
      concurrency: values.CAUSEWAY_WORKER_CONCURRENCY,
      leaseMs: values.CAUSEWAY_WORKER_LEASE_SECONDS * 1000,
      pollMs: 1000,
      stopMs: 10_000,
    },
    intake: { maxBodyBytes: MAX_PAYLOAD_BYTES, maxUnverifiedBytes: 4 * MAX_PAYLOAD_BYTES },
    metricsToken: values.CAUSEWAY_METRICS_TOKEN ?? null,
    redeliveriesPerMinute: values.CAUSEWAY_REDELIVERIES_PER_MINUTE,
    writesPerMinute: values.CAUSEWAY_WRITES_PER_MINUTE,
    backfill:
      values.CAUSEWAY_BACKFILL_DAYS === 0
        ? null
        : { changeDays: values.CAUSEWAY_BACKFILL_DAYS, incidentDays: values.CAUSEWAY_BACKFILL_INCIDENT_DAYS },
    retention: {
      payloadDays: values.CAUSEWAY_KEEP_PAYLOADS_DAYS,
      deadDays: values.CAUSEWAY_KEEP_DEAD_DAYS,
      changeDays: values.CAUSEWAY_KEEP_CHANGES_DAYS,
      incidentDays: values.CAUSEWAY_KEEP_INCIDENTS_DAYS,
    },
  }
}

/** For commands that need the database and nothing else. */
export function readDatabaseSettings(environment: Environment): DatabaseSettings {
  const parsed = database.safeParse(environment)
  if (!parsed.success) throw new SettingsError(problemsOf(parsed.error))
  return databaseSettings(parsed.data)
}

/** Addresses of GitHub, or of a GitHub Enterprise Server named by its API's base or by its host. */
export function gitHubSettings(apiUrl: string | undefined, host?: string, protocol: 'https' | 'http' = 'https'): GitHubSettings {
  if (apiUrl === undefined && host === undefined) return { apiUrl: 'https://api.github.com', webUrl: 'https://github.com' }
  const api = apiUrl ?? (host?.endsWith('.ghe.com') ? `${protocol}://api.${host}` : `${protocol}://${host}/api/v3`)
  const { protocol: scheme, host: name } = new URL(api)
  return {
    apiUrl: api,
    webUrl: name === 'api.github.com' ? 'https://github.com' : `${scheme}//${name.replace(/^api\.(?=.+\.ghe\.com$)/, '')}`,
  }
}

function databaseSettings(values: z.output<typeof database>): DatabaseSettings {
  return {
    url: values.CAUSEWAY_DATABASE_URL,
    poolSize: values.CAUSEWAY_POOL_SIZE,
    sqliteSynchronous: values.CAUSEWAY_SQLITE_SYNCHRONOUS,
  }
}

function readPrivateKey(environment: Environment, problems: SettingsProblem[]): string | undefined {
  const inline = environment.PRIVATE_KEY?.trim()
  const path = environment.PRIVATE_KEY_PATH?.trim()
  if (!inline && !path) return undefined
  const variable = inline ? 'PRIVATE_KEY' : 'PRIVATE_KEY_PATH'
  let pem: string
  try {
    pem = inline ? decodeKey(inline) : readFileSync(path ?? '', 'utf8')
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
    problems.push({ variable, problem: `names ${quote(path ?? '')}, which can't be read (${why})`, remedy: KEY_REMEDY })
    return undefined
  }
  try {
    const key = createPrivateKey(pem)
    if (key.asymmetricKeyType !== 'rsa') throw new Error('not RSA')
    return pem
  } catch {
    problems.push({ variable, problem: 'is not a private RSA key in PEM form (-----BEGIN RSA PRIVATE KEY-----)', remedy: KEY_REMEDY })
    return undefined
  }
}

/** Environment variables seldom keep line breaks: `\n` written out and base64 of the whole file are understood too. */
function decodeKey(value: string): string {
  const unquoted = value.replace(/^(["'])([\s\S]*)\1$/, '$2')
  return unquoted.includes('-----BEGIN') ? unquoted.replaceAll('\\n', '\n') : Buffer.from(unquoted, 'base64').toString('utf8')
}

function isSet(environment: Environment, variable: string): boolean {
  return (environment[variable]?.trim() ?? '') !== ''
}

function missing(environment: Environment, variable: string, remedy: string, problems: SettingsProblem[]): void {
  if (!isSet(environment, variable)) problems.push({ variable, problem: 'is missing', remedy })
}

function problemsOf(error: z.ZodError): SettingsProblem[] {
  return error.issues.map((issue) => {
    const [problem, remedy] = issue.message.split('||')
    return { variable: issue.path.join('.'), problem: problem ?? issue.message, remedy: remedy ?? '' }
  })
}

function quote(value: string): string {
  return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value)
}
