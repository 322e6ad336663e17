// A copy of a SQLite file while others write to it, by SQLite's own online backup.
import { existsSync, renameSync, rmSync } from 'node:fs'
import BetterSqlite from 'better-sqlite3'

/** Pages of one step; writers get their turn in between. */
const PAGES = 2_000

/**
 * Writes a whole, checked copy of the database to `to`, which appears only once it is complete. Returns its size in bytes.
 * @throws when the source does not exist, the copy can't be written, or is not sound.
 */
export async function backupSqlite(from: string, to: string, onProgress: (share: number) => void): Promise<number> {
  if (!existsSync(from)) throw new Error(`There is no database file ${from}. Set CAUSEWAY_DATABASE_URL to the one that is to be backed up.`)
  const partial = `${to}.partial`
  const source = new BetterSqlite(from, { readonly: true, timeout: 10_000 })
  try {
    await source.backup(partial, {
      progress: ({ totalPages, remainingPages }) => {
        onProgress(totalPages === 0 ? 1 : 1 - remainingPages / totalPages)
        return PAGES
      },
    })
    const size = check(partial)
    renameSync(partial, to)
    return size
  } catch (error) {
    rmSync(partial, { force: true })
    throw error
  } finally {
    source.close()
  }
}

function check(file: string): number {
  const copy = new BetterSqlite(file)
  try {
    // A copy on its own: no log beside it that could be forgotten.
    copy.pragma('journal_mode = DELETE')
    const [found] = copy.pragma('quick_check(1)') as { quick_check: string }[]
    if (found?.quick_check !== 'ok') throw new Error(`The copy is not sound (${found?.quick_check}): the database itself may be damaged.`)
    return (copy.pragma('page_count', { simple: true }) as number) * (copy.pragma('page_size', { simple: true }) as number)
  } finally {
    copy.close()
  }
}
