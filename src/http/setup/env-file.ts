import { randomUUID } from 'node:crypto'
import { access, constants, open, readFile, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { parseEnv } from 'node:util'

/** Rejects with what is in the way, before anything is asked of GitHub: the code it gives works once only. */
export async function checkEnvFile(path: string): Promise<void> {
  const text = await readOrEmpty(path)
  const appId = parseEnv(text).APP_ID
  if (appId) throw new Error(`${path} names App ${appId} already: remove its APP_ID line first, or start with it.`)
  await access(dirname(path), constants.W_OK | constants.X_OK).catch(() => {
    throw new Error(`The folder of ${path} can't be written by this process: start it in another folder, or set the variables by hand.`)
  })
}

/**
 * Sets these variables in the file and keeps every other line. Only its owner may read it (mode 0600), also while it is
 * written; it is replaced whole or not at all. Rejects when the file already names another App.
 */
export async function writeEnvFile(path: string, values: Record<string, string>): Promise<void> {
  const text = await readOrEmpty(path)
  const known = parseEnv(text).APP_ID
  if (known && known !== values.APP_ID) throw new Error(`${path} names App ${known} already; it was left as it is.`)
  const draft = `${path}.${randomUUID()}.tmp`
  const file = await open(draft, 'wx', 0o600)
  try {
    await file.writeFile(withValues(text, values))
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(draft, path).catch(async (error: unknown) => {
    await rm(draft, { force: true })
    throw error
  })
}

/** Values are quoted with line breaks written out, as both Node and Docker read them. */
export function withValues(text: string, values: Record<string, string>): string {
  const names = Object.keys(values)
  // Only definitions that end on their line are taken out; after a longer one, the last definition holds anyway.
  const isOurs = new RegExp(`^\\s*(?:export\\s+)?(?:${names.join('|')})\\s*=\\s*(?:"[^"]*"|'[^']*'|[^"'\`\\s].*)?\\s*$`)
  const kept = text.split('\n').filter((line) => !isOurs.test(line))
  while (kept.at(-1)?.trim() === '') kept.pop()
  const lines = names.map((name) => `${name}=${quote(values[name] ?? '')}`)
  return [...kept, ...lines, ''].join('\n')
}

function quote(value: string): string {
  return /^[\w.:/@+-]*$/.test(value) ? value : `"${value.trim().replaceAll(/\r\n?|\n/g, '\\n')}"`
}

async function readOrEmpty(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw error
  })
}
