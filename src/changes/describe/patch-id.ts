// The same number for the same change on another branch: equals `git patch-id --stable` over `git diff-tree -p`.
import { createHash } from 'node:crypto'
import type { FileStatus } from '../../domain/change.ts'

export type PatchFile = {
  path: string
  previousPath: string | null
  status: FileStatus
  added: number
  deleted: number
  /** Hunks with three lines of context, without file headers; null when they were not given (binary, too large). */
  patch: string | null
  /** `100644` unless known; only read for added and removed files. */
  mode?: string
}

/**
 * Patch id (40 hex digits) of a whole change; null when any hunk is missing, or when git's header could not be rebuilt:
 * a rename with edits holds a similarity that GitHub does not tell, and a mode change is not told at all.
 */
export function patchIdOf(files: readonly PatchFile[]): string | null {
  if (files.length === 0) return null
  const sum = new Uint8Array(20)
  for (const file of files) {
    const header = headerOf(file)
    if (header === null) return null
    const hash = createHash('sha1')
    hash.update(withoutSpace(header))
    for (const line of (file.patch ?? '').split('\n'))
      if (!line.startsWith('@@ -') && !line.startsWith('\\ ')) hash.update(withoutSpace(line))
    addWithCarry(sum, hash.digest())
  }
  return Buffer.from(sum).toString('hex')
}

function headerOf(file: PatchFile): string | null {
  const mode = file.mode ?? '100644'
  const old = file.previousPath ?? file.path
  const diff = `diff --git ${quoted(`a/${file.status === 'renamed' ? old : file.path}`)} ${quoted(`b/${file.path}`)}\n`
  if (file.status === 'renamed') {
    if (file.added + file.deleted > 0 || (file.patch !== null && file.patch !== '')) return null
    return `${diff}similarity index 100%\nrename from ${quoted(old)}\nrename to ${quoted(file.path)}\n`
  }
  if (file.status === 'copied' || file.status === 'changed') return null
  const isEmpty = file.patch === null || file.patch === ''
  // An empty file has a header and no hunks; anything else without hunks is a patch that was left out.
  if (file.status === 'added') {
    const created = `${diff}new file mode ${mode}\n`
    if (isEmpty) return file.patch === '' && file.added === 0 ? created : null
    return `${created}--- /dev/null\n+++ ${quoted(`b/${file.path}`)}\n`
  }
  if (file.status === 'removed') {
    const removed = `${diff}deleted file mode ${mode}\n`
    if (isEmpty) return file.patch === '' && file.deleted === 0 ? removed : null
    return `${removed}--- ${quoted(`a/${file.path}`)}\n+++ /dev/null\n`
  }
  if (isEmpty) return null
  return `${diff}--- ${quoted(`a/${file.path}`)}\n+++ ${quoted(`b/${file.path}`)}\n`
}

/** Git's own notion of white space: these four bytes and no others. A NUL ends a line, as in C. */
function withoutSpace(text: string): Buffer {
  const cut = text.indexOf('\0')
  return Buffer.from((cut === -1 ? text : text.slice(0, cut)).replace(/[ \t\n\r]/g, ''), 'utf8')
}

function addWithCarry(sum: Uint8Array, hash: Uint8Array): void {
  let carry = 0
  for (let index = 0; index < sum.length; index += 1) {
    carry += (sum[index] ?? 0) + (hash[index] ?? 0)
    sum[index] = carry & 0xff
    carry >>= 8
  }
}

const ESCAPES: Record<number, string> = { 7: 'a', 8: 'b', 9: 't', 10: 'n', 11: 'v', 12: 'f', 13: 'r', 34: '"', 92: '\\' }

/** Git's C-style quoting (`core.quotePath` on, the default). */
function quoted(path: string): string {
  const bytes = Buffer.from(path, 'utf8')
  if (!bytes.some((byte) => byte < 32 || byte >= 127 || byte === 34 || byte === 92)) return path
  let text = ''
  for (const byte of bytes) {
    const letter = ESCAPES[byte]
    if (letter !== undefined) text += `\\${letter}`
    else text += byte < 32 || byte >= 127 ? `\\${byte.toString(8).padStart(3, '0')}` : String.fromCharCode(byte)
  }
  return `"${text}"`
}
