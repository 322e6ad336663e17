// What a report names outright: files, stack frames, code names, other changes. Raw, hostile text: a
// pattern starts only where a word starts, so that each is linear, and every list is bounded.
import { MAX_TEXT_LENGTH } from './text.ts'

export type StackFrame = { path: string; line: number }

export type Mentions = {
  /** Lower-case paths and file names, with `/` as separator. */
  paths: readonly string[]
  frames: readonly StackFrame[]
  /** Words that look like code (camelCase, snake_case, `a::b`, `f()`), as written. */
  symbols: ReadonlySet<string>
  /** Every word, lower case: the name of a file without its extension may be among them. */
  words: ReadonlySet<string>
  /** Those of the words that look like code, lower case. */
  codeWords: ReadonlySet<string>
  numbers: ReadonlySet<number>
  /** Lower-case hexadecimal words of 7 to 40 characters. */
  shas: readonly string[]
}

const MAX_MENTIONS = 200
const MAX_WORDS = 5_000
const FRAME_PYTHON = /\bFile "([^"\n]{1,300})", line (\d{1,7})/g
const FRAME_COLON = /(?<![\w@.\-/\\+])([\w@.\-/\\+]{1,300}\.\w{1,8})(?::|\(|, line |:line )(\d{1,7})\b/g
const PATH =
  /(?<![\w@.\-/\\+])(?:(?:(?<!:)[/\\])?(?:[\w@.\-+]{1,100}[/\\]){1,20}[\w@.\-+]{1,100}|[\w\-+]{2,100}(?:\.\w{1,20}){0,4}\.[a-z]\w{0,7}\b)/gi
const WORD = /[\p{L}\p{N}_$]{2,80}/gu
const CODE_WORD = /\p{Ll}\p{Lu}|\p{Lu}{2}\p{Ll}|\w_\w|\p{L}\d|\$/u
const CODE_CALL = /\b([a-z_$][\w$]{2,80})\(\)/gi
const NUMBER = /(?:#|!|\/(?:pull|issues|merge_requests)\/|\bPR\s?#?)(\d{1,9})\b/g
const SHA = /\b[0-9a-f]{7,40}\b/gi

/** Finds what a text names outright; never throws, and every list is bounded. */
export function findMentions(text: string): Mentions {
  const source = text.slice(0, MAX_TEXT_LENGTH)
  const frames: StackFrame[] = []
  for (const pattern of [FRAME_PYTHON, FRAME_COLON]) {
    for (const match of source.matchAll(pattern)) {
      if (frames.length >= MAX_MENTIONS) break
      frames.push({ path: normalizedPath(match[1] ?? ''), line: Number(match[2]) })
    }
  }
  const paths = new Set<string>(frames.map((frame) => frame.path))
  for (const [path] of source.matchAll(PATH)) {
    if (paths.size >= MAX_MENTIONS) break
    paths.add(normalizedPath(path))
  }
  const symbols = new Set<string>()
  const words = new Set<string>()
  for (const [word] of source.matchAll(WORD)) {
    if (words.size >= MAX_WORDS) break
    words.add(word.toLowerCase())
    if (symbols.size < MAX_MENTIONS && CODE_WORD.test(word)) symbols.add(word)
  }
  for (const match of source.matchAll(CODE_CALL)) {
    if (symbols.size >= MAX_MENTIONS) break
    symbols.add(match[1] ?? '')
  }
  const numbers = new Set([...take(source.matchAll(NUMBER))].map((match) => Number(match[1])))
  const shas = new Set([...take(source.matchAll(SHA))].map(([sha]) => sha.toLowerCase()).filter((sha) => /\d/.test(sha)))
  const codeWords = new Set([...symbols].map((symbol) => symbol.toLowerCase()))
  return { paths: [...paths], frames, symbols, words, codeWords, numbers, shas: [...shas] }
}

function take<T>(found: Iterator<T>): IteratorObject<T> {
  return Iterator.from(found).take(MAX_MENTIONS)
}

function normalizedPath(path: string): string {
  return path
    .replaceAll('\\', '/')
    .replace(/^(?:\.{1,2}\/|\/)+/, '')
    .replace(/[.\-+]+$/, '')
    .toLowerCase()
}
