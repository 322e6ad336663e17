import type { Command } from 'commander'
import type { FollowUpItem } from '../domain/follow-up.ts'
import type { Store } from '../store/store.ts'
import { placesOf } from './places.ts'
import { plain, table } from './terminal.ts'
import { withStore } from './with-store.ts'

type Options = { overdue?: boolean; all?: boolean; repository?: string; json?: boolean }
type Shown = ReturnType<typeof shownAs>

const MOST_SHOWN = 5_000
const DAY_MS = 86_400_000

export function registerFollowUps(program: Command): void {
  program
    .command('follow-ups')
    .description('What was to be done after incidents and is not: from their postmortems, tracked in issues.')
    .option('--overdue', 'only those whose day is over')
    .option('--all', 'those that are done or dropped as well')
    .option('--repository <owner/repo>', 'one repository only; without it all that the database knows')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      '\nDays are UTC. The database is the one that CAUSEWAY_DATABASE_URL names.\n\nExamples:\n  $ causeway follow-ups\n  $ causeway follow-ups --overdue --repository acme/shop\n  $ causeway follow-ups --json | jq ".followUps[] | select(.status == \\"overdue\\")"',
    )
    .action((options: Options) => withStore((store) => followUps(store, options)))
}

async function followUps(store: Store, options: Options): Promise<void> {
  const now = new Date()
  const shown: Shown[] = []
  for (const { installationId, repositoryIds } of await placesOf(store, options.repository)) {
    const tenant = store.tenant(installationId)
    const items = await tenant.followUps.ofRepositories(repositoryIds, MOST_SHOWN)
    const incidents = new Map(
      (await tenant.incidents.byIds([...new Set(items.map((item) => item.incidentId))])).map((each) => [each.id, each]),
    )
    const names = new Map((await tenant.repositories.all()).map(({ id, owner, name }) => [id, `${owner}/${name}`]))
    for (const item of items)
      shown.push(
        shownAs(item, names.get(item.repositoryId) ?? String(item.repositoryId), incidents.get(item.incidentId)?.issueNumber ?? null, now),
      )
  }
  const wanted = shown.filter(({ status }) =>
    options.overdue ? status === 'overdue' : options.all || status === 'open' || status === 'overdue',
  )
  if (options.json) return console.log(JSON.stringify({ followUps: wanted }))
  if (wanted.length === 0) return console.log(options.overdue ? 'Nothing is overdue.' : 'Nothing is left to do.')
  const rows = wanted.map(({ repository, incident, issue, text, assignees, dueOn, status }) => [
    plain(`${repository}${issue === null ? '' : `#${issue}`} ${text}`, 100),
    incident === null ? '' : `#${incident}`,
    plain(assignees.join(', '), 40),
    dueOn,
    status,
  ])
  console.log(table(['To do', 'after', 'assigned to', 'due', 'status'], rows).join('\n'))
}

function shownAs(item: FollowUpItem, repository: string, incident: number | null, now: Date) {
  const { text, dueOn, closedAt, isDropped, issueNumber, url } = item
  const isOver = dueOn.getTime() + DAY_MS <= now.getTime()
  const left = isOver ? 'overdue' : 'open'
  const status: 'done' | 'dropped' | 'overdue' | 'open' = closedAt === null ? left : isDropped ? 'dropped' : 'done'
  const assignees = item.assignees.map(({ login }) => login)
  return { repository, incident, issue: issueNumber, url, text, assignees, dueOn: dueOn.toISOString().slice(0, 10), status, closedAt }
}
