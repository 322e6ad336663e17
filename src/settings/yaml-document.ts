// Somebody else's YAML read within bounds: values with the place of each, or problems with line and column.
import { isAlias, isMap, isScalar, isSeq, LineCounter, parseAllDocuments, visit } from 'yaml'
import type { Document, Node, Pair } from 'yaml'
import type { CatalogProblem } from '../domain/service.ts'

/** The parser takes some 5 µs a character where every one is a mistake: a third of a second. */
const MAX_CHARACTERS = 64 * 1024
/** Its time grows with the square of these. */
const MAX_STRAY_BRACKETS = 100
const MAX_ALIASES = 100
const MAX_DOCUMENTS = 200
const MAX_DEPTH = 32
const MAX_PROBLEMS = 50

type Place = { line: number; column: number }

export type YamlDocument = {
  /** Plain data; null for an empty document. */
  value: unknown
  /** Where the value at `path` stands, or the nearest one around it that is written down. */
  placeOf(path: readonly PropertyKey[]): Place
  /** Where the key that ends `path` stands. */
  placeOfKey(path: readonly PropertyKey[]): Place
}

/** Never throws. Problems are errors only; documents are empty then. Duplicate keys are errors, merge keys are not read. */
export const readYaml = (text: string, file: string): { documents: YamlDocument[]; problems: CatalogProblem[] } => {
  const failed = (message: string, place: Place = { line: 1, column: 1 }) => ({
    documents: [],
    problems: [{ path: file, ...place, message, severity: 'error' as const }],
  })
  if (text.length > MAX_CHARACTERS) return failed('The file is larger than 64 KB: split what it describes over several repositories.')
  if (strayBrackets(text) > MAX_STRAY_BRACKETS) return failed('This is not valid YAML: it closes brackets that it never opened.')
  const tooDeep = tooDeepAt(text)
  if (tooDeep !== null) return failed(`The file is nested more than ${MAX_DEPTH} levels deep: flatten it.`, tooDeep)
  const lines = new LineCounter()
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset)
    return { line: Math.max(1, line), column: Math.max(1, col) }
  }
  // Its errors are values here; each would take a stack trace, which in a file of mistakes is nearly all of the time.
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 0
  try {
    // The parser's own search for duplicate keys compares each key with every other one: seconds for a hostile file.
    const parsed = parseAllDocuments(text, { lineCounter: lines, uniqueKeys: false, prettyErrors: false, logLevel: 'silent' })
    const documents = 'empty' in parsed ? [] : parsed
    if (documents.length > MAX_DOCUMENTS) return failed(`The file holds more than ${MAX_DOCUMENTS} documents: split it.`)
    const problems = documents.flatMap((document) => [
      ...document.errors.map((error) => ({ message: `This is not valid YAML: ${firstLine(error.message)}`, ...placeAt(error.pos[0]) })),
      ...structureProblems(document).map(({ message, offset }) => ({ message, ...placeAt(offset) })),
    ])
    if (problems.length > 0) {
      return { documents: [], problems: problems.slice(0, MAX_PROBLEMS).map((problem) => ({ path: file, ...problem, severity: 'error' })) }
    }
    return { documents: documents.map((document) => located(document, placeAt)), problems: [] }
  } catch (error) {
    return failed(`This YAML can't be read: ${firstLine(error instanceof Error ? error.message : String(error))}`)
  } finally {
    Error.stackTraceLimit = stackTraceLimit
  }
}

const firstLine = (message: string): string => message.split('\n')[0]?.trim().slice(0, 300) ?? ''

/** Closing brackets with nothing to close. */
const strayBrackets = (text: string): number => {
  let depth = 0
  let stray = 0
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index]
    if (character === '[' || character === '{') depth += 1
    else if ((character === ']' || character === '}') && depth > 0) depth -= 1
    else if (character === ']' || character === '}') stray += 1
  }
  return stray
}

/**
 * Where brackets or indentation first nest too deeply, seen before parsing since the parser is recursive. Brackets in
 * quoted text count too: more than 32 open ones in one file are refused either way.
 */
const tooDeepAt = (text: string): Place | null => {
  let depth = 0
  for (const [index, line] of text.split('\n').entries()) {
    const dashes = /^(?:\s*[-?:]\s)+/.exec(line)?.[0] ?? ''
    if (dashes.split(/[-?:]/).length > MAX_DEPTH) return { line: index + 1, column: 1 }
    if (/^\s*#/.test(line)) continue
    for (let column = 0; column < line.length; column += 1) {
      const character = line[column]
      if (character === '[' || character === '{') depth += 1
      else if (character === ']' || character === '}') depth = Math.max(0, depth - 1)
      if (depth > MAX_DEPTH) return { line: index + 1, column: column + 1 }
    }
  }
  return null
}

const structureProblems = (document: Document.Parsed): { message: string; offset: number }[] => {
  const problems: { message: string; offset: number }[] = []
  let aliases = 0
  const startOf = (node: unknown): number => (node as Node | null)?.range?.[0] ?? 0
  visit(document, {
    Node: (_, node, path) => {
      if (path.length > MAX_DEPTH * 2) {
        problems.push({ message: `This is nested more than ${MAX_DEPTH} levels deep: flatten it.`, offset: startOf(node) })
        return visit.BREAK
      }
      if (isAlias(node) && (aliases += 1) > MAX_ALIASES) {
        problems.push({ message: `More than ${MAX_ALIASES} aliases: write the values out.`, offset: startOf(node) })
        return visit.BREAK
      }
      if (!isMap(node)) return undefined
      const seen = new Set<string>()
      for (const { key } of node.items) {
        const name = isScalar(key) ? String(key.value) : null
        if (name !== null && seen.has(name))
          problems.push({ message: `"${name.slice(0, 80)}" is written twice: keep one of them.`, offset: startOf(key) })
        if (name !== null) seen.add(name)
      }
      return undefined
    },
  })
  return problems
}

const located = (document: Document.Parsed, placeAt: (offset: number) => Place): YamlDocument => {
  const walk = (path: readonly PropertyKey[]): { node: unknown; pair: Pair | null } => {
    let node: unknown = document.contents
    let pair: Pair | null = null
    for (const step of path) {
      const target = isAlias(node) ? node.resolve(document) : node
      if (isMap(target)) {
        const item = target.items.find(({ key }) => String(isScalar(key) ? key.value : key) === String(step))
        if (item === undefined) return { node, pair }
        pair = item
        node = item.value ?? item.key
      } else if (isSeq(target)) {
        const item = target.items[Number(step)]
        if (item === undefined) return { node, pair }
        node = item
      } else {
        return { node, pair }
      }
    }
    return { node, pair }
  }
  const placeOfNode = (node: unknown): Place => placeAt((node as Node | null)?.range?.[0] ?? document.range[0])
  return {
    value: document.toJS({ maxAliasCount: MAX_ALIASES }) as unknown,
    placeOf: (path) => placeOfNode(walk(path).node),
    placeOfKey: (path) => {
      const { node, pair } = walk(path)
      return placeOfNode(pair?.key ?? node)
    },
  }
}
