// What a change is remembered by, so that later changes that resemble it can be recognised. Pure.
import type { RiskChange } from '../domain/risk.ts'
import { uniqueTerms } from '../rank/text.ts'

const MOST_FILES = 60
const MOST_FOLDERS = 60
const MOST_WORDS = 30
const MAX_TITLE = 300

export type KeyKind = 'file' | 'folder' | 'extension' | 'word' | 'pair' | 'prefix' | 'title'

type Remembered = Pick<RiskChange, 'title'> & { files: readonly { path: string; previousPath?: string | null }[] }

/** The keys of a change by kind, without repeats, each beginning with its kind (`file:src/a.ts`); about 250 at most. */
export function riskKeys({ title, files }: Remembered): Record<KeyKind, string[]> {
  // Sorted, so that which ones are left out never depends on the order in which they came.
  const paths = bothNames(files).sort(byCodeUnit).slice(0, MOST_FILES)
  const words = uniqueTerms(title.slice(0, MAX_TITLE)).slice(0, MOST_WORDS)
  const prefix = prefixOf(title)
  return {
    file: named('file', paths),
    folder: named('folder', foldersOf(paths)),
    extension: named('extension', paths.map(extensionOf)),
    word: named('word', words),
    pair: named(
      'pair',
      words.slice(1).map((word, at) => `${words[at]} ${word}`),
    ),
    prefix: named('prefix', prefix === null ? [] : [prefix]),
    title: [titleKey(title)],
  }
}

/** Of a renamed file both: what it went through under the old name is its past too. */
export const bothNames = (files: Remembered['files']): string[] =>
  files.flatMap(({ path, previousPath }) => (previousPath ? [path, previousPath] : [path]))

/** All keys of a change in one list. */
export function allKeys(change: Remembered): string[] {
  return Object.values(riskKeys(change)).flat()
}

/** Those that the store counts: all but the title, which hardly ever comes back and is compared by itself. */
export function countedKeys(change: Remembered): string[] {
  return allKeys(change).filter((key) => !key.startsWith('title:'))
}

const byCodeUnit = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

const named = (kind: KeyKind, names: readonly string[]): string[] => [...new Set(names)].map((name) => `${kind}:${name}`)

/** The name in a key. */
export const nameIn = (key: string): string => key.slice(key.indexOf(':') + 1)

/** Each path's folder and at most the two above it; the root is no folder. */
function foldersOf(paths: readonly string[]): string[] {
  const folders = new Set<string>()
  for (const path of paths) {
    const parts = path.split('/', 40).slice(0, -1)
    for (let depth = parts.length; depth > Math.max(0, parts.length - 3); depth--) folders.add(parts.slice(0, depth).join('/'))
  }
  return [...folders].slice(0, MOST_FOLDERS)
}

function extensionOf(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1)
  const dot = name.lastIndexOf('.')
  return (dot > 0 ? name.slice(dot + 1) : name).toLowerCase()
}

const PREFIX = /^\s*((?:\[[^\]]{1,40}\]\s*){1,3}|[^\s:][^:\s]{0,40}(?:\s[^:\s]{1,20})?:)/

/** What many titles begin with: `[mlir]`, `checkout:`. */
function prefixOf(title: string): string | null {
  return PREFIX.exec(title.slice(0, MAX_TITLE))?.[1]?.trim().toLowerCase() ?? null
}

const LEAD = /^\W*(?:re-?(?:land|apply|commit|submit)|revert)\b(?:\^\d+)?[\s:"'“]*/i
const NUMBER = /\((?:#|!)\d{1,9}\)$/
const QUOTE = /["'”]$/

/** `title:` and the title without what says that it is put back or taken back, so that both meet. */
export function titleKey(title: string): string {
  let rest = title.slice(0, MAX_TITLE)
  for (let times = 0; times < 3; times++) rest = rest.replace(LEAD, '').trimEnd().replace(NUMBER, '').trimEnd().replace(QUOTE, '')
  return `title:${rest.replace(/\s+/g, ' ').trim().toLowerCase().slice(0, 200)}`
}
