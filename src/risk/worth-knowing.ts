// Facts that a reviewer wants to see but that no public history could teach a weight for. They move no number. Pure.
import type { RiskReason } from '../domain/risk.ts'
import { counted, type RiskContext } from './features/feature-group.ts'

const MOST_MISSING = 3
const MOST_BUMPS = 3
const MIN_SHARE = 0.6
const MIN_TOGETHER = 4

export function riskContext({ change, past }: RiskContext): RiskReason[] {
  const found: RiskReason[] = []
  const add = (kind: RiskReason['kind'], sentence: string): void => void found.push({ kind, sentence, strength: 0, url: null })
  const missing = past.missing
    .filter(({ together, changes }) => together >= MIN_TOGETHER && together / changes >= MIN_SHARE)
    .sort((a, b) => b.together / b.changes - a.together / a.changes || b.together - a.together || (a.path < b.path ? -1 : 1))
  for (const { path, with: touched, together, changes } of missing.slice(0, MOST_MISSING))
    add('coupling', `${path} is not touched, but was in ${together} of the last ${changes} changes of ${touched}`)
  const bumps = change.bumps.slice(0, MOST_BUMPS).map(({ dependency, from, to }) => `${dependency} ${from ?? '?'} → ${to ?? '?'}`)
  const more = change.bumps.length - bumps.length
  if (bumps.length > 0) add('dependency-bump', `Bumps ${bumps.join(', ')}${more > 0 ? ` and ${counted(more, 'other')}` : ''}`)
  if (change.filesTruncated)
    add(
      'size',
      `Only ${change.files.length} of its ${change.fileCount.toLocaleString('en-US')} files are known: the others may carry risk that is not counted`,
    )
  return found
}
