// Lines of a pull request near which a change once caused an incident. Pure.
import type { ChangedFile } from '../domain/change.ts'
import type { CausedIncident, RiskReport } from '../domain/pull-request.ts'

const MOST_ANNOTATIONS = 10
/** Lines move as others are added above: this far apart they still count as the same place. */
const NEAR_LINES = 12

/**
 * At most ten, one a range and incident. A place is recognised by lines near each other or, where Git names the function
 * that both changed, by its name; the incidents are given newest first.
 */
export function annotationsOf(files: readonly ChangedFile[], incidents: readonly CausedIncident[]): RiskReport['annotations'] {
  const found: RiskReport['annotations'] = []
  for (const { incident, cause } of incidents) {
    for (const file of files) {
      const then = cause.files.find((each) => each.path === file.path || each.path === file.previousPath)
      if (!then) continue
      const symbol = file.symbols.find((name) => then.symbols.includes(name))
      for (const range of file.ranges) {
        const isNear = then.ranges.some(
          (other) => range.start <= other.start + other.count + NEAR_LINES && other.start <= range.start + range.count + NEAR_LINES,
        )
        const isOnlyPlace = symbol !== undefined && file.ranges.length === 1
        if (!isNear && !isOnlyPlace) continue
        const what = cause.number === null ? cause.mergeSha.slice(0, 8) : `#${cause.number}`
        const where = symbol === undefined ? 'A change near these lines' : `A change of ${symbol} near these lines`
        found.push({
          path: file.path,
          line: Math.max(1, range.start),
          message: `${where} (${what}) caused incident #${incident.issueNumber}: ${incident.title}`,
        })
        break
      }
      if (found.length === MOST_ANNOTATIONS) return found
    }
  }
  return found
}
