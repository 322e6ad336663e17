import { fileName, type PreparedCandidate, slotOf, termHash } from '../prepare.ts'
import { type Column, type EvidenceModule, rarity, type RankingContext } from './evidence-kind.ts'

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
    const total = context.candidates.length
    const [byPath, byFile, byStem, byWord, byFolder] = Array.from({ length: 5 }, () => new Float64Array(total)) as FiveColumns
    for (const mention of mentions.paths) {
      const name = fileName(mention)
      for (const index of placesHolding(context, name)) {
        const candidate = context.candidates[index]!
        if (!candidate.names.includes(name)) continue
        if (name.includes('.')) byFile[index] = 1
        if (pathNamed(candidate, mention) !== null) byPath[index] = 1
      }
      for (const index of placesHolding(context, mention)) if (context.candidates[index]!.folders.includes(mention)) byFolder[index] = 1
    }
    for (const word of mentions.words) {
      if (word.length < MIN_STEM_LENGTH) continue
      const column = mentions.codeWords.has(word) ? byStem : byWord
      for (const index of placesHolding(context, word)) if (context.candidates[index]!.stems.includes(word)) column[index] = 1
    }
    for (let index = 0; index < total; index++) if (byStem[index] === 1) byWord[index] = 0
    return [byPath, byFile, byStem, byWord, byFolder].map((column) => {
      const worth = rarity(
        column.reduce((sum, hit) => sum + hit, 0),
        total,
      )
      return column.map((hit) => hit * worth)
    })
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

/** Places of the candidates that a name of a file, with or without extension, or of a folder may belong to. */
export function placesHolding({ pool: { names } }: RankingContext, name: string): Uint32Array {
  const slot = slotOf(names, termHash(name))
  return slot === -1 ? new Uint32Array(0) : names.places.subarray(names.starts[slot], names.starts[slot + 1])
}

/** The changed path that a mention writes out with at least one folder. */
function pathNamed({ paths }: PreparedCandidate, mention: string): string | null {
  if (!mention.includes('/')) return null
  return paths.find((changed) => changed === mention || changed.endsWith(`/${mention}`) || mention.endsWith(`/${changed}`)) ?? null
}

/** The same for all that the report mentions. */
function namedBy({ query }: RankingContext, candidate: PreparedCandidate): string | null {
  for (const mention of query.mentions.paths) {
    // The same file has the same name: comparing names first spares most comparisons of paths.
    const path = candidate.names.includes(fileName(mention)) ? pathNamed(candidate, mention) : null
    if (path !== null) return path
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

function wordNamed(candidate: PreparedCandidate, words: ReadonlySet<string>): string | null {
  const stem = candidate.stems.find((name) => name.length >= MIN_STEM_LENGTH && words.has(name))
  if (stem === undefined) return null
  return candidate.paths.find((path) => fileName(path).startsWith(stem)) ?? null
}

function originalPath(candidate: PreparedCandidate, lowerCase: string): string {
  return candidate.candidate.paths.find((path) => path.toLowerCase() === lowerCase) ?? lowerCase
}
