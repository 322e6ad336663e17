import { Option, type Command } from 'commander'
import type { Store } from '../store/store.ts'
import { plain } from './terminal.ts'
import { withStore } from './with-store.ts'

export function registerToken(program: Command): void {
  const token = program.command('token').description('Tokens of the HTTP API. It is off until one exists.')
  token
    .command('create')
    .description('Make a token and print it, this once: only its hash is kept.')
    .requiredOption(
      '--installation <account, owner/repo or id>',
      'the installation it belongs to: the account the App is installed on, one of its repositories, or its number',
    )
    .addOption(new Option('--scope <scope>', 'read, or write (which may read too)').choices(['read', 'write']).default('write'))
    .requiredOption('--label <text>', 'what it is for; shown in the list')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      '\nExamples:\n  $ causeway token create --installation acme --label ci\n  $ causeway token create --installation 4711 --scope read --label grafana --json',
    )
    .action((options: CreateOptions) => withStore((store) => create(store, options)))
  token
    .command('list')
    .description('List tokens, revoked ones too. The tokens themselves are not known any more.')
    .option('--json', 'print a JSON array')
    .addHelpText('after', '\nExample:\n  $ causeway token list')
    .action((options: { json?: boolean }) => withStore((store) => list(store, options)))
  token
    .command('revoke <id>')
    .description('Revoke a token by its number in the list. It stops working at once.')
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExample:\n  $ causeway token revoke 3')
    .action((id: string, options: { json?: boolean }) => withStore((store) => revoke(store, id, options)))
}

type CreateOptions = { installation: string; scope: 'read' | 'write'; label: string; json?: boolean }

async function create(store: Store, options: CreateOptions): Promise<void> {
  const { newApiToken } = await import('../http/api-token.ts')
  const installationId = await findInstallation(store, options.installation)
  const { token, hash } = newApiToken()
  const { scope, label } = options
  const id = await store.tokens.create({ hash, installationId, scope, label, createdAt: new Date() })
  if (options.json) return console.log(JSON.stringify({ id, token, installationId, scope, label }))
  console.error(`Token ${id} (${scope}, installation ${installationId}, "${label}"). It is shown this once:`)
  console.log(token)
}

async function list(store: Store, options: { json?: boolean }): Promise<void> {
  const tokens = await store.tokens.list()
  if (options.json) return console.log(JSON.stringify(tokens))
  if (tokens.length === 0) return console.error('There is no token, so the API is off. Make one with "causeway token create".')
  for (const { id, installationId, scope, label, createdAt, revokedAt } of tokens)
    console.log(
      [
        id,
        scope,
        `installation ${installationId}`,
        label,
        createdAt.toISOString(),
        revokedAt ? `revoked ${revokedAt.toISOString()}` : 'valid',
      ].join('\t'),
    )
}

async function revoke(store: Store, id: string, options: { json?: boolean }): Promise<void> {
  const number = /^\d{1,15}$/.test(id) ? Number(id) : null
  const isRevoked = number !== null && (await store.tokens.revoke(number, new Date()))
  if (!isRevoked) throw new Error(`There is no valid token ${id}: "causeway token list" shows them.`)
  console.log(options.json ? JSON.stringify({ id: number, revoked: true }) : `Token ${id} is revoked.`)
}

/** By number, by the account it is on (an older one that was removed only when no other is left), or by a repository. */
async function findInstallation(store: Store, text: string): Promise<number> {
  const [owner = '', name] = text.split('/')
  if (name !== undefined) {
    const place = await store.installations.byRepositoryName(owner, name)
    if (place) return place.installationId
  }
  const all = await store.installations.all()
  const named = all.filter((one) => String(one.id) === text || one.accountLogin.toLowerCase() === text.toLowerCase())
  const found = named.find((one) => one.removedAt === null) ?? named[0]
  if (found) return found.id
  const known = all.map((one) => `${one.id} (${one.accountLogin})`)
  throw new Error(
    known.length === 0
      ? `No installation is known yet, so ${plain(text, 100)} can't be found: install the App on GitHub while Causeway runs, then try again.`
      : `No installation is known by ${plain(text, 100)}. Known: ${known.join(', ')}.`,
  )
}
