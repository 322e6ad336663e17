// What ships between two versions of a clone: its changes, their risk together, and what a reviewer has to know.
import { CODEOWNERS_PATHS, ownersOfPaths, parseCodeowners } from '../catalog/codeowners.ts'
import { pathsOfService } from '../catalog/services-of-paths.ts'
import type { CombinedRisk, RiskAssessment } from '../domain/risk.ts'
import { pathKinds } from '../rank/path-kinds.ts'
import { titleTraits } from '../rank/title-traits.ts'
import { combinedRisk } from '../risk/combined-risk.ts'
import type { RiskModel } from '../risk/model.ts'
import { readRepositoryFile } from '../settings/repository.ts'
import { readClonePast } from './assess-clone.ts'
import type { History, HistoryChange, HistoryDetail } from './history.ts'

const REPOSITORY_FILE = '.github/causeway.yml'

export type ReviewedChange = {
  sha: string
  number: number | null
  title: string
  at: Date
  assessment: RiskAssessment
  /** Sha of the carried change that took it back; it then ships nothing. */
  takenBackBy: string | null
  /** True when it takes back a carried change. */
  isTakingBack: boolean
  migrations: string[]
  isFlag: boolean
}

export type RangeReview = {
  from: string
  to: string
  /** Oldest first. */
  changes: ReviewedChange[]
  combined: CombinedRisk
  services: { name: string; changes: number }[]
  /** With how many of the touched files. */
  owners: { name: string; files: number }[]
  /** What keeps the review from being whole, one sentence each. */
  gaps: string[]
  past: { changes: number; harmed: number }
}

/** `history`: of the main line of `to`. Shas. Throws HistoryUnreadable. */
export async function reviewRange(
  history: History,
  range: { from: string; to: string },
  options: { model: RiskModel; onProgress?: (changes: number) => void },
): Promise<RangeReview> {
  const carried: HistoryChange[] = []
  for await (const change of history.between(range.from, range.to)) carried.push(change)
  const details = new Map<string, HistoryDetail>()
  for await (const { sha, detail } of history.details(carried)) details.set(sha, detail)
  const past = await readClonePast(history, history.head.committedAt, { ...options, asked: details })
  const isCarried = new Set(carried.map(({ mergeSha }) => mergeSha))
  const taking = new Set([...past.takenBack].flatMap(([culprit, by]) => (isCarried.has(culprit) && isCarried.has(by) ? [by] : [])))
  const changes = carried.flatMap(({ mergeSha, number, title, mergedAt }): ReviewedChange[] => {
    const found = past.assessed.get(mergeSha)
    if (found === undefined) return []
    const by = past.takenBack.get(mergeSha)
    return [
      {
        sha: mergeSha,
        number,
        title,
        at: mergedAt,
        assessment: found.assessment,
        takenBackBy: by !== undefined && isCarried.has(by) ? by : null,
        isTakingBack: taking.has(mergeSha),
        migrations: found.change.files.map(({ path }) => path).filter((path) => pathKinds([path.toLowerCase()]).has('migration')),
        isFlag: titleTraits(title).isFlag,
      },
    ]
  })
  const shipping = changes.filter(({ takenBackBy, isTakingBack }) => takenBackBy === null && !isTakingBack)
  const paths = new Map(shipping.map(({ sha }) => [sha, past.assessed.get(sha)!.change.files.map(({ path }) => path)]))
  const { services, owners, gaps } = await whatIsTouched(history, range.to, paths)
  return {
    ...range,
    changes,
    combined: combinedRisk(shipping.map(({ sha, assessment }) => ({ id: sha, probability: assessment.probability }))),
    services,
    owners,
    gaps,
    past: { changes: past.changes, harmed: past.harmed },
  }
}

async function whatIsTouched(
  history: History,
  sha: string,
  pathsOf: ReadonlyMap<string, string[]>,
): Promise<Pick<RangeReview, 'services' | 'owners' | 'gaps'>> {
  const gaps: string[] = []
  const text = await history.file(sha, REPOSITORY_FILE)
  const read = text === null ? null : readRepositoryFile(text, REPOSITORY_FILE)
  if (text === null) gaps.push(`No ${REPOSITORY_FILE}: its services are not known.`)
  if (read?.isValid === false) gaps.push(`${REPOSITORY_FILE} has a mistake in line ${read.problems[0].line}: its services are not known.`)
  const declared = read?.isValid === true ? (read.services ?? []) : []
  const services = declared
    .map((service) => ({
      name: service.name,
      changes: [...pathsOf.values()].filter((paths) => pathsOfService(service, paths).length > 0).length,
    }))
    .filter(({ changes }) => changes > 0)
  const files = [...new Set([...pathsOf.values()].flat())]
  const owned = new Map<string, number>()
  for (const path of CODEOWNERS_PATHS) {
    const rules = await history.file(sha, path)
    if (rules === null) continue
    for (const owners of ownersOfPaths(parseCodeowners(rules), files).values())
      for (const owner of owners) owned.set(owner, (owned.get(owner) ?? 0) + 1)
    break
  }
  if (owned.size === 0)
    for (const service of declared) {
      const touched = pathsOfService(service, files).length
      if (touched > 0) for (const owner of service.owners) owned.set(owner, (owned.get(owner) ?? 0) + touched)
    }
  if (owned.size === 0 && files.length > 0) gaps.push('No CODEOWNERS and no owners of services: who knows these changes is not known.')
  const owners = [...owned].map(([name, count]) => ({ name, files: count })).sort((a, b) => b.files - a.files || (a.name < b.name ? -1 : 1))
  return { services, owners, gaps }
}
