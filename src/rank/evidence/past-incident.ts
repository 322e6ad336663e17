import type { PastCulprit } from '../../domain/ranking.ts'
import { placesOf } from '../postings.ts'
import { foldersOf, pathsOf, slotOf, slotsOf, termHash } from '../prepare.ts'
import { uniqueTerms } from '../text.ts'
import { type EvidenceModule, raise, type RankingContext } from './evidence-kind.ts'

const RECENT_CULPRITS = 150
/** Past incidents less alike than this (idf-weighted share of common words) say nothing about this one. */
const MIN_ALIKE = 0.15
const MAX_ALIKE = 12

/** Resembles the change that caused a past incident which reads like this one. */
export const pastIncident: EvidenceModule = {
  kind: 'past-incident',
  features: ['past-incident.same-files', 'past-incident.same-folders'],
  measure(context) {
    const { candidates, pool } = context
    const [files, folders] = [new Float64Array(candidates.length), new Float64Array(candidates.length)]
    for (const { paths, folderDepths, alikeness } of alikeIncidents(context)) {
      for (const path of paths) raise(files, placesOf(pool.paths, termHash(path.toLowerCase())), alikeness)
      for (const [folder, depth] of folderDepths) raise(folders, placesOf(pool.folders, termHash(folder)), alikeness * depth)
    }
    return [files, folders]
  },
  sentence(context, index) {
    const { candidate } = context.candidates[index]!
    for (const { culprit, paths, folderDepths } of alikeIncidents(context)) {
      const date = culprit.incidentAt.toISOString().slice(0, 10)
      const path = candidate.paths.find((changed) => paths.has(changed))
      if (path !== undefined) return `Changes \`${path}\`, as did the cause of a similar incident on ${date} ("${culprit.title}")`
      const folder = foldersOf(pathsOf(candidate)).find((changed) => (folderDepths.get(changed) ?? 0) > 0.5)
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
  const { terms: asked } = context.matches
  const wanted = slotsOf(asked.map(({ term }) => termHash(term)))
  const mass = asked.reduce((sum, { idf }) => sum + idf, 0)
  const alike = context.past.culprits
    .filter(({ incidentAt }) => incidentAt.getTime() < context.query.atMs)
    .slice(-RECENT_CULPRITS)
    .map((culprit) => {
      let shared = 0
      for (const hash of wordsOf(culprit)) shared += asked[slotOf(wanted, hash)]?.idf ?? 0
      return { culprit, alikeness: mass > 0 ? shared / mass : 0 }
    })
    .filter(({ alikeness }) => alikeness >= MIN_ALIKE)
    .sort((a, b) => b.alikeness - a.alikeness || b.culprit.incidentAt.getTime() - a.culprit.incidentAt.getTime())
    .slice(0, MAX_ALIKE)
    .map(({ culprit, alikeness }) => ({ culprit, alikeness, paths: new Set(culprit.paths), folderDepths: folderDepths(culprit) }))
  alikeByContext.set(context, alike)
  return alike
}

// Memo: what a repository's past causes were called is compared with every later incident of it, and with the same one
// again at each news of it. By the text, since a store gives each time others that are equal. Some 5 MB at most.
const known = new Map<string, Uint32Array>()
const MOST_KNOWN = 1_000

function wordsOf({ text, title }: PastCulprit): Uint32Array {
  const read = `${text.slice(0, 4_000)} ${title}`
  const before = known.get(read)
  if (before !== undefined) return before
  const words = Uint32Array.from(uniqueTerms(read), termHash)
  if (known.size >= MOST_KNOWN) known.clear()
  known.set(read, words)
  return words
}

/** Folder → how deep it is relative to the culprit's deepest, 0 to 1: sharing `src/` alone says little. */
function folderDepths({ paths }: PastCulprit): ReadonlyMap<string, number> {
  const folders = foldersOf(paths.map((path) => path.toLowerCase()))
  const depths = folders.map((folder) => folder.split('/').length)
  const deepest = Math.max(1, ...depths)
  return new Map(folders.map((folder, index) => [folder, depths[index]! / deepest]))
}
