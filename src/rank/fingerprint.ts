// What machines put into incident texts: error classes, messages with changing parts, stack traces. Pure and bounded;
// every pattern runs on a line or word of limited length, so that the time grows with the text and never faster.

/** Texts beyond this are cut; whoever pastes a log has said it by then. */
const MAX_TEXT = 65_536
const MAX_LINE = 500
const MAX_LINES = 2_000
const MAX_FRAMES = 60
const MAX_CLASSES = 20
const MAX_TEMPLATES = 8

/** One frame of a stack trace, the innermost first. `path` as printed, without scheme, query and drive. */
export type StackFrame = { path: string; line: number | null; symbol: string | null }

export type Fingerprint = {
  /** "TypeError", "ECONNRESET", "HTTP 502", "exit 137": without package names, each once, in order of appearance. */
  errorClasses: string[]
  /** Error messages with what changes masked as `<*>`. */
  templates: string[]
  /** The trace's innermost frames of the team's own code, without line numbers; null without a trace. */
  stack: string | null
  frames: StackFrame[]
}

export function fingerprint(text: string): Fingerprint {
  const bounded = text.slice(0, MAX_TEXT)
  const frames = stackFrames(bounded)
  return { errorClasses: errorClasses(bounded), templates: messageTemplates(bounded), stack: stackFingerprint(frames), frames }
}

const PLAIN_WORD = /[a-z]{3,}/g

/**
 * What a text must hold, in lower case, to print something the same: one of these literals. Null when that can't be told,
 * and any text may. Looking for them takes a hundredth of the time that a fingerprint does.
 */
export function literalsOf({ errorClasses, templates, frames }: Fingerprint): string[] | null {
  const literals = [
    ...errorClasses.map((name) => name.replace(/^(?:HTTP|exit) /, '').toLowerCase()),
    ...templates.map((template) => longest(template.match(PLAIN_WORD) ?? [])),
    ...frames.map(({ path }) => path.slice(path.lastIndexOf('/') + 1).toLowerCase()),
  ]
  return literals.includes('') ? null : [...new Set(literals)]
}

const longest = (words: readonly string[]): string => words.reduce((best, word) => (word.length > best.length ? word : best), '')

const ERROR_NAME = /(?:Error|Exception|Failure|Fault|Panic|Interrupt|Abort|Warning)$/
const ERRNO = new Set(
  'EACCES EADDRINUSE EADDRNOTAVAIL EAGAIN EAI_AGAIN EBADF EBUSY ECONNABORTED ECONNREFUSED ECONNRESET EEXIST EFAULT EFBIG EHOSTDOWN EHOSTUNREACH EINTR EINVAL EIO EISDIR ELOOP EMFILE EMSGSIZE ENETDOWN ENETUNREACH ENFILE ENOBUFS ENODEV ENOENT ENOEXEC ENOMEM ENOSPC ENOSYS ENOTCONN ENOTDIR ENOTEMPTY ENOTFOUND ENOTSUP EPERM EPIPE EPROTO ERANGE EROFS ESOCKETTIMEDOUT ESRCH ESTALE ETIMEDOUT EXDEV'.split(
    ' ',
  ),
)
const CONDITIONS = new Set(
  'OOMKilled CrashLoopBackOff ImagePullBackOff SIGSEGV SIGABRT SIGKILL SIGTERM SIGBUS DEADLINE_EXCEEDED RESOURCE_EXHAUSTED FAILED_PRECONDITION UNAUTHENTICATED PERMISSION_DENIED'.split(
    ' ',
  ),
)
const WORD = /[A-Za-z_$][\w$.]{2,200}/g
const HTTP_STATUS =
  /\b(?:https?(?:\/[\d.]{1,3})?|status(?: code)?|returns?|returned|responds? with|got|error|code)[\s:=]{1,3}([45]\d\d)\b|\b([45]\d\d) (?:bad gateway|bad request|internal server|service (?:temporarily )?unavailable|gateway time|not found|forbidden|unauthorized|too many|conflict|error)/gi
const EXIT_CODE = /\bexit(?:ed|s)?(?: with)?(?: code| status)?[\s:=]{1,3}(\d{1,3})\b/gi
const VENDOR_CODE = /\b(?:ORA-\d{4,5}|SQLSTATE\W{0,2}[0-9A-Z]{5}|CVE-\d{4}-\d{4,7}|0x[89a-f][0-9a-f]{7})\b/gi

