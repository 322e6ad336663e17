import { afterAll, beforeAll } from 'vitest'
import { openStore } from '../../../src/store/open-store.ts'
import { startSqlite, type TestDatabases } from '../../support/databases.ts'
import { storeContract } from './store.contract.ts'

let databases: TestDatabases
beforeAll(async () => {
  databases = await startSqlite()
})
afterAll(() => databases.stop())

storeContract(
  () => databases,
  async () => openStore(await databases.fresh(), { synchronous: 'NORMAL' }),
)
