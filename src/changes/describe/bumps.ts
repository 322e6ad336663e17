// Reads which dependencies a bot's change bumps, from the titles and bodies of Dependabot and Renovate.
import type { DependencyBump } from '../../domain/change.ts'

const MAX_BUMPS = 100
const MAX_TITLE = 1000
const MAX_BODY = 60_000
const MAX_LINE = 2000
const QUOTE = '[`"\']?'
const NAME = `${QUOTE}((?:@|\\.?[A-Za-z0-9_])[A-Za-z0-9_@./:+~-]{0,200})${QUOTE}`
const PLAIN_VERSION = '([A-Za-z0-9~^][A-Za-z0-9_.+!~^*:-]{0,100})'
const VERSION = `${QUOTE}${PLAIN_VERSION}${QUOTE}`
const KINDS =
  'dependency|module|plugin|package|crate|gem|docker image|docker tag|docker digest|helm release|terraform|github action|github-actions action|action|rust crate|dotnet monorepo'

const FROM_TO = new RegExp(
  `\\b(?:bump|bumps|update|updates|upgrade|upgrades)\\s+(?:the\\s+)?(?:(?:${KINDS}|requirement)\\s+)?${NAME}\\s+(?:requirement\\s+)?from\\s+${VERSION}\\s+to\\s+${VERSION}`,
  'i',
)
const LINKED = new RegExp(
  `^\\s*(?:bumps|updates|upgrades)\\s+\\[${NAME}\\]\\([^)\\s]{1,500}\\)\\s+from\\s+${VERSION}\\s+to\\s+${VERSION}`,
  'i',
)
const TO_ONLY = new RegExp(
  `\\b(?:update|upgrade|bump|pin|rollback)\\s+(?:(?:${KINDS})\\s+)?${NAME}(?:\\s+(?:${KINDS}|monorepo|orb|digest))?\\s+to\\s+(?:version\\s+)?` +
    `${QUOTE}(v?\\d[A-Za-z0-9_.+!~^*:-]{0,100}|[0-9a-f]{7,40})${QUOTE}`,
  'i',
)
const CELL_NAME = new RegExp(`^\\[?${NAME}\\]?`)
const CELL_VERSIONS = new RegExp('`' + PLAIN_VERSION + '`\\s{0,4}(?:->|→|➔)\\s{0,4}`' + PLAIN_VERSION + '`')
const CELL_VERSION = /^`?([~^<>=\s]{0,4}v?[0-9a-f][A-Za-z0-9_.+!~^*:-]{0,100})`?$/i

const STATES_DEPENDENCIES =
  /(?:^|\/)(?:package(?:-lock)?\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lockb?|go\.(?:mod|sum)|cargo\.(?:toml|lock)|gemfile(?:\.lock)?|[^/]*\.gemspec|requirements[\w.-]*\.(?:txt|in)|pyproject\.toml|poetry\.lock|uv\.lock|pipfile(?:\.lock)?|setup\.(?:py|cfg)|pom\.xml|build\.gradle(?:\.kts)?|libs\.versions\.toml|composer\.(?:json|lock)|mix\.(?:exs|lock)|pubspec\.(?:yaml|lock)|package\.(?:swift|resolved)|[^/]*\.csproj|directory\.packages\.props|chart\.(?:yaml|lock)|[^/]*dockerfile[^/]*|(?:docker-)?compose[^/]*\.ya?ml|deps|\.gitmodules|[^/]*\.tf)$|^\.github\/workflows\//i

/** What the words of a change that touches these files bump, whoever wrote them. */
export function statedBumps(change: { title: string; body: string; files: readonly { path: string }[] }): DependencyBump[] {
  return change.files.some(({ path }) => STATES_DEPENDENCIES.test(path)) ? bumpsOf(change) : []
}

/**
 * Dependencies a change bumps, in the order named, without repeats; at most 100. Meant for changes a bot wrote: in a
 * person's words "update x to 2" may mean something else. Unknown versions are null.
 */
export function bumpsOf(change: { title: string; body: string }): DependencyBump[] {
  const bumps = new Map<string, DependencyBump>()
  const add = (dependency: string, from: string | null, to: string | null): void => {
    const name = dependency.replace(/[.,:;]+$/, '')
    // "from old to new" is about something else: one of the versions has a digit.
    if (!/\d/.test(`${from ?? ''}${to ?? ''}`)) return
    const known = bumps.get(name)
    if (known !== undefined) {
      known.from ??= clean(from)
      known.to ??= clean(to)
    } else if (name !== '' && bumps.size < MAX_BUMPS) bumps.set(name, { dependency: name, from: clean(from), to: clean(to) })
  }
  const title = change.title.slice(0, MAX_TITLE)
  const named = FROM_TO.exec(title)
  if (named !== null) add(named[1] ?? '', named[2] ?? null, named[3] ?? null)
  else {
    const target = TO_ONLY.exec(title)
    if (target !== null) add(target[1] ?? '', null, target[2] ?? null)
  }
  let folded = 0
  for (const line of change.body.slice(0, MAX_BODY).split('\n')) {
    const text = line.slice(0, MAX_LINE).trim()
    // Both bots quote release notes below or in folds; other people's bumps in them are not this change's.
    if (/^#{2,3} release notes/i.test(text)) break
    if (/<details/i.test(text)) folded += 1
    if (folded === 0 && text.startsWith('|')) fromRow(text, add)
    else if (folded === 0 && /^(?:[-*]\s+)?(?:bumps?|updates?|upgrades?)\s/i.test(text)) {
      const match = LINKED.exec(text) ?? FROM_TO.exec(text)
      if (match !== null) add(match[1] ?? '', match[2] ?? null, match[3] ?? null)
    }
    if (/<\/details>/i.test(text)) folded = Math.max(0, folded - 1)
  }
  return [...bumps.values()]
}

/** A table row: Dependabot's `| [x](…) | 1 | 2 |` or Renovate's with `1` -> `2` in one cell. */
function fromRow(row: string, add: (dependency: string, from: string | null, to: string | null) => void): void {
  const cells = row.split('|').map((cell) => cell.trim())
  const name = CELL_NAME.exec(cells[1] ?? '')?.[1]
  if (name === undefined || /^(?:package|dependency|:?-+:?)$/i.test(name)) return
  for (const cell of cells.slice(2, 9)) {
    const both = CELL_VERSIONS.exec(cell)
    if (both !== null) return add(name, both[1] ?? null, both[2] ?? null)
  }
  const from = CELL_VERSION.exec(cells[2] ?? '')?.[1]
  const to = CELL_VERSION.exec(cells[3] ?? '')?.[1]
  if (from !== undefined && to !== undefined) add(name, from, to)
}

function clean(version: string | null): string | null {
  const text = version?.replace(/[.,:;]+$/, '').trim()
  return text === undefined || text === '' ? null : text
}
