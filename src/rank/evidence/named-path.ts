import { placesOf } from '../postings.ts'
import { fileName, pathsOf, type PreparedCandidate, termHash, withoutExtension } from '../prepare.ts'
import { type Column, type EvidenceModule, rarity, type RankingContext, scaled, sumOf } from './evidence-kind.ts'

/** Shorter names without extension are too likely to be ordinary words. */
const MIN_STEM_LENGTH = 5

/**
 * A changed file that the report names: by path, by file name, or by its name without extension. A name that may as well
 * be an ordinary word ("answers") is counted apart: it names no file outright.
 */
export const namedPath: EvidenceModule = {
  kind: 'named-path',
  features: ['named-path.path', 'named-path.file', 'named-path.stem', 'named-path.word', 'named-path.folder'],
  measure(context) {
    const { mentions } = context.query
    const { names, stems, folders } = context.pool
    const total = context.candidates.length
    const [byPath, byFile, byStem, byWord, byFolder] = Array.from({ length: 5 }, () => new Float64Array(total)) as FiveColumns
    for (const mention of mentions.paths) {
      const name = fileName(mention)
      const isFile = name.includes('.')
      for (const index of placesOf(names, termHash(name))) {
        if (isFile) byFile[index] = 1
        if (pathNamed(context.candidates[index]!, mention) !== null) byPath[index] = 1
      }
      for (const index of placesOf(folders, termHash(mention))) byFolder[index] = 1
    }
    for (const word of mentions.words) {
      if (word.length < MIN_STEM_LENGTH) continue
      const column = mentions.codeWords.has(word) ? byStem : byWord
      for (const index of placesOf(stems, termHash(word))) column[index] = 1
    }
    for (let index = 0; index < total; index++) if (byStem[index] === 1) byWord[index] = 0
    return [byPath, byFile, byStem, byWord, byFolder].map((column) => scaled(column, rarity(sumOf(column), total)))
  },
  sentence(context, index) {
    const candidate = context.candidates[index]!
    const { codeWords, words } = context.query.mentions
    const named = namedBy(context, candidate) ?? namedFile(context, candidate) ?? wordNamed(candidate, codeWords)
    const path = named ?? wordNamed(candidate, words)
    if (path === null || isInStack(context, candidate, path)) return null
    return `Changes \`${originalPath(candidate, path)}\`, ${named === null ? 'whose name is a word of the report' : 'named in the report'}`
  },
}

/** The stack trace's own evidence says it already, and better. */
function isInStack({ query }: RankingContext, { candidate }: PreparedCandidate, path: string): boolean {
  const isRead = candidate.files.some((file) => file.path.toLowerCase() === path)
  return (
    isRead &&
    query.mentions.frames.some((frame) => path === frame.path || frame.path.endsWith(`/${path}`) || path.endsWith(`/${frame.path}`))
  )
}

type FiveColumns = [Column, Column, Column, Column, Column]

/** The changed path that a mention writes out with at least one folder. */
function pathNamed({ candidate }: PreparedCandidate, mention: string): string | null {
  if (!mention.includes('/')) return null
  return (
    pathsOf(candidate).find((changed) => changed === mention || changed.endsWith(`/${mention}`) || mention.endsWith(`/${changed}`)) ?? null
  )
}

/** The same for all that the report mentions. */
function namedBy({ query }: RankingContext, candidate: PreparedCandidate): string | null {
  const names = new Set(pathsOf(candidate.candidate).map(fileName))
  for (const mention of query.mentions.paths) {
    // The same file has the same name: comparing names first spares most comparisons of paths.
    const path = names.has(fileName(mention)) ? pathNamed(candidate, mention) : null
    if (path !== null) return path
  }
  return null
}

function namedFile({ query }: RankingContext, { candidate }: PreparedCandidate): string | null {
  const byName = new Map(
    pathsOf(candidate)
      .toReversed()
      .map((path) => [fileName(path), path]),
  )
  for (const mention of query.mentions.paths) {
    const name = fileName(mention)
    const path = name.includes('.') ? byName.get(name) : undefined
    if (path !== undefined) return path
  }
  return null
}

function wordNamed({ candidate }: PreparedCandidate, words: ReadonlySet<string>): string | null {
  const paths = pathsOf(candidate)
  const stem = paths.map((path) => withoutExtension(fileName(path))).find((name) => name.length >= MIN_STEM_LENGTH && words.has(name))
  if (stem === undefined) return null
  return paths.find((path) => fileName(path).startsWith(stem)) ?? null
}

function originalPath(candidate: PreparedCandidate, lowerCase: string): string {
  return candidate.candidate.paths.find((path) => path.toLowerCase() === lowerCase) ?? lowerCase
}
