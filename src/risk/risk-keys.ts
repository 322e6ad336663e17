// What a change is remembered by, so that later changes that resemble it can be recognised. Pure.
import type { RiskChange } from '../domain/risk.ts'
import { uniqueTerms } from '../rank/text.ts'

const MOST_FILES = 60
const MOST_FOLDERS = 60
const MOST_WORDS = 30

type Remembered = Pick<RiskChange, 'title'> & { files: readonly { path: string }[] }

/** Keys of a change, without repeats: `file:…`, `folder:…`, `extension:…`, `word:…`, `title:…`. At most about 200. */
export function riskKeys({ title, files }: Remembered): string[] {
  const paths = files.slice(0, MOST_FILES).map((file) => file.path)
  const keys = new Set<string>()
  for (const path of paths) keys.add(`file:${path}`)
  for (const folder of foldersOf(paths)) keys.add(`folder:${folder}`)
  for (const path of paths) keys.add(`extension:${extensionOf(path)}`)
  for (const word of uniqueTerms(title).slice(0, MOST_WORDS)) keys.add(`word:${word}`)
  keys.add(`title:${titleKey(title)}`)
  return [...keys]
}

/** A path's folder and the two above it at most; the root is no folder. */
function foldersOf(paths: readonly string[]): string[] {
  const folders = new Set<string>()
  for (const path of paths) {
    const parts = path.split('/').slice(0, -1)
    for (let depth = parts.length; depth > Math.max(0, parts.length - 3) && folders.size < MOST_FOLDERS; depth--)
      folders.add(parts.slice(0, depth).join('/'))
  }
  return [...folders]
}

function extensionOf(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1)
  const dot = name.lastIndexOf('.')
  return dot > 0 ? name.slice(dot + 1).toLowerCase() : name.toLowerCase()
}

const AROUND = /^\W*(?:(?:re-?land|re-?apply|re-?commit|re-?submit|revert)\b(?:\^\d+)?[\s:"'“]*)+|["'”]\s*$|\s*\((?:#|!)\d+\)\s*$/gi

/** A title without what says that it is put back or taken back, so that both meet. */
function titleKey(title: string): string {
  return title.replace(AROUND, '').replace(AROUND, '').replace(/\s+/g, ' ').trim().toLowerCase().slice(0, 200)
}
