import type { ChangedFile } from '../domain/change.ts'

const MOST_FILES = 200

/** Both names of a renamed file: what its old name went through is its past too. */
export function touchedPaths(files: readonly ChangedFile[]): string[] {
  const names = files.slice(0, MOST_FILES).flatMap(({ path, previousPath }) => (previousPath === null ? [path] : [path, previousPath]))
  return [...new Set(names)]
}
