// Commands in issue text: a line that begins with `/`, outside code, quotes and HTML comments. Pure.
import { createHash } from 'node:crypto'
import { plain } from '../render/escape.ts'

export type SaidCommand = {
  /** Lower case, without the slash. */
  name: string
  /** What follows it, in one line; for `/note` and `/update` also the lines below it. */
  rest: string
  /** The same words again in one text are another command; the same words in another version of it are not. */
  key: string
}

export type SaidText = {
  commands: SaidCommand[]
  /** What is said besides, in one line. */
  words: string
}

const LONGEST = 65_536
/** `root cause: <sha>`, as four-keys set-ups write it, names the cause as `/cause` does. */
const ROOT_CAUSE = /^root cause:\s*(\S.*)$/i

/** Reads the commands of these names, and the words around them. Other lines with a slash are somebody else's commands. */
export function readText(text: string, names: ReadonlySet<string>, longNames: ReadonlySet<string>): SaidText {
  const commands: SaidCommand[] = []
  const words: string[] = []
  let open: { name: string; lines: string[] } | null = null
  const seen = new Map<string, number>()
  const close = (): void => {
    if (open === null) return
    const rest = plain(open.lines.join(' '), 4_000)
    const said = `${open.name} ${rest}`
    const nth = seen.get(said) ?? 0
    seen.set(said, nth + 1)
    commands.push({ name: open.name, rest, key: createHash('sha256').update(`${said} ${nth}`).digest('hex').slice(0, 16) })
    open = null
  }
  for (const line of spokenLines(text)) {
    const begun = beginsWith(line, names)
    if (begun) {
      close()
      open = { name: begun.name, lines: [begun.rest] }
      if (!longNames.has(begun.name)) close()
    } else if (open !== null && line !== '') open.lines.push(line)
    else {
      close()
      words.push(line)
    }
  }
  close()
  return { commands, words: plain(words.join(' '), 4_000) }
}

/** The commands that an edit added. */
export function addedCommands(before: SaidCommand[], after: SaidCommand[]): SaidCommand[] {
  const known = new Set(before.map(({ key }) => key))
  return after.filter(({ key }) => !known.has(key))
}

function beginsWith(line: string, names: ReadonlySet<string>): { name: string; rest: string } | null {
  const cause = ROOT_CAUSE.exec(line)?.[1]
  if (cause !== undefined && /^(?:#\d|https?:|[0-9a-f]{7,64}\b)/i.test(cause)) return { name: 'cause', rest: cause }
  const said = /^\/([a-z]+(?:-[a-z]+)*)(?:\s+(.*))?$/i.exec(line)
  const name = said?.[1]?.toLowerCase() ?? ''
  return names.has(name) ? { name, rest: said?.[2] ?? '' } : null
}

/** Lines that a person says here and now: not in a fence, not indented code, not a quotation, not hidden. */
function spokenLines(text: string): string[] {
  const lines: string[] = []
  let fence: string | null = null
  let hidden: string | null = null
  for (const line of text.slice(0, LONGEST).split(/\r\n|\r|\n/)) {
    if (hidden !== null) {
      if (line.toLowerCase().includes(hidden)) hidden = null
      continue
    }
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1]
    if (fence !== null) {
      if (mark?.startsWith(fence) && line.trim() === mark) fence = null
      continue
    }
    const html = /^\s*(<!--|<pre\b)/i.exec(line)?.[1]?.toLowerCase()
    const end = html === '<!--' ? '-->' : '</pre>'
    if (html !== undefined) hidden = line.toLowerCase().includes(end) ? null : end
    else if (mark) fence = mark
    else if (!/^(?: {4}|\t| {0,3}>)/.test(line)) lines.push(line.trim())
  }
  return lines
}
