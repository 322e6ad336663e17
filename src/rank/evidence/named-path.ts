import { fileName, type PreparedCandidate, slotOf, slotsOf, termHash } from '../prepare.ts'
import { type EvidenceModule, rarity, type RankingContext } from './evidence-kind.ts'

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
    const columns = [0, 0, 0, 0, 0].map(() => new Float64Array(total))
    const named = candidatesNamed(context)
    const paths = new Set(mentions.paths)
    for (const index of named.byPath) {
      const candidate = context.candidates[index]!
      columns[0]![index] = namedBy(context, candidate) === null ? 0 : 1
      columns[1]![index] = namedFile(context, candidate) === null ? 0 : 1
      columns[4]![index] = candidate.folders.some((folder) => paths.has(folder)) ? 1 : 0
    }
    for (const index of named.byWord) {
      const candidate = context.candidates[index]!
      columns[2]![index] = pathNamed(candidate, mentions.codeWords) === null ? 0 : 1
      columns[3]![index] = columns[2]![index] === 1 || pathNamed(candidate, mentions.words) === null ? 0 : 1
    }
    return columns.map((column) => {
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
    const named = namedBy(context, candidate) ?? namedFile(context, candidate) ?? pathNamed(candidate, codeWords)
    const path = named ?? pathNamed(candidate, words)
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

/** Places of the candidates that may hold what the report names; all others need no closer look. */
type Named = { byPath: readonly number[]; byWord: readonly number[] }

export function candidatesNamed(context: RankingContext): Named {
  const known = namedByContext.get(context)
  if (known !== undefined) return known
  const { paths, words } = context.query.mentions
  const fromPaths = new Set([...paths, ...paths.map(fileName)].map(termHash))
  const fromWords = [...words].filter((word) => word.length >= MIN_STEM_LENGTH).map(termHash)
  const wanted = slotsOf([...fromPaths, ...fromWords.filter((hash) => !fromPaths.has(hash))])
  const wordHashes = new Set(fromWords)
  const isWord = Array.from(wanted.hashes, (hash) => wordHashes.has(hash))
  const { cells, mask } = wanted
  const named = { byPath: [] as number[], byWord: [] as number[] }
  for (let index = 0; index < context.candidates.length; index++) {
    const { nameHashes } = context.candidates[index]!
    let found = 0
    for (let at = 0; at < nameHashes.length; at++) {
      const hash = nameHashes[at]!
      if (cells[hash & mask] === 0) continue
      const slot = slotOf(wanted, hash)
      if (slot !== -1) found |= (slot < fromPaths.size ? 1 : 0) | (isWord[slot] === true ? 2 : 0)
    }
    if ((found & 1) !== 0) named.byPath.push(index)
    if ((found & 2) !== 0) named.byWord.push(index)
  }
  namedByContext.set(context, named)
  return named
}

// Paths and stack frames of one ranking ask for the same list.
const namedByContext = new WeakMap<RankingContext, Named>()

/** The changed path that the report writes out with at least one folder. */
function namedBy({ query }: RankingContext, candidate: PreparedCandidate): string | null {
  for (const mention of query.mentions.paths) {
    // The same file has the same name: comparing names first spares most comparisons of paths.
    if (!mention.includes('/') || !candidate.names.includes(fileName(mention))) continue
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

function pathNamed(candidate: PreparedCandidate, words: ReadonlySet<string>): string | null {
  const stem = candidate.stems.find((name) => name.length >= MIN_STEM_LENGTH && words.has(name))
  if (stem === undefined) return null
  return candidate.paths.find((path) => fileName(path).startsWith(stem)) ?? null
}

function originalPath(candidate: PreparedCandidate, lowerCase: string): string {
  return candidate.candidate.paths.find((path) => path.toLowerCase() === lowerCase) ?? lowerCase
}
