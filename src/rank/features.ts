import { type Column, type EvidenceModule, type RankingContext } from './evidence/evidence-kind.ts'
import { dependencyBump } from './evidence/dependency-bump.ts'
import { fileHistory } from './evidence/file-history.ts'
import { fileKind } from './evidence/file-kind.ts'
import { identifier } from './evidence/identifier.ts'
import { namedChange } from './evidence/named-change.ts'
import { namedPath } from './evidence/named-path.ts'
import { namedSymbol } from './evidence/named-symbol.ts'
import { order } from './evidence/order.ts'
import { pastChange } from './evidence/past-change.ts'
import { pastIncident } from './evidence/past-incident.ts'
import { revert } from './evidence/revert.ts'
import { service } from './evidence/service.ts'
import { size } from './evidence/size.ts'
import { stackFrame } from './evidence/stack-frame.ts'
import { text } from './evidence/text.ts'
import { time } from './evidence/time.ts'

/** Every kind of evidence the ranker knows, in the order in which equal strengths are shown. */
export const evidenceModules: readonly EvidenceModule[] = [
  stackFrame,
  namedChange,
  namedPath,
  namedSymbol,
  identifier,
  text,
  time,
  order,
  service,
  pastIncident,
  pastChange,
  fileHistory,
  revert,
  fileKind,
  dependencyBump,
  size,
]

export const featureNames: readonly string[] = evidenceModules.flatMap(({ features }) => features)

/** All columns, in the order of `featureNames`. Throws when a kind returns another number of columns than it names. */
export function measureAll(context: RankingContext): Column[] {
  return evidenceModules.flatMap((module) => {
    const columns = module.measure(context)
    if (columns.length !== module.features.length) {
      throw new Error(`evidence kind ${module.kind} names ${module.features.length} features but measured ${columns.length}`)
    }
    return columns
  })
}
