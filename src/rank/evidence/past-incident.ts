import type { PastCulprit } from '../../domain/ranking.ts'
import { foldersOf } from '../prepare.ts'
import { terms } from '../text.ts'
import { columnOf, type EvidenceModule, type RankingContext } from './evidence-kind.ts'

const RECENT_CULPRITS = 150
/** Past incidents less alike than this (idf-weighted share of common words) say nothing about this one. */
const MIN_ALIKE = 0.15
const MAX_ALIKE = 12

/** Resembles the change that caused a past incident which reads like this one. */
export const pastIncident: EvidenceModule = {
  kind: 'past-incident',
  features: ['past-incident.same-files', 'past-incident.same-folders'],
  measure(context) {
    const alike = alikeIncidents(context)
    return [
      columnOf(context, ({ candidate }) => {
        let best = 0
        for (const { paths, alikeness } of alike) if (candidate.paths.some((path) => paths.has(path))) best = Math.max(best, alikeness)
        return best
      }),
      columnOf(context, ({ folders }) => {
        let best = 0
        for (const { folderDepths, alikeness } of alike) {
          for (const folder of folders) best = Math.max(best, alikeness * (folderDepths.get(folder) ?? 0))
        }
        return best
      }),
    ]
  },
  sentence(context, index) {
    const { candidate, folders } = context.candidates[index]!
    for (const { culprit, paths, folderDepths } of alikeIncidents(context)) {
      const date = culprit.incidentAt.toISOString().slice(0, 10)
      const path = candidate.paths.find((changed) => paths.has(changed))
      if (path !== undefined) return `Changes \`${path}\`, as did the cause of a similar incident on ${date} ("${culprit.title}")`
      const folder = folders.find((changed) => (folderDepths.get(changed) ?? 0) > 0.5)
      if (folder !== undefined) return `Changes \`${folder}/\`, as did the cause of a similar incident on ${date} ("${culprit.title}")`
    }
    return null
  },
}

type AlikeIncident = { culprit: PastCulprit; alikeness: number; paths: ReadonlySet<string>; folderDepths: ReadonlyMap<string, number> }

const alikeByContext = new WeakMap<RankingContext, AlikeIncident[]>()

/** Past incidents that read like this one, most alike first. */
function alikeIncidents(context: RankingContext): AlikeIncident[] {
  const known = alikeByContext.get(context)
  if (known !== undefined) return known
  const idf = new Map(context.matches.terms.map(({ term, idf }) => [term, idf]))
  const mass = [...idf.values()].reduce((sum, value) => sum + value, 0)
  const alike = context.past.culprits
    .filter(({ incidentAt }) => incidentAt.getTime() < context.query.atMs)
    .slice(-RECENT_CULPRITS)
    .map((culprit) => {
      const words = wordsOf(culprit)
      let shared = 0
      for (const [term, value] of idf) if (words.has(term)) shared += value
      return { culprit, alikeness: mass > 0 ? shared / mass : 0 }
    })
    .filter(({ alikeness }) => alikeness >= MIN_ALIKE)
    .sort((a, b) => b.alikeness - a.alikeness || b.culprit.incidentAt.getTime() - a.culprit.incidentAt.getTime())
    .slice(0, MAX_ALIKE)
    .map(({ culprit, alikeness }) => ({ culprit, alikeness, paths: new Set(culprit.paths), folderDepths: folderDepths(culprit) }))
  alikeByContext.set(context, alike)
  return alike
}

// Memo: a past culprit is compared with every later incident of its repository.
const wordsByCulprit = new WeakMap<PastCulprit, ReadonlySet<string>>()

function wordsOf(culprit: PastCulprit): ReadonlySet<string> {
  const known = wordsByCulprit.get(culprit)
  if (known !== undefined) return known
  const words = new Set(terms(`${culprit.text.slice(0, 4_000)} ${culprit.title}`))
  wordsByCulprit.set(culprit, words)
  return words
}

/** Folder → how deep it is relative to the culprit's deepest, 0 to 1: sharing `src/` alone says little. */
function folderDepths({ paths }: PastCulprit): ReadonlyMap<string, number> {
  const folders = foldersOf(paths.map((path) => path.toLowerCase()))
  const depths = folders.map((folder) => folder.split('/').length)
  const deepest = Math.max(1, ...depths)
  return new Map(folders.map((folder, index) => [folder, depths[index]! / deepest]))
}
