// Foreign text, made safe for the place where it is put. Everything a rendering did not write itself goes through here.
// What leaves shows the same characters to a reader, and means nothing to markdown, HTML, GitHub's own filters or Mermaid.

/**
 * An invisible character that no word, mention or reference may contain. GitHub looks for @mentions and #references
 * in the *rendered* text, so neither a backslash nor an entity hides them from it, and a quoting e-mail reply is read
 * as plain text, where even code spans count: only a break inside the word helps (dependabot-core#3157).
 */
const BREAK = '\u200B'

const LINE_BREAKS = /[\r\n\t\v\f\u0085\u2028\u2029]+/g
/**
 * Controls, bidirectional controls and what shows nothing. U+200C and U+200D stay: Persian words and joined emoji
 * need them.
 */
const INVISIBLE =
  /[\u0000-\u0008\u000E-\u001F\u007F-\u009F\u00AD\u034F\u061C\u115F\u1160\u17B4\u17B5\u180B-\u180F\u200B\u200E\u200F\u202A-\u202E\u2060-\u206F\u3164\uFEFF\uFFA0\uFFF0-\uFFFB\u{1D173}-\u{1D17A}\u{E0000}-\u{E0FFF}]/gu
/** Marks piled on one letter draw over the lines around it. */
const PILED_MARKS = /(\p{M}{4})\p{M}+/gu
const ELLIPSIS = '…'

/**
 * One line of plain text of at most `max` UTF-16 units: line breaks become spaces, invisible characters and broken
 * surrogates go, a cut is shown by "…". Not safe for markdown by itself. Reads a bounded part of the input only.
 */
export function plain(text: string, max: number): string {
  const readable = Math.max(4 * max, 4_096)
  const shown = text
    .slice(0, readable)
    .toWellFormed()
    .replace(LINE_BREAKS, ' ')
    .replace(INVISIBLE, '')
    .replace(PILED_MARKS, '$1')
    .replace(/\s+/gu, ' ')
    .trim()
  if (shown.length <= max && text.length <= readable) return shown
  return cut(shown, max)
}

function cut(text: string, max: number): string {
  const room = Math.min(max - ELLIPSIS.length, text.length)
  const word = text.lastIndexOf(' ', room)
  let end = word > room * 0.7 ? word : room
  if (isLowSurrogate(text.charCodeAt(end))) end--
  return text.slice(0, Math.max(end, 0)).replace(/[\s\u200C\u200D]+$/u, '') + ELLIPSIS
}

const isLowSurrogate = (code: number): boolean => code >= 0xdc00 && code <= 0xdfff

/** Text in a paragraph, heading, list item or table cell. Contains no line break, no live link, mention or reference. */
export function inline(text: string, max: number): string {
  return escapeInline(plain(text, max), { areReferencesLive: true })
}

/** A sentence in which what stands between backticks looks like code; else as `inline`. */
export function sentence(text: string, max: number): string {
  const parts = plain(text, max).split(/`([^`]+)`/)
  return parts
    .map((part, index) => {
      if (index % 2 === 1) return code(part, max)
      const shown = escapeInline(part.trim(), { areReferencesLive: true })
      return `${index > 0 && part.startsWith(' ') ? ' ' : ''}${shown}${part.trim() !== '' && part.endsWith(' ') ? ' ' : ''}`
    })
    .join('')
}

/** A name that should look like code: a sha, a path, a service. Empty text gives an empty string. */
export function code(text: string, max: number): string {
  const shown = plain(text, max)
  if (shown === '') return ''
  // Backticks, pipes and angle brackets have their own rules inside code spans and cells; an element has none.
  if (/[\\`|<>&$]/.test(shown)) return `<code>${escapeCharacters(breakWords(shown))}</code>`
  return `\`${shown.replaceAll('@', `@${BREAK}`)}\``
}

/**
 * Several lines as a block of code that nothing in them can close, of at most `max` UTF-16 units all in all: no markup,
 * no mention, no reference in them lives, and a stack trace stays one. Empty text gives an empty string.
 */
