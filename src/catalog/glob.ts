// Globs of repository files, matched in time proportional to pattern × subject. Regular expressions made of globs
// backtrack: picomatch needs 45 s for `*a*a*a*a*b` against 250 letters, and both texts come from outside.

/** One expanded alternative: segments between slashes, `**` standing for any number of them. */
type Segments = string[]

export type Glob = (subject: string) => boolean

const MAX_LENGTH = 256
const MAX_ALTERNATIVES = 32

/** Why a glob can't be used, as the end of a sentence that begins with the glob; null when it can. */
export const globProblem = (pattern: string): string | null => {
  if (pattern.trim() === '') return 'is empty: write `**` for every path'
  if (pattern.length > MAX_LENGTH) return `is longer than ${MAX_LENGTH} characters: split it into several`
  if (pattern.startsWith('!')) return 'begins with `!`, which is not supported: list what belongs instead of what does not'
  if (/(?<!\\)[[\]]/.test(pattern))
    return 'holds `[` or `]`: ranges are not supported; write `?` for one character or `\\[` for the bracket itself'
  return expandBraces(pattern) === null
    ? `has more than ${MAX_ALTERNATIVES} alternatives in braces, or braces that are not closed: write several globs instead`
    : null
}

/**
 * A glob over repository paths: `*` and `?` stay within a segment, `**` spans segments, `{a,b}` alternates, `\` quotes.
 * A glob that ends in a plain name also matches what lies below it, so that a folder can be named as it is.
 * An unusable pattern matches nothing.
 */
export const pathGlob = (pattern: string): Glob => {
  if (globProblem(pattern) !== null) return () => false
  const alternatives = (expandBraces(pattern) ?? []).map(pathSegments)
  return (path) => {
    const segments = path.split('/')
    return alternatives.some((alternative) => matchesSegments(alternative, segments))
  }
}

/** A glob over a name (an environment, task, workflow or branch): `*` also spans slashes; case doesn't matter. */
export const nameGlob = (pattern: string): Glob => {
  if (globProblem(pattern) !== null) return () => false
  const alternatives = (expandBraces(pattern) ?? []).map((alternative) => alternative.toLowerCase())
  return (name) => alternatives.some((alternative) => matchesSegment(alternative, name.toLowerCase()))
}

const pathSegments = (pattern: string): Segments => {
  const segments = pattern.replace(/^(?:\.?\/)+/, '').split('/')
  if (segments.at(-1) === '') segments[segments.length - 1] = '**'
  else if (!/[*?]/.test(segments.at(-1) ?? '')) segments.push('**')
  return segments
}

/**
 * Matches a list of segment patterns against a list of segments. Taking the leftmost place for what stands between two
 * `**` never spoils a later match, so one remembered place to come back to is enough.
 */
export const matchesSegments = (pattern: Segments, segments: string[]): boolean => {
  let p = 0
  let s = 0
  let starAt = -1
  let resumeAt = 0
  while (s < segments.length) {
    const wanted = pattern[p]
    if (wanted === '**') {
      starAt = p
      resumeAt = s
      p += 1
    } else if (wanted !== undefined && matchesSegment(wanted, segments[s] ?? '')) {
      p += 1
      s += 1
    } else if (starAt >= 0) {
      p = starAt + 1
      resumeAt += 1
      s = resumeAt
    } else {
      return false
    }
  }
  while (pattern[p] === '**') p += 1
  return p === pattern.length
}

/** The same walk over characters: `*` any number, `?` exactly one, `\` takes the next one as it is. */
const matchesSegment = (pattern: string, text: string): boolean => {
  let p = 0
  let t = 0
  let starAt = -1
  let resumeAt = 0
  while (t < text.length) {
    const isQuoted = pattern[p] === '\\' && p + 1 < pattern.length
    const wanted = isQuoted ? pattern[p + 1] : pattern[p]
    if (!isQuoted && wanted === '*') {
      starAt = p
      resumeAt = t
      p += 1
    } else if (wanted !== undefined && ((!isQuoted && wanted === '?') || wanted === text[t])) {
      p += isQuoted ? 2 : 1
      t += 1
    } else if (starAt >= 0) {
      p = starAt + 1
      resumeAt += 1
      t = resumeAt
    } else {
      return false
    }
  }
  while (pattern[p] === '*') p += 1
  return p === pattern.length
}

/** Every alternative of `{a,b}` groups, nested ones too; null when a brace is open or there are too many. */
const expandBraces = (pattern: string): string[] | null => {
  const group = firstGroup(pattern)
  if (group === 'none') return [pattern]
  if (group === 'open') return null
  const expanded: string[] = []
  for (const option of group.options) {
    const rest = expandBraces(pattern.slice(0, group.start) + option + pattern.slice(group.end + 1))
    if (rest === null || expanded.length + rest.length > MAX_ALTERNATIVES) return null
    expanded.push(...rest)
  }
  return expanded
}

type Group = { start: number; end: number; options: string[] }

/** The first group in braces, its options split at its own commas. */
const firstGroup = (pattern: string): Group | 'none' | 'open' => {
  let start = -1
  let depth = 0
  let optionStart = 0
  const options: string[] = []
  for (let i = 0; i < pattern.length; i += 1) {
    const character = pattern[i]
    if (character === '\\') {
      i += 1
    } else if (character === '{') {
      depth += 1
      if (depth === 1) [start, optionStart] = [i, i + 1]
    } else if (depth > 0 && character === '}') {
      depth -= 1
      if (depth === 0) return { start, end: i, options: [...options, pattern.slice(optionStart, i)] }
    } else if (depth === 1 && character === ',') {
      options.push(pattern.slice(optionStart, i))
      optionStart = i + 1
    }
  }
  return depth > 0 ? 'open' : 'none'
}
