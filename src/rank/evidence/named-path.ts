import { fileName, type PreparedCandidate } from '../prepare.ts'
import { columnOf, type EvidenceModule, rarity, type RankingContext } from './evidence-kind.ts'

/** Shorter names without extension are too likely to be ordinary words. */
const MIN_STEM_LENGTH = 5

/** A changed file that the report names: by path, by file name, or by its name without extension. */
export const namedPath: EvidenceModule = {
  kind: 'named-path',
  features: ['named-path.path', 'named-path.file', 'named-path.stem', 'named-path.folder'],
  measure(context) {
    const { mentions } = context.query
    const total = context.candidates.length
    const found = context.candidates.map((candidate) => ({
      path: namedBy(context, candidate) === null ? 0 : 1,
      file: namedFile(context, candidate) === null ? 0 : 1,
      stem: namedStem(context, candidate) === null ? 0 : 1,
      folder: candidate.folders.some((folder) => mentions.paths.includes(folder)) ? 1 : 0,
    }))
    return (['path', 'file', 'stem', 'folder'] as const).map((how) => {
      const count = found.reduce((sum, hit) => sum + hit[how], 0)
      return columnOf(context, (_, index) => found[index]![how] * rarity(count, total))
    })
  },
  sentence(context, index) {
    const candidate = context.candidates[index]!
    const path = namedBy(context, candidate) ?? namedFile(context, candidate) ?? namedStem(context, candidate)
    return path === null ? null : `Changes \`${originalPath(candidate, path)}\`, named in the report`
  },
}

/** The changed path that the report writes out with at least one folder. */
function namedBy({ query }: RankingContext, candidate: PreparedCandidate): string | null {
  for (const mention of query.mentions.paths) {
    if (!mention.includes('/')) continue
    const path = candidate.paths.find(
      (changed) => changed === mention || changed.endsWith(`/${mention}`) || mention.endsWith(`/${changed}`),
    )
    if (path !== undefined) return path
  }
  return null
}

function namedFile({ query }: RankingContext, candidate: PreparedCandidate): string | null {
  for (const mention of query.mentions.paths) {
    const name = fileName(mention)
    if (name.includes('.') && candidate.names.includes(name)) return candidate.paths.find((path) => fileName(path) === name) ?? null
  }
  return null
}

function namedStem({ query }: RankingContext, candidate: PreparedCandidate): string | null {
  const stem = candidate.stems.find((name) => name.length >= MIN_STEM_LENGTH && query.mentions.words.has(name))
  if (stem === undefined) return null
  return candidate.paths.find((path) => fileName(path).startsWith(stem)) ?? null
}

function originalPath(candidate: PreparedCandidate, lowerCase: string): string {
  return candidate.candidate.paths.find((path) => path.toLowerCase() === lowerCase) ?? lowerCase
}
