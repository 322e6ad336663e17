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
const KINDS = Object.keys(PATTERNS) as PathKind[]

/** Share of the paths that are of each kind, exactly 1 when all are; kinds without any are left out. Expects lower case. */
export function pathKinds(paths: readonly string[]): Map<PathKind, number> {
  const counts = new Map<PathKind, number>()
  for (const path of paths) for (const kind of kindsOfPath(path)) counts.set(kind, (counts.get(kind) ?? 0) + 1)
  return new Map([...counts].map(([kind, count]) => [kind, count / paths.length]))
}

/** The kinds of one path, in lower case. */
function kindsOfPath(path: string): PathKind[] {
  // CMakeLists.txt and the like are no documents, whatever their ending.
  return KINDS.filter((kind) => PATTERNS[kind].test(path) && !(kind === 'docs' && BUILD.test(path)))
}
