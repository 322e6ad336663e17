// Reads what `git diff-tree --stdin -p -U0` says of each asked commit. Every byte may be hostile; memory stays bounded.
import { StringDecoder } from 'node:string_decoder'
import { chooseIdentifiers, sumIdentifiers } from '../changes/describe/identifiers.ts'
import { parsePatch } from '../changes/describe/parse-patch.ts'
import type { ChangedFile, FileStatus } from '../domain/change.ts'
import type { HistoryDetail } from './history.ts'

/**
 * Git echoes a line that names no commit, and flushes: so each answer ends with this one. Lines of a hunk start with
 * `+`, `-` or `\`, and headers with fixed words, so nothing in a patch can look like it.
 */
export const END_OF_ANSWER = 'end of answer\n'
const MARK = `\n${END_OF_ANSWER}`
const MAX_ANSWER = 4_000_000
const MAX_FILE = 200_000
const MAX_FILES = 300

/** One detail for each END_OF_ANSWER, in order. Beyond 4 MB or 300 files a change is marked as truncated. */
export async function* readPatches(chunks: AsyncIterable<Buffer>): AsyncGenerator<HistoryDetail> {
  for await (const answer of answers(chunks)) yield detailOf(answer.text, answer.isCut)
}

async function* answers(chunks: AsyncIterable<Buffer>): AsyncGenerator<{ text: string; isCut: boolean }> {
  const decoder = new StringDecoder('utf8')
  let parts: string[] = []
  let size = 0
  // What may be the beginning of a mark is held back until the next chunk; only new text is ever searched.
  let held = '\n'
  for await (const chunk of chunks) {
    const text = held + decoder.write(chunk)
    let from = 0
    for (let at = text.indexOf(MARK); at !== -1; at = text.indexOf(MARK, from)) {
      parts.push(text.slice(from, at + 1))
      yield { text: parts.join(''), isCut: size > MAX_ANSWER }
      parts = []
      size = 0
      // The mark's own line feed also ends the line before the next answer.
      from = at + MARK.length - 1
    }
    const keep = Math.max(from, text.length - MARK.length + 1)
    size += keep - from
    if (keep > from && size <= MAX_ANSWER) parts.push(text.slice(from, keep))
    held = text.slice(keep)
  }
}

/** Facts of one commit's whole `-p` text. */
function detailOf(text: string, isCut: boolean): HistoryDetail {
  const files: ChangedFile[] = []
  const counts: Map<string, number>[] = []
  let fileCount = 0
  let added = 0
  let deleted = 0
  let isTruncated = isCut
  let at = text.indexOf('\ndiff --git ')
  while (at !== -1) {
    const next = text.indexOf('\ndiff --git ', at + 1)
    fileCount += 1
    if (files.length < MAX_FILES) {
      const end = next === -1 ? text.length : next + 1
      const read = fileOf(text.slice(at + 1, Math.min(end, at + 1 + MAX_FILE)))
      isTruncated ||= end - at > MAX_FILE
      if (read !== null) {
        files.push(read.file)
        counts.push(read.identifiers)
        added += read.file.added
        deleted += read.file.deleted
      }
    } else isTruncated = true
    at = next
  }
  const detail = { files, fileCount, filesTruncated: isTruncated, added, deleted, identifiers: chooseIdentifiers(sumIdentifiers(counts)) }
  // A name cut out of a patch would keep the whole patch in memory for as long as the name lives: hand out copies.
  return structuredClone(detail)
}

function fileOf(text: string): { file: ChangedFile; identifiers: Map<string, number> } | null {
  const hunks = text.indexOf('\n@@ ')
  const lines = (hunks === -1 ? text : text.slice(0, hunks)).split('\n')
  let path: string | null = null
  let previousPath: string | null = null
  let status: FileStatus = 'modified'
  for (const line of lines.slice(1, 20)) {
    if (line.startsWith('new file mode')) status = 'added'
    else if (line.startsWith('deleted file mode')) status = 'removed'
    else if (line.startsWith('rename from ') || line.startsWith('copy from ')) {
      status = line.startsWith('rename') ? 'renamed' : 'copied'
      previousPath = unquoted(line.slice(line.indexOf('from ') + 5))
    } else if (line.startsWith('rename to ') || line.startsWith('copy to ')) path = unquoted(line.slice(line.indexOf('to ') + 3))
    else if (line.startsWith('--- ') && path === null && line !== '--- /dev/null') path = withoutPrefix(line.slice(4))
    else if (line.startsWith('+++ ') && line !== '+++ /dev/null') path = withoutPrefix(line.slice(4))
  }
  path ??= pathOfHeader(lines[0] ?? '')
  if (path === null || path === '') return null
  const parsed = parsePatch(hunks === -1 ? '' : text.slice(hunks + 1))
  const file = { path, previousPath, status, added: parsed.added, deleted: parsed.deleted, ranges: parsed.ranges, symbols: parsed.symbols }
  return { file, identifiers: parsed.identifiers }
}

/** `diff --git a/x b/x`: without a rename both halves are the same, which tells where an unquoted path ends. */
function pathOfHeader(line: string): string | null {
  const names = line.slice('diff --git '.length)
  if (names.startsWith('"')) return withoutPrefix(names.slice(0, (names.length - 1) / 2))
  const half = names.slice((names.length + 1) / 2)
  return half.startsWith('b/') ? half.slice(2) : null
}

function withoutPrefix(name: string): string {
  // Git puts a tab behind a name that holds a space.
  return unquoted(name.replace(/\t$/, '')).slice(2)
}

const ESCAPES: Record<string, number> = { a: 7, b: 8, t: 9, n: 10, v: 11, f: 12, r: 13, '"': 34, '\\': 92 }

/** Undoes git's C-style quoting; a name that is not quoted is returned as it is. */
export function unquoted(name: string): string {
  if (!name.startsWith('"') || !name.endsWith('"') || name.length < 2) return name
  const bytes: number[] = []
  for (const match of name.slice(1, -1).matchAll(/\\([0-7]{3})|\\([\s\S])|([^\\]+)/g)) {
    if (match[1] !== undefined) bytes.push(parseInt(match[1], 8) & 0xff)
    else if (match[2] !== undefined) bytes.push(ESCAPES[match[2]] ?? match[2].charCodeAt(0))
    else bytes.push(...Buffer.from(match[3] ?? '', 'utf8'))
  }
  return Buffer.from(bytes).toString('utf8')
}
