// What kinds of files a change touches, told from their paths. Pure.

export type PathKind = 'docs' | 'tests' | 'build' | 'configuration' | 'migration'

const DOCS =
  /(?:^|\/)(?:docs?|changelog|licenses?)(?:\/|$)|\.(?:md|rst|txt|adoc)$|(?:^|\/)(?:readme|changelog|contributing|authors|owners)[^/]*$/
const TESTS =
  /(?:^|\/)(?:tests?|specs?|__tests__|testdata|testing|fixtures|unittests?)\/|[._-](?:test|tests|spec|unittest)s?\.\w+$|(?:^|\/)test_[^/]*$|test\.(?:java|kt|cc|cpp|go|py)$/
const BUILD =
  /(?:^|\/)(?:cmakelists\.txt|requirements[\w-]*\.txt|makefile|dockerfile|build|build\.gn|build\.bazel|workspace|deps|pom\.xml|rakefile|gemfile|jenkinsfile|package\.json|cargo\.toml|go\.mod|setup\.py|configure(?:\.ac)?|android\.(?:mk|bp))$|\.(?:cmake|gyp|gypi|gn|gni|mk|bp|bzl|bazel|gradle|am|ac|m4)$|^\.github\/workflows\/|(?:^|\/)\.(?:travis|gitlab-ci|circleci)/
const CONFIGURATION =
  /\.(?:ya?ml|json|toml|ini|conf|cfg|properties|env|tf|tfvars|erb|xml|plist|hcl|service)$|(?:^|\/)(?:conf|config|configs|hieradata|settings)\//
const MIGRATION = /(?:^|\/)(?:migrations?|migrate|alembic|flyway|liquibase|schema)\/|\.sql$|(?:^|\/)schema\.(?:rb|prisma|graphql)$/

const PATTERNS: Readonly<Record<PathKind, RegExp>> = {
  docs: DOCS,
  tests: TESTS,
  build: BUILD,
  configuration: CONFIGURATION,
  migration: MIGRATION,
}
export const PATH_KINDS = Object.keys(PATTERNS) as PathKind[]

/** How many of the paths are of each kind, in the order of PATH_KINDS. Expects lower case. */
export function countKinds(paths: readonly string[]): number[] {
  const counts = PATH_KINDS.map(() => 0)
  for (const path of paths) {
    for (const [at, kind] of PATH_KINDS.entries()) if (isOfKind(path, kind)) counts[at]!++
  }
  return counts
}

/** Share of the paths that are of each kind, exactly 1 when all are; kinds without any are left out. Expects lower case. */
export function pathKinds(paths: readonly string[]): Map<PathKind, number> {
  const counts = countKinds(paths)
  return new Map(PATH_KINDS.flatMap((kind, at) => (counts[at]! > 0 ? [[kind, counts[at]! / paths.length]] : [])))
}

/** CMakeLists.txt and the like are no documents, whatever their ending. */
function isOfKind(path: string, kind: PathKind): boolean {
  return PATTERNS[kind].test(path) && !(kind === 'docs' && BUILD.test(path))
}
