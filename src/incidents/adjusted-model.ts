import { adjustModel } from '../rank/adjust.ts'
import { shippedSuspectModel, type SuspectModel } from '../rank/model.ts'
import type { Work } from '../work.ts'

/** The model that ships, adjusted by the repository's own causes where that was measured to help. Its version says so. */
export async function adjustedModel(work: Work, repositoryId: number): Promise<SuspectModel> {
  const shipped = shippedSuspectModel()
  const measured = await work.tenant.accuracies.get(repositoryId)
  return adjustModel(shipped, measured?.modelVersion === shipped.version ? measured.adjustment : null)
}
