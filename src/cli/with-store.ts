import type { Store } from '../store/store.ts'
import { failWith } from './report-error.ts'

/** Opens the database that the environment names, for one command; ends the process with one message when that fails. */
export async function withStore(use: (store: Store) => Promise<void>): Promise<void> {
  try {
    // The database holds text of private repositories: files made here are their owner's only.
    process.umask(0o077)
    const { readDatabaseSettings, readEnvironment } = await import('../settings/environment.ts')
    const { url, poolSize } = readDatabaseSettings(readEnvironment())
    const { openStore } = await import('../store/open-store.ts')
    const store = await openStore(url, { poolSize })
    try {
      await use(store)
    } finally {
      await store.close()
    }
  } catch (error) {
    failWith(error)
  }
}