/** Error classes, errno names, HTTP statuses, exit codes and the like, each once; at most 20. */
export function errorClasses(text: string): string[] {
  const found = new Set<string>()
  const bounded = text.slice(0, MAX_TEXT)
  for (const [word] of bounded.matchAll(WORD)) {
    const name = word.replace(/\.+$/, '').split('.').at(-1) ?? ''
    if (name.length > 5 && ERROR_NAME.test(name) && /^_*[A-Z]/.test(name) && !/^[A-Z_]+$/.test(name)) found.add(name)
    else if (ERRNO.has(name) || CONDITIONS.has(name)) found.add(name)
    if (found.size >= MAX_CLASSES) return [...found]
  }
  for (const match of bounded.matchAll(HTTP_STATUS)) found.add(`HTTP ${match[1] ?? match[2] ?? ''}`)
  for (const match of bounded.matchAll(EXIT_CODE)) if (match[1] !== '0') found.add(`exit ${match[1] ?? ''}`)
  for (const [vendor] of bounded.matchAll(VENDOR_CODE)) found.add(vendor.toUpperCase())
  return [...found].slice(0, MAX_CLASSES)
}

const MASKS: [RegExp, string][] = [
  [/\b[a-z][a-z\d+.-]{1,15}:\/\/\S+/gi, '<*>'],
  [/\b\d{4}-\d\d-\d\d[T ]?(?:\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?)?Z?\b/g, '<*>'],
  [/\b[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}\b/gi, '<*>'],
  [/"[^"]{0,200}"|'[^'\s][^']{0,200}'|`[^`]{0,200}`|“[^”]{0,200}”|「[^」]{0,200}」/g, '<*>'],
  [/[^\s@]{1,64}@[^\s@]{1,100}/g, '<*>'],
  [/(?:[a-z]:)?[\\/]?(?:[\w.@~-]{1,80}[\\/]){1,30}[\w.@~-]{0,80}/gi, '<*>'],
  [/\b(?:0x)?(?=[\da-f]*\d)[\da-f]{6,}\b/gi, '<*>'],
  [/\d+(?:[.,:]\d+)*/g, '<*>'],
]

/** One message with numbers, ids, paths, addresses and quoted values masked: what stays the same between two of them. */
export function messageTemplate(message: string): string {
  let masked = message.slice(0, MAX_LINE)
  for (const [pattern, mask] of MASKS) masked = masked.replace(pattern, mask)
  return masked.toLowerCase().replace(/\s+/g, ' ').trim()
}

