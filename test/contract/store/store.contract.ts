// What a store must do, whatever the engine: every table family's suite, and opening.
import { describe, expect, it } from 'vitest'
import { migrate, openStore } from '../../../src/store/open-store.ts'
import type { TestDatabases } from '../../support/databases.ts'
import { accuracyStoreContract } from './accuracy-store.contract.ts'
import { catalogStoreContract } from './catalog-store.contract.ts'
import { changeStoreContract } from './change-store.contract.ts'
import { deliveryStoreContract } from './delivery-store.contract.ts'
import { deploymentStoreContract } from './deployment-store.contract.ts'
import { earlierStoreContract } from './earlier-store.contract.ts'
import { followUpStoreContract } from './follow-up-store.contract.ts'
import { foldingContract } from './folding.contract.ts'
import { reviewStoreContract } from './review-store.contract.ts'
import { incidentStoreContract } from './incident-store.contract.ts'
import { installationStoreContract } from './installation-store.contract.ts'
import type { Open } from './made-up.ts'
import { operationsContract } from './operations.contract.ts'
import { retentionContract } from './retention.contract.ts'
import { peopleStoreContract } from './people-store.contract.ts'
import { quoteStoreContract } from './quote-store.contract.ts'
import { riskAdjustmentStoreContract } from './risk-adjustment-store.contract.ts'
import { riskPastContract } from './risk-past.contract.ts'
import { tenancyContract } from './tenancy.contract.ts'
import { timelineStoreContract } from './timeline-store.contract.ts'

export function storeContract(databases: () => TestDatabases, open: Open): void {
  describe('opening', () => {
    it('makes the tables once when several start at the same moment, and keeps what is there', async () => {
      const url = await databases().bare()
      const stores = await Promise.all(Array.from({ length: 4 }, () => openStore(url)))
      await stores[0]!.installations.upsert({ id: 1, accountLogin: 'acme', suspendedAt: null, removedAt: null, permissions: {} })
      for (const store of stores) expect(await store.installations.all()).toHaveLength(1)
      await Promise.all(stores.map((store) => store.close()))
      await migrate(url)
      const again = await openStore(url)
      await again.ping()
      expect(await again.installations.all()).toHaveLength(1)
      await again.close()
    })
  })
  deliveryStoreContract(open)
  operationsContract(open)
  retentionContract(open)
  installationStoreContract(open)
  catalogStoreContract(open)
  changeStoreContract(open)
  earlierStoreContract(open)
  foldingContract(open)
  deploymentStoreContract(open)
  incidentStoreContract(open)
  timelineStoreContract(open)
  followUpStoreContract(open)
  quoteStoreContract(open)
  reviewStoreContract(open)
  accuracyStoreContract(open)
  peopleStoreContract(open)
  riskPastContract(open)
  riskAdjustmentStoreContract(open)
  tenancyContract(open)
}
