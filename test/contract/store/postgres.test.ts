import { afterAll, beforeAll } from 'vitest'
import { openStore } from '../../../src/store/open-store.ts'
import { startPostgres, type TestDatabases } from '../../support/databases.ts'
import { storeContract } from './store.contract.ts'

let databases: TestDatabases
beforeAll(async () => {
  databases = await startPostgres()
}, 120_000)
afterAll(() => databases.stop())

storeContract(
  () => databases,
  async () => openStore(await databases.fresh(), { poolSize: 8 }),
)
