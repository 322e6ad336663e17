// One structured line an event, on the standard output. Secrets are taken out of the finished line, whatever put them there.
import { pino, type DestinationStream, type Logger, type LoggerOptions, stdSerializers } from 'pino'
import { withoutQuery } from '../store/query-error.ts'
import type { LogLevel } from './environment.ts'

export type LogSettings = { level: LogLevel; format: 'json' | 'pretty' }

const TOKEN_SHAPES =
  /-----BEGIN [A-Z ]*PRIVATE KEY-----(?:(?!-----BEGIN)[\s\S])*?-----END [A-Z ]*PRIVATE KEY-----|\b(?:cw_[\w-]{20,}|gh[a-z]_\w{20,}|github_pat_\w{20,}|eyJ[\w-]+\.[\w-]+\.[\w-]+)|(?<=\b(?:bearer|token) )[\w.~+/-]{16,}=*|(?<=\w:\/\/[^\s:/@"]*:)[^\s@/"]+(?=@)/gi

const HIDDEN = '[hidden]'

/** The line without anything that looks like a credential, and without these very secrets. */
function withoutSecrets(line: string, secrets: string[]): string {
  return secrets.reduce((text, secret) => text.replaceAll(secret, HIDDEN), line).replace(TOKEN_SHAPES, HIDDEN)
}

export type Logs = {
  log: Logger
  /** For Probot: it logs what a handler throws, as an error, before the worker knows what that means; that is left out. */
  probotLog: Logger
}

/** `secrets` may grow when the App is registered while the process runs. */
export function createLogs(
  settings: LogSettings,
  secrets: string[],
  write: (line: string) => void = (line) => process.stdout.write(line),
): Logs {
  const destination: DestinationStream = {
    write(line) {
      const safe = withoutSecrets(line, secrets)
      write(settings.format === 'pretty' ? prettyLine(safe) : safe)
    },
  }
  const options: LoggerOptions = {
    level: settings.level,
    base: undefined,
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { err: errorFacts, error: errorFacts, event: eventFacts },
  }
  const probotOptions: LoggerOptions = {
    ...options,
    hooks: {
      logMethod(args, method) {
        const thrown: unknown = args[0]
        if (!(thrown instanceof Error && 'event' in thrown)) method.apply(this, args)
      },
    },
  }
  return { log: pino(options, destination), probotLog: pino(probotOptions, destination) }
}

/** An octokit error carries its whole request and response, and a handler's error the whole webhook: neither belongs in a log. */
function errorFacts(thrown: unknown): unknown {
  const error = withoutQuery(thrown)
  if (!(error instanceof Error)) return error
  const { type, message, stack } = stdSerializers.err(error)
  const status = 'status' in error ? error.status : undefined
  const causes = error instanceof AggregateError ? error.errors.map(errorFacts) : undefined
  return { type, message: shorten(message, 2000), status, stack: shorten(stack, 4000), causes }
}

function eventFacts(event: unknown): unknown {
  if (typeof event !== 'object' || event === null) return event
  const { id, name } = event as { id?: unknown; name?: unknown }
  return { id, name }
}

/** A line break or an escape sequence in somebody else's words must not look like a line of ours, or move the cursor. */
const CONTROLS = /(?!\n)[\p{Cc}\u200E\u200F\u2028-\u202E\u2066-\u2069]/gu
const shown = (text: string): string => text.replace(CONTROLS, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
const inOneLine = (text: string): string => shown(text.replaceAll('\n', '\\n'))

function prettyLine(line: string): string {
  let facts: Record<string, unknown>
  try {
    facts = JSON.parse(line) as Record<string, unknown>
  } catch {
    return line
  }
  const { time, level, msg, err, ...rest } = facts
  const label = pino.levels.labels[Number(level)] ?? 'info'
  const pairs = Object.entries(rest).map(
    ([key, value]) => ` ${key}=${inOneLine(typeof value === 'string' ? value : JSON.stringify(value))}`,
  )
  const stack = err && typeof err === 'object' && 'stack' in err ? `\n${shown(String(err.stack)).replaceAll('\n', '\n    ')}` : ''
  return `${String(time)} ${label.toUpperCase().padEnd(5)} ${inOneLine(String(msg))}${pairs.join('')}${stack}\n`
}

function shorten(text: string | undefined, length: number): string | undefined {
  return text !== undefined && text.length > length ? `${text.slice(0, length)}…` : text
}
