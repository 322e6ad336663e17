import { type PathKind, pathKinds } from '../path-kinds.ts'
import type { PreparedCandidate } from '../prepare.ts'
import { type Column, columnOf, type EvidenceModule, oncePerPool, type RankingContext } from './evidence-kind.ts'

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
    const { docs, tests, harmless, build, someTests, configuration, migration, flag, none } = columnsOf(context)
    const whenSpokenOf = (column: Column, words: ReadonlySet<string>): Column => (speaksOf(context, words) ? column : none)
    return [
      docs,
      tests,
      harmless,
      build,
      configuration,
      migration,
      flag,
      whenSpokenOf(build, BUILD_WORDS),
      whenSpokenOf(someTests, TEST_WORDS),
      whenSpokenOf(configuration, CONFIGURATION_WORDS),
      whenSpokenOf(migration, DATA_WORDS),
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

const columnsOf = oncePerPool(({ candidates }) => {
  const kinds = candidates.map(kindsOf)
  const column = (value: (shareOf: (kind: Kind) => number) => number): Column =>
    columnOf({ candidates }, (_, index) => value((kind) => kinds[index]!.get(kind) ?? 0))
  const only = (kind: Kind): Column => column((shareOf) => (shareOf(kind) === 1 ? 1 : 0))
  const some = (kind: Kind): Column => column((shareOf) => (shareOf(kind) > 0 ? 0.5 + 0.5 * shareOf(kind) : 0))
  return {
    docs: only('docs'),
    tests: only('tests'),
    harmless: column((shareOf) => (shareOf('docs') + shareOf('tests') >= 1 ? 1 : 0)),
    build: some('build'),
    someTests: some('tests'),
    configuration: some('configuration'),
    migration: some('migration'),
    flag: some('flag'),
    none: new Float64Array(candidates.length),
  }
})

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
