// All that the risk of a change is judged by, in one list; what each is worth stands in the model. Pure.
import type { RiskChange, RiskPast } from '../domain/risk.ts'
import { burst } from './features/burst.ts'
import type { FeatureGroup, RiskContext } from './features/feature-group.ts'
import { fileAge } from './features/file-age.ts'
import { fileHistory } from './features/file-history.ts'
import { fileKind } from './features/file-kind.ts'
import { folderHistory } from './features/folder-history.ts'
import { keyHistory } from './features/key-history.ts'
import { recentHarm } from './features/recent-harm.ts'
import { reland } from './features/reland.ts'
import { size } from './features/size.ts'
import { title } from './features/title.ts'
import { titleHistory } from './features/title-history.ts'
import { type KeyKind, riskKeys } from './risk-keys.ts'

export const featureGroups: readonly FeatureGroup[] = [
  size,
  fileKind,
  fileHistory,
  fileAge,
  folderHistory,
  title,
  titleHistory,
  reland,
  recentHarm,
  burst,
]

export const riskFeatures = featureGroups.flatMap(({ kind, features }) => features.map((feature) => ({ kind, ...feature })))

/** One number a feature, in the order of `riskFeatures`. */
export const measureRisk = (context: RiskContext): number[] => featureGroups.flatMap((group) => group.measure(context))

/** How many harms the guess "as everywhere" is worth for one key of a kind. */
const EXPECTED: Readonly<Record<KeyKind, number>> = { file: 0.4, folder: 0.6, extension: 1, word: 0.6, pair: 0.4, prefix: 0.6, title: 0.02 }

export function contextOf(change: RiskChange, past: RiskPast): RiskContext {
  const keys = riskKeys(change)
  const atMs = change.at.getTime()
  const of = (kind: KeyKind) => keys[kind].map((key) => keyHistory(key, past, EXPECTED[kind], atMs))
  const history = {
    file: of('file'),
    folder: of('folder'),
    extension: of('extension'),
    word: of('word'),
    pair: of('pair'),
    prefix: of('prefix'),
    title: of('title'),
  }
  return { change, past, keys, history, atMs }
}
