import { Option, type Command } from 'commander'
import { termsOf } from '../changes/store-change.ts'
import { similarTerms } from '../rank/similar/similar-terms.ts'
import type { Store } from '../store/store.ts'
import { withStore } from './with-store.ts'

export function registerForget(program: Command): void {
  program
    .command('forget <login>')
    .description('Forget a person: a pseudonym takes the place of the login wherever it is stored, now and whenever it is told again.')
    .addOption(new Option('--json', 'print one JSON object'))
    .addHelpText(
      'after',
      '\nIt can not be undone. Comments on GitHub are GitHub’s: they follow when their answer next changes.\n\nExamples:\n  $ causeway forget octocat\n  $ causeway forget octocat --json',
    )
    .action((login: string, options: { json?: boolean }) => withStore((store) => forget(store, login, options)))
}

async function forget(store: Store, given: string, options: { json?: boolean }): Promise<void> {
  const login = given.replace(/^@/, '')
  if (!/^[a-z\d](?:[a-z\d-]{0,37}[a-z\d])?$/i.test(login))
    throw new Error(`"${given}" can not be a login of GitHub: letters, digits and single hyphens, 39 at most.`)
  console.error(`Forgetting ${login}: every table is gone through once.`)
  const { pseudonym, rows, deliveries } = await store.people.forget(login, new Date(), { change: termsOf, incident: similarTerms })
  if (options.json) return console.log(JSON.stringify({ login, pseudonym, rows, deliveries }))
  console.log(`${login} is ${pseudonym} from now on: ${rows} rows were rewritten, ${deliveries} raw webhooks emptied.`)
}