const ERROR_LINE = /error|exception|fail|panic|fatal|timeout|timed out|refused|denied|unable|cannot|could not|エラー|失敗|タイムアウト/i
const FRAME_LINE = /^\s*(?:at |File "|#\d+ |\d+: )/

/** Templates of the lines that look like an error message; at most 8, at least three words of each unmasked. */
function messageTemplates(text: string): string[] {
  const found = new Set<string>()
  for (const line of linesOf(text)) {
    if (!ERROR_LINE.test(line) || FRAME_LINE.test(line)) continue
    const template = messageTemplate(line)
    if ((template.match(/\p{L}{2,}/gu)?.length ?? 0) >= 3) found.add(template)
    if (found.size >= MAX_TEMPLATES) break
  }
  return [...found]
}

const linesOf = (text: string): string[] =>
  text
    .slice(0, MAX_TEXT)
    .split(/\r\n|\r|\n/, MAX_LINES)
    .map((line) => line.slice(0, MAX_LINE))

const JAVA =
  /^\s*at (?:[\w.-]{1,60}\/{1,2})*((?:[\w$]{1,100}\.){1,20})([\w$<>]{1,100})\(([\w$-]{1,100}\.(?:java|kt|scala|groovy))(?::(\d{1,7}))?\)/
const CSHARP = /^\s*at ([^()]{1,200})\([^)]{0,200}\) in ([^:]?:?[^:]{1,250}):line (\d{1,7})/
const PYTHON = /^\s*File "([^"]{1,250})", line (\d{1,7})(?:, in ([^\s]{1,100}))?/
const PHP = /^\s*#\d{1,4} ([^\s(:]{1,250}\.\w{1,8})\((\d{1,7})\):? ?([^(]{0,150})/
const JS = /^\s*at (?:async )?(?:([^()]{1,200}?) \()?([^()\s]{1,250}?):(\d{1,7})(?::\d{1,7})?\)?\s*$/
const FIREFOX = /^\s*([^\s@]{0,150})@([^\s@]{1,250}):(\d{1,7}):\d{1,7}\s*$/
const RUBY = /^\s*(?:from )?([^\s:]{1,250}\.(?:rb|erb|rake)):(\d{1,7})(?::in [`']([^']{1,150})')?/
const GO_FILE = /^\s+([^\s:]{1,250}\.go):(\d{1,7})(?: \+0x[\da-f]{1,16})?\s*$/
const GO_CALL = /^([\w./*()-]{1,200})\([^)]{0,200}\)?\s*$/

/** Frames of every stack trace in the text, innermost first; JS and TypeScript, Python, Java, Go, Ruby, C#, PHP. At most 60. */
export function stackFrames(text: string): StackFrame[] {
  const frames: StackFrame[] = []
  let python: StackFrame[] = []
  let previous = ''
  for (const line of linesOf(text)) {
    const inPython = PYTHON.exec(line)
    if (inPython) {
      python.unshift(frame(inPython[1], inPython[2], inPython[3]))
    } else {
      // Python prints the innermost frame last, with a line of source under each.
      if (python.length > 0 && !/^\s{4,}|^\s*$/.test(line)) {
        frames.push(...python)
        python = []
      }
      const found = frameOf(line, previous)
      if (found !== null) frames.push(found)
    }
    previous = line
    if (frames.length + python.length >= MAX_FRAMES) break
  }
  return [...frames, ...python].slice(0, MAX_FRAMES)
}

function frameOf(line: string, previous: string): StackFrame | null {
  const java = JAVA.exec(line)
  if (java) {
    const [, owner = '', method = '', file = '', at] = java
    const folders = owner.split('.').slice(0, -2)
    return frame([...folders, file].join('/'), at, `${owner.split('.').at(-2) ?? ''}.${method}`)
  }
  const csharp = CSHARP.exec(line)
  if (csharp) return frame(csharp[2], csharp[3], csharp[1]?.split('.').slice(-2).join('.'))
  const php = PHP.exec(line)
  if (php) return frame(php[1], php[2], php[3])
  const js = JS.exec(line)
  if (js) return frame(js[2], js[3], js[1])
  const ruby = RUBY.exec(line)
  if (ruby) return frame(ruby[1], ruby[2], ruby[3])
  const firefox = FIREFOX.exec(line)
  if (firefox) return frame(firefox[2], firefox[3], firefox[1])
  const go = GO_FILE.exec(line)
  if (go) return frame(go[1], go[2], GO_CALL.exec(previous)?.[1]?.split('/').at(-1))
  return null
}

function frame(path = '', line?: string, symbol?: string): StackFrame {
  const name = symbol?.trim() ?? ''
  return { path: cleanPath(path), line: line === undefined ? null : Number(line), symbol: name === '' ? null : name }
}

function cleanPath(path: string): string {
  return path
    .replace(/^(?:file|webpack|webpack-internal|https?|app):\/{2,3}/, '')
    .replace(/[?#].*$/, '')
    .replace(/^[A-Za-z]:/, '')
    .replaceAll('\\', '/')
    .replace(/^(?:\.\/)+/, '')
}

const FOREIGN =
  /^(?:node:|internal\/|java\/|javax\/|jdk\/|sun\/|kotlin\/|org\/springframework\/|System\.)|(?:^|\/)(?:node_modules|site-packages|dist-packages|gems|vendor|go\/pkg\/mod|usr\/lib|go\/src)\//
const FINGERPRINT_FRAMES = 5

/** Equal for traces that went the same way, whatever the line numbers; null when there is none. */
export function stackFingerprint(frames: readonly StackFrame[]): string | null {
  if (frames.length === 0) return null
  const own = frames.filter(({ path }) => !FOREIGN.test(path))
  const used = (own.length > 0 ? own : frames).slice(0, FINGERPRINT_FRAMES)
  return used
    .map(({ path, symbol }) => `${path.split('/').slice(-2).join('/')}:${symbol?.replace(/^(?:async|new|Object\.) ?/, '') ?? ''}`)
    .join(' < ')
}
