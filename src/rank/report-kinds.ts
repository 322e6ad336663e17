// What kind of trouble a report speaks of, by its words (stems): which files such trouble sits in, and how soon it is noticed.
import type { PreparedQuery } from './prepare.ts'

const words = {
  build: `build compil link linker cmake bazel gn clang gcc msvc header undefin builder bot buildbot configur breakag includ warn`,
  tests: `test unittest assert flaki flake expect spec ci suit testcas`,
  configuration: `config configur set puppet env yaml paramet variabl catalog`,
  data: `migrat schema column tabl databas sql queri deadlock index`,
  /** Noticed late: it has to add up, or to be looked into. */
  slow: `regress perf perform slow slower slowdown memori leak size latenc cpu crash oom hang deadlock timeout investig suspect`,
} as const

export type ReportKind = keyof typeof words

const kinds = new Map(Object.entries(words).map(([kind, stems]) => [kind as ReportKind, stems.split(' ')]))

export function speaksOf({ counts }: Pick<PreparedQuery, 'counts'>, kind: ReportKind): boolean {
  return kinds.get(kind)!.some((word) => counts.has(word))
}
