// The imports that docs/architecture.md allows. `npm run check` also plants a forbidden one and expects this to fail.
const only = (name, from, to) => ({ name, severity: 'error', from: { path: from }, to: { path: '^src', pathNot: [from, ...to] } })
const DOMAIN = '^src/domain/'
const PURE_RANK = '^src/rank/'
/** All of src/risk but its use cases. */
const PURE_RISK =
  '^src/risk/(adjust|assess-change|combined-risk|model|outcome|strengths|risk-features|risk-keys|risk-memory|worth-knowing)\\.ts$|^src/risk/(features|learn|models)/'
module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-orphans', severity: 'error', from: { orphan: true, path: '^src', pathNot: ['^src/cli/program\\.ts$'] }, to: {} },
    { name: 'domain-imports-nothing', severity: 'error', from: { path: DOMAIN }, to: { pathNot: DOMAIN } },
    only('rank-is-pure', PURE_RANK, [DOMAIN]),
    only('risk-assessment-is-pure', PURE_RISK, [DOMAIN, PURE_RANK]),
    only('render-is-pure', '^src/render/', [DOMAIN]),
    only('events-are-pure', '^src/events/', [DOMAIN]),
    {
      name: 'pure-means-no-io',
      severity: 'error',
      from: { path: `^src/(domain|rank|render|events)/|${PURE_RISK}` },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?crypto$' },
    },
    {
      name: 'use-cases-know-ports-only',
      severity: 'error',
      from: { path: '^src/(backfill|catalog|changes|deployments|incidents|postmortems|pull-requests|reports|risk)/' },
      to: {
        path: '^src/(store/(?!store\\.ts$)|github/(?!github\\.ts$|(?:keep-check|(?:upsert|keep|withdraw)-comment)\\.ts$)|history/git-|http/|cli/|main\\.ts|app\\.ts)',
      },
    },
    {
      name: 'only-main-and-cli-build-adapters',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(main\\.ts|cli/|store/|github/|history/)' },
      to: { path: '^src/(store/(sqlite|postgres|database)\\.ts|github/octokit-github\\.ts|history/git-clone\\.ts)$' },
    },
    { name: 'not-to-tests', severity: 'error', from: { path: '^src' }, to: { path: '^(test|demo|bench)/' } },
    {
      name: 'no-dev-dependencies',
      severity: 'error',
      from: { path: '^src' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'unknown', 'undetermined'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.js'],
    },
  },
}
