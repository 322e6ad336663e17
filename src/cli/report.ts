import { type Command, Option } from 'commander'
import type { PerformanceReport } from '../domain/performance.ts'
import type { Store } from '../store/store.ts'
import { parseSpan } from './arguments.ts'
import { placesOf } from './places.ts'
import { plain, table } from './terminal.ts'
import { withStore } from './with-store.ts'

type Options = { since: number; service?: string; repository?: string; json?: boolean; md?: boolean }

export function registerReport(program: Command): void {
  program
    .command('report')
    .description("How delivery and incidents went: DORA's metrics with their denominators, causes, and how often the ranking was right.")
    .addOption(new Option('--since <span>', 'how far back').argParser(parseSpan).default(30 * 86_400_000, '30d'))
    .option('--service <name>', 'one service only')
    .option('--repository <owner/repo>', 'one repository only; without it all that the database knows')
    .addOption(new Option('--json', 'print one JSON object').conflicts('md'))
    .addOption(new Option('--md', 'print markdown').conflicts('json'))
    .addHelpText(
      'after',
      '\nTimes are UTC. The database is the one that CAUSEWAY_DATABASE_URL names.\n\nExamples:\n  $ causeway report\n  $ causeway report --since 90d --service checkout --md > report.md\n  $ causeway report --repository acme/shop --json | jq .deployments.failed',
    )
    .action((options: Options) => withStore((store) => report(store, options)))
}

async function report(store: Store, options: Options): Promise<void> {
  const to = new Date()
  const period = { from: new Date(to.getTime() - options.since), to, service: options.service ?? null }
  const { gatherPerformance } = await import('../reports/gather-performance.ts')
  for (const { installationId, account, repositoryIds } of await placesOf(store, options.repository)) {
    const found = await gatherPerformance(store.tenant(installationId), period, repositoryIds)
    if (options.json) console.log(JSON.stringify({ installation: account, ...found }))
    else await show(account, found, options.md === true)
  }
}

async function show(account: string, found: PerformanceReport, isMarkdown: boolean): Promise<void> {
  const { performanceSections, performanceTitle, renderPerformance } = await import('../render/performance.ts')
  if (isMarkdown) return void process.stdout.write(renderPerformance(found))
  const lines = performanceSections(found).flatMap(({ heading, rows }) => [
    '',
    ...table(
      [heading, '', ''],
      rows.map(({ name, figure, madeOf }) => [plain(name, 40), figure, madeOf]),
    ),
  ])
  console.log([`${plain(account, 60)}: ${plain(performanceTitle(found), 120)}`, ...lines.map((line) => line.trimEnd())].join('\n'))
}
