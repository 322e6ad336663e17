// Unified diff of one file in, facts about it out. Reads GitHub's `patch` and git's `-p` output at any context width.
// Pure; hostile input costs linear time and bounded memory.
import type { LineRange } from '../../domain/change.ts'

export type ParsedPatch = {
  /** Lines added and deleted. */
  added: number
  deleted: number
  /** Changed ranges of the new version, at most 40. A pure deletion stands at the line after which it happened. */
  ranges: LineRange[]
  /** Identifiers in the text that follows `@@ … @@`, at most 40, in order, without language keywords. */
  symbols: string[]
  /** Identifier → how often it stands in added or deleted lines; at most 1,000. */
  identifiers: Map<string, number>
}

const MAX_RANGES = 40
const MAX_SYMBOLS = 40
const MAX_IDENTIFIERS = 1000
const MAX_LINE = 1000
const MAX_PATCH = 1_000_000
const HUNK = /^@@ -\d{1,9}(?:,(\d{1,9}))? \+(\d{1,9})(?:,(\d{1,9}))? @@/
const IDENTIFIER = /[A-Za-z_$][A-Za-z0-9_$]{2,}/g
const KEYWORDS = new Set(
  (
    'abstract and async auto await bool boolean break byte case catch char class const constexpr continue debugger def default ' +
    'defer delete double elif else elsif end enum export extends extern false final finally float fn for foreach from func function ' +
    'goto if impl implements import include inline instanceof int integer interface internal is let long match mod module mut ' +
    'namespace new nil none not null number object operator or override package pass private protected pub public raise readonly ' +
    'ref require return sealed self short signed sizeof static std str string struct super switch template test the then this throw ' +
    'throws trait true try type typedef typename typeof undefined union unless unsigned use using val var virtual void volatile ' +
    'when where while with yield'
  ).split(' '),
)

/**
 * What one file's patch says. Text outside hunks (git's file headers) is skipped. Added and deleted lines are told from
 * headers by the hunk's own line counts, so a line that looks like a header inside a hunk is read as content.
 */
export function parsePatch(patch: string): ParsedPatch {
  const ranges: LineRange[] = []
  const symbols = new Set<string>()
  const identifiers = new Map<string, number>()
  const end = Math.min(patch.length, MAX_PATCH)
  let oldLeft = 0
  let newLeft = 0
  let newLine = 0
  let run: LineRange | null = null
  let added = 0
  let deleted = 0
  const close = (): void => {
    if (run !== null && ranges.length < MAX_RANGES) ranges.push(run)
    run = null
  }
  for (let at = 0; at < end;) {
    let stop = patch.indexOf('\n', at)
    if (stop === -1 || stop > end) stop = end
    const first = patch.charCodeAt(at)
    if (oldLeft > 0 || newLeft > 0) {
      if (first === PLUS && newLeft > 0) {
        run ??= { start: newLine, count: 0 }
        if (run.count === 0) run.start = newLine
        run.count += 1
        newLine += 1
        newLeft -= 1
        added += 1
        collect(patch, at + 1, stop, identifiers)
      } else if (first === MINUS && oldLeft > 0) {
        run ??= { start: newLine - 1, count: 0 }
        oldLeft -= 1
        deleted += 1
        collect(patch, at + 1, stop, identifiers)
      } else if (first !== BACKSLASH) {
        // A context line; some tools strip the single space of an empty one.
        close()
        newLine += 1
        oldLeft -= 1
        newLeft -= 1
      }
    } else if (first === AT) {
      const header = patch.slice(at, Math.min(stop, at + MAX_LINE))
      const match = HUNK.exec(header)
      if (match !== null) {
        close()
        oldLeft = match[1] === undefined ? 1 : Number(match[1])
        newLeft = match[3] === undefined ? 1 : Number(match[3])
        newLine = Number(match[2]) + (newLeft === 0 ? 1 : 0)
        for (const name of header.slice(match[0].length).match(IDENTIFIER) ?? [])
          if (symbols.size < MAX_SYMBOLS && !KEYWORDS.has(name)) symbols.add(name)
      }
    }
    at = stop + 1
  }
  close()
  return { added, deleted, ranges, symbols: [...symbols], identifiers }
}

const PLUS = 43
const MINUS = 45
const BACKSLASH = 92
const AT = 64

/** Adds the identifiers of one line; minified lines are read only at their beginning. */
function collect(text: string, from: number, to: number, into: Map<string, number>): void {
  const line = text.slice(from, Math.min(to, from + MAX_LINE))
  IDENTIFIER.lastIndex = 0
  for (let match = IDENTIFIER.exec(line); match !== null; match = IDENTIFIER.exec(line)) {
    const word = match[0]
    if (word.length > 80 || KEYWORDS.has(word)) continue
    const seen = into.get(word)
    if (seen !== undefined) into.set(word, seen + 1)
    else if (into.size < MAX_IDENTIFIERS) into.set(word, 1)
  }
}
