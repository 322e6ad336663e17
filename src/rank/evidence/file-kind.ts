import { PATH_KINDS, type PathKind } from '../path-kinds.ts'
import type { PreparedCandidate } from '../prepare.ts'
import { type ReportKind, speaksOf } from '../report-kinds.ts'
import { type Column, columnOf, type EvidenceModule, oncePerPool } from './evidence-kind.ts'

type Kind = PathKind | 'flag'

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
    const whenSpokenOf = (column: Column, kind: ReportKind): Column => (speaksOf(context.query, kind) ? column : none)
    return [
      docs,
      tests,
      harmless,
      build,
      configuration,
      migration,
      flag,
      whenSpokenOf(build, 'build'),
      whenSpokenOf(someTests, 'tests'),
      whenSpokenOf(configuration, 'configuration'),
      whenSpokenOf(migration, 'data'),
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
    if (kinds.has('build') && speaksOf(context.query, 'build')) return 'Changes build files, and the report speaks of the build'
    if (kinds.has('tests') && speaksOf(context.query, 'tests')) return 'Changes tests, and the report speaks of tests'
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
function kindsOf({ kindCounts, pathHashes, traits }: PreparedCandidate): ReadonlyMap<Kind, number> {
  const shares = new Map<Kind, number>()
  for (const [at, kind] of PATH_KINDS.entries()) if (kindCounts[at]! > 0) shares.set(kind, kindCounts[at]! / pathHashes.length)
  if (traits.isFlag) shares.set('flag', 1)
  return shares
}
