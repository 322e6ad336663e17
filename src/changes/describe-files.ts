// What a change's files say, from GitHub's list of them. Pure.
import type { ChangedFile, ChangeFacts } from '../domain/change.ts'
import type { GitHubFile } from '../github/github.ts'
import { chooseIdentifiers, sumIdentifiers } from './describe/identifiers.ts'
import { parsePatch } from './describe/parse-patch.ts'
import { patchIdOf } from './describe/patch-id.ts'

export type FileFacts = Pick<ChangeFacts, 'files' | 'filesTruncated' | 'fileCount' | 'added' | 'deleted' | 'identifiers' | 'patchId'>

/** `totals` are GitHub's own counts, where it gives them: they hold even when the list does not. */
export function describeFiles(
  { files, isTruncated }: { files: GitHubFile[]; isTruncated: boolean },
  totals: { fileCount: number; added: number; deleted: number } | null,
): FileFacts {
  const patches = files.map((file) => (file.patch === null ? null : parsePatch(file.patch)))
  const described = files.map((file, index): ChangedFile => {
    const { patch: _patch, ...known } = file
    return { ...known, ranges: patches[index]?.ranges ?? [], symbols: patches[index]?.symbols ?? [] }
  })
  const counted = {
    fileCount: files.length,
    added: files.reduce((sum, file) => sum + file.added, 0),
    deleted: files.reduce((sum, file) => sum + file.deleted, 0),
  }
  const filesTruncated = isTruncated || (totals !== null && totals.fileCount > files.length)
  return {
    ...(totals ?? counted),
    files: described,
    filesTruncated,
    identifiers: chooseIdentifiers(sumIdentifiers(patches.flatMap((patch) => patch?.identifiers ?? []))),
    patchId: filesTruncated ? null : patchIdOf(files),
  }
}

/** For a change whose files could not be read: nothing may be concluded from a path that is not listed. */
export const unknownFiles = (totals: { fileCount: number; added: number; deleted: number } | null): FileFacts => ({
  ...(totals ?? { fileCount: 0, added: 0, deleted: 0 }),
  files: [],
  filesTruncated: true,
  identifiers: [],
  patchId: null,
})