export function fenced(text: string, max: number): string {
  const shown = text
    .slice(0, max)
    .toWellFormed()
    .split(/\r\n|[\n\r\v\f\u0085\u2028\u2029]/)
    .map((line) =>
      line
        .replace(INVISIBLE, '')
        .replace(PILED_MARKS, '$1')
        .replace(/@(?=\w)/g, `@${BREAK}`),
    )
    .join('\n')
    .replace(/^\s*\n/, '')
    .trimEnd()
  if (shown === '') return ''
  // Longer runs are broken: a fence as long as the text itself would leave no room for it.
  const lines = shown.replace(/`{20}/g, `$&${BREAK}`)
  const fence = '`'.repeat(1 + (lines.match(/`+/g) ?? []).reduce((longest, run) => Math.max(longest, run.length), 2))
  const room = max - 2 * fence.length - 'text\n\n'.length
  return `${fence}text\n${lines.length > room ? cut(lines, room) : lines}\n${fence}`
}

/**
 * A markdown link, or the text alone when `url` is no web address.
 * `#412` stays whole in a link's text: GitHub looks for no references inside links.
 */
export function link(text: string, url: string | null, max = 120): string {
  const target = url === null ? null : webAddress(url)
  if (target === null) return inline(text, max)
  const shown = plain(text, max)
  return `[${shown === '' ? 'link' : escapeInline(shown, { areReferencesLive: false })}](${target})`
}

const MAX_URL_LENGTH = 2_048
/** What could end a link's destination or a table cell, start an entity, or be read by a filter. */
const UNSAFE_IN_URL = /[()<>[\]{}|\\^`"'*_~$!@;]/g

/**
 * The address as it may stand between the parentheses of a markdown link, or null unless it is http(s) without
 * credentials. Issues and pull requests on github.com go by way of redirect.github.com, GitHub's own address that
 * leads to the same page: a plain link would write "mentioned this" into the timeline of each of them
 * (github/docs#35987, renovatebot/renovate#31025), and Causeway is quiet. GitHub Enterprise Server has no such
 * address, so there the link stays as it is.
 */
export function webAddress(url: string): string | null {
  if (url.length > MAX_URL_LENGTH || !URL.canParse(url)) return null
  const parsed = new URL(url)
  if (parsed.protocol !== 'https:' && parsed.protocol !== 'http:') return null
  if (parsed.username !== '' || parsed.password !== '') return null
  const isGitHub = parsed.host === 'github.com' || parsed.host === 'www.github.com'
  if (isGitHub && /^\/[^/]+\/[^/]+\/(?:issues|pull|discussions)\/\d/.test(parsed.pathname)) parsed.host = 'redirect.github.com'
  return parsed.href
    .replace(UNSAFE_IN_URL, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`)
    .replaceAll('&', '&amp;')
}

const MERMAID_UNSAFE = /[^\p{L}\p{N}\p{M} ._/:,()+-]/gu

/** Text between the double quotes of a Mermaid label; everything unusual becomes Mermaid's `#code;`. */
export function mermaidLabel(text: string, max: number): string {
  return plain(text, max).replace(MERMAID_UNSAFE, (character) => `#${character.codePointAt(0) ?? 32};`)
}

/** JSON that can stand in an HTML comment: nothing in it can end the comment, or be read as a mention. Parses back. */
export function commentJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<>&@#`]|-(?=-)|[\u007F-\u009F\u00AD\u061C\u200B-\u200F\u2028-\u202E\u2060-\u206F\uFEFF]/g,
    unicodeEscape,
  )
}

const unicodeEscape = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`

/** Seven to forty hexadecimal digits may be a commit, which GitHub would link; it leaves code alone. */
const COMMIT = /\b([0-9a-f]{7,40})\b/i

function escapeInline(text: string, options: { areReferencesLive: boolean }): string {
  const escaped = breakWords(text, options.areReferencesLive)
    .split(COMMIT)
    .map((part, index) => (index % 2 === 1 && options.areReferencesLive ? `\`${part}\`` : escapeCharacters(part)))
    .join('')
  // At the start of a block these would begin a list, a rule or a heading; before a link, "!" would make an image.
  return escaped
    .replace(/^([-+=])/, '\\$1')
    .replace(/^(\d{1,9})([.)])(?=\s|$)/, '$1\\$2')
    .replace(/!$/, '&#33;')
}

/** Takes the life out of mentions, references, bare addresses and emoji codes. */
function breakWords(text: string, areReferencesLive = true): string {
  const quiet = text
    .replaceAll('@', `@${BREAK}`)
    .replace(/www(?=\.)/gi, `$&${BREAK}`)
    .replace(/:(?=\/\/)/g, `:${BREAK}`)
    .replace(/:(?=[a-z0-9_+-]+:)/gi, `:${BREAK}`)
  return areReferencesLive ? quiet.replace(/#(?=\d)/g, `#${BREAK}`).replace(/\bGH-(?=\d)/gi, `$&${BREAK}`) : quiet
}

// "<span>$</span>" is GitHub's documented way to write a dollar sign that begins no formula; "\$" does not help.
const ESCAPES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '\\': '&#92;',
  '`': '&#96;',
  '|': '&#124;',
  $: '<span>$</span>',
}

function escapeCharacters(text: string): string {
  return text
    .replace(/[&<>\\`|$*~[\]]|#(?=[\s#]|$)/g, (character) => ESCAPES[character] ?? `\\${character}`)
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '\\_')
}
