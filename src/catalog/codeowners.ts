// CODEOWNERS as GitHub reads it: the first file found, one rule a line, the last rule that matches a path wins.
// The npm parsers of it rest on gitignore rules and get `docs/*` wrong; see docs/decisions.
import type { OwnerRule } from '../domain/service.ts'
import { matchesSegments } from './glob.ts'

/** Where GitHub looks, in its order. */
export const CODEOWNERS_PATHS = ['.github/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS'] as const

/** A larger file is not loaded by GitHub, so it names no owner here either. */
const MAX_CHARACTERS = 3 * 1024 * 1024
const MAX_PATTERN = 512

/** An address's parts hold no dot of their own: with one, a line of dots costs the square of its length. */
const OWNER = /^(?:@[A-Za-z0-9_][\w-]*(?:\[bot\])?(?:\/[\w.-]+)?|[^\s@]+@[^\s@.]+(?:\.[^\s@.]+)+)$/

/**
 * The rules of a CODEOWNERS file in its own order. Lines that GitHub calls invalid are left out: `!`, `[ ]`, an escaped
 * `#` in front, anything among the owners that is neither an account, a team nor an e-mail address.
 */
export const parseCodeowners = (text: string): OwnerRule[] => {
  if (text.length >= MAX_CHARACTERS) return []
  return text.split(/\r\n|\n|\r/).flatMap((content, index) => {
    const rule = parseLine(content)
    return rule === null ? [] : [{ ...rule, line: index + 1 }]
  })
}

const parseLine = (content: string): Omit<OwnerRule, 'line'> | null => {
  const [pattern, ...rest] = content.trim().match(/(?:\\.|\S)+/g) ?? []
  if (pattern === undefined || pattern.startsWith('#')) return null
  const commentAt = rest.findIndex((word) => word.startsWith('#'))
  const owners = commentAt === -1 ? rest : rest.slice(0, commentAt)
  if (!isPattern(pattern) || !owners.every((owner) => OWNER.test(owner))) return null
  return { pattern, owners }
}

const isPattern = (pattern: string): boolean =>
  pattern.length <= MAX_PATTERN && pattern !== '/' && !/^!|^\\#|\*{3}|(?<!\\)[[\]]/.test(pattern)

/** The owners that the last matching rule names for each path; an empty list when no rule matches or it names nobody. */
export const ownersOfPaths = (rules: readonly OwnerRule[], paths: readonly string[]): Map<string, string[]> => {
  const compiled = rules.map(compileRule)
  return new Map(paths.map((path) => [path, ownersOf(compiled, path)]))
}

type CompiledRule = { segments: string[]; literalTop: string | null; owners: string[] }

const ownersOf = (rules: readonly CompiledRule[], path: string): string[] => {
  const segments = path.replace(/^\//, '').split('/')
  const rule = rules.findLast(
    ({ segments: pattern, literalTop }) => (literalTop === null || literalTop === segments[0]) && matchesSegments(pattern, segments),
  )
  return rule?.owners ?? []
}

const compileRule = ({ pattern, owners }: OwnerRule): CompiledRule => {
  const segments = ownerSegments(pattern)
  const top = segments[0] ?? ''
  // Most rules of a large file begin with a plain folder: comparing it first spares the walk.
  return { segments, literalTop: /[*?\\]/.test(top) ? null : top, owners }
}

/**
 * A pattern as path segments. A slash at its start or in its middle ties it to the root; a plain name may stand at any
 * depth. What matches a folder owns everything below it, except that a last `*` reaches no deeper than its folder.
 */
const ownerSegments = (pattern: string): string[] => {
  const isAnchored = pattern.replace(/\/$/, '').includes('/')
  const segments = pattern.replace(/^\//, '').split('/')
  if (!isAnchored && segments[0] !== '**') segments.unshift('**')
  const last = segments.at(-1)
  if (last === '') segments.splice(-1, 1, '**', '*')
  else if (last === '**') segments.push('*')
  else if (last !== '*' || !isAnchored) segments.push('**')
  return segments
}
