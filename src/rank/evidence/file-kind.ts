import { type PathKind, pathKinds } from '../path-kinds.ts'
import type { PreparedCandidate } from '../prepare.ts'
import { type Column, columnOf, type EvidenceModule, type RankingContext } from './evidence-kind.ts'

type Kind = PathKind | 'flag'

/** Words of a report (stems) that speak of one kind of file. */
const BUILD_WORDS = new Set([
  'build',
  'compil',
  'link',
  'linker',
  'cmake',
  'bazel',
  'gn',
  'clang',
  'gcc',
  'msvc',
  'header',
  'undefin',
  'builder',
  'bot',
  'buildbot',
  'configur',
])
const TEST_WORDS = new Set(['test', 'unittest', 'assert', 'flaki', 'flake', 'expect', 'spec', 'ci', 'suit', 'testcas'])
const CONFIGURATION_WORDS = new Set(['config', 'configur', 'set', 'puppet', 'env', 'yaml', 'paramet', 'variabl', 'catalog'])
const DATA_WORDS = new Set(['migrat', 'schema', 'column', 'tabl', 'databas', 'sql', 'queri', 'deadlock', 'index'])

/** What kinds of files a change touches, and whether the report speaks of that kind. */
export const fileKind: EvidenceModule = {
  kind: 'file-kind',
  features: [
    'file-kind.docs-only',
    'file-kind.tests-only',
    'file-kind.docs-or-tests-only',
    'file-kind.build',
    'file-kind.configuration',
    'file-kind.migration',
    'file-kind.flag',
    'file-kind.build*build-words',
    'file-kind.tests*test-words',
    'file-kind.configuration*configuration-words',
    'file-kind.migration*data-words',
  ],
  measure(context) {
    const kinds = context.candidates.map(kindsOf)
    const share = (kind: Kind): Column => columnOf(context, (_, index) => kinds[index]!.get(kind) ?? 0)
    const only = (kind: Kind): Column => share(kind).map((value) => (value === 1 ? 1 : 0))
    const some = (kind: Kind): Column => share(kind).map((value) => (value > 0 ? 0.5 + 0.5 * value : 0))
    const harmless = columnOf(context, (_, index) => ((kinds[index]!.get('docs') ?? 0) + (kinds[index]!.get('tests') ?? 0) >= 1 ? 1 : 0))
    const crossed = (column: Column, words: ReadonlySet<string>): Column => {
      const isSpokenOf = speaksOf(context, words) ? 1 : 0
      return column.map((value) => value * isSpokenOf)
    }
    return [
      only('docs'),
      only('tests'),
      harmless,
      some('build'),
      some('configuration'),
      some('migration'),
      some('flag'),
      crossed(some('build'), BUILD_WORDS),
      crossed(some('tests'), TEST_WORDS),
      crossed(some('configuration'), CONFIGURATION_WORDS),
      crossed(some('migration'), DATA_WORDS),
    ]
  },
  sentence(context, index, strength) {
    const kinds = kindsOf(context.candidates[index]!)
    const docs = kinds.get('docs') ?? 0
    const tests = kinds.get('tests') ?? 0
    if (docs + tests >= 1)
      return docs === 1 ? 'Changes documentation only' : tests === 1 ? 'Changes tests only' : 'Changes documentation and tests only'
    if (strength <= 0) return null
    if (kinds.has('migration')) return 'Changes the database schema or its data'
    if (kinds.has('build') && speaksOf(context, BUILD_WORDS)) return 'Changes build files, and the report speaks of the build'
    if (kinds.has('tests') && speaksOf(context, TEST_WORDS)) return 'Changes tests, and the report speaks of tests'
    if (kinds.has('flag')) return 'Switches a feature or an experiment'
    if (kinds.has('configuration')) return 'Changes configuration'
    return kinds.has('build') ? 'Changes build files' : 'Changes code, not only documentation and tests'
  },
}

/** Share of the changed files that are of each kind; kinds without any are left out. */
function kindsOf({ paths, candidate, traits }: PreparedCandidate): ReadonlyMap<Kind, number> {
  const known = kindsByCandidate.get(candidate)
  if (known !== undefined) return known
  const counts = new Map<Kind, number>(pathKinds(paths))
  if (traits.isFlag) counts.set('flag', 1)
  kindsByCandidate.set(candidate, counts)
  return counts
}

// A memo, invisible to callers: a pool is asked for its kinds again for each incident and each sentence.
const kindsByCandidate = new WeakMap<object, ReadonlyMap<Kind, number>>()

function speaksOf({ query }: RankingContext, words: ReadonlySet<string>): boolean {
  for (const word of words) if (query.counts.has(word)) return true
  return false
}
