import type { Accuracy } from '../domain/accuracy.ts'
import { adjustModel } from '../rank/adjust.ts'
import { shippedSuspectModel, type SuspectModel } from '../rank/model.ts'

/** The model that ships, adjusted by the repository's own causes where that was measured to help. Its version says so. */
export function adjustedModel(measured: Accuracy | null): SuspectModel {
  const shipped = shippedSuspectModel()
  return adjustModel(shipped, measured?.modelVersion === shipped.version ? measured.adjustment : null)
}
