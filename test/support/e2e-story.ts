// A small story that holds everything whose order could matter: merges by every button, a push, deployments that fail,
// come back and go sideways, and three incidents, one of them told by an outsider.
import type { World } from '../../demo/github/world.ts'

const HOUR_MS = 3_600_000

const CATALOG = `version: 1
services:
  checkout:
    paths: ["services/checkout/**"]
    depends_on: ["ledger"]
  ledger:
    paths: ["services/ledger/**"]
`

export type Told = { incidents: { past: number; asked: number; reported: number }; culprit: number }

/** Plays it so that it ends an hour before `now`; the webhooks wait in `world.pending()` when the fake holds them back. */
export function playStory(world: World, shop: string, now: Date): Told {
  const [owner = ''] = shop.split('/')
  const startAt = Math.floor(now.getTime() / 1000) * 1000 - 100 * HOUR_MS
  const at = (hour: number): void => world.setTime(new Date(startAt + hour * HOUR_MS))
  const merge = (wish: {
    title: string
    body?: string
    by: string
    method: 'merge' | 'squash' | 'rebase'
    commits: Record<string, string>[]
  }) => {
    const commits = wish.commits.map((files, index) => ({ message: index === 0 ? wish.title : `${wish.title}, part ${index + 1}`, files }))
    const pull = world.openPullRequest(shop, { title: wish.title, body: wish.body ?? null, by: wish.by, commits })
    world.review(shop, pull.number, { by: 'monalisa' })
    const landed = world.mergePullRequest(shop, pull.number, { by: 'octocat', method: wish.method })
    return { number: pull.number, sha: landed.sha }
  }
  const deploy = (service: string, ref?: string) => world.deploy(shop, { ref, payload: { service } })

  at(0)
  world.createRepository(shop, {
    files: {
      '.github/causeway.yml': CATALOG,
      'services/checkout/src/pay.ts': 'export function pay() {\n  return 1\n}\n',
      'services/checkout/src/cart.ts': 'export function cart() {\n  return 1\n}\n',
      'services/ledger/src/postings.ts': 'export function post() {\n  return 1\n}\n',
      'README.md': 'A made-up shop\n',
    },
    collaborators: { octocat: 'write', monalisa: 'write', hubot: 'write' },
    by: 'octocat',
  })
  world.install(owner)
  at(1)
  deploy('checkout')
  deploy('ledger')

  at(5)
  const cart = merge({
    title: 'Round totals in the cart',
    by: 'hubot',
    method: 'squash',
    commits: [{ 'services/checkout/src/cart.ts': 'export function cart() {\n  return Math.round(1)\n}\n' }],
  })
  at(6)
  deploy('checkout')
  at(7)
  const past = world.openIssue(shop, {
    title: 'Payment timeout in checkout',
    body: 'pay.ts: TimeoutError: no answer from the ledger within 5000 ms',
    labels: ['incident'],
    by: 'monalisa',
  })
  at(8)
  const revert = world.revertPullRequest(shop, cart.number, { by: 'octocat', reason: `Totals were wrong.\n\nFixes #${past.number}` })
  world.mergePullRequest(shop, revert.number, { by: 'octocat', method: 'squash' })
  deploy('checkout')

  at(20)
  merge({
    title: 'Post entries in batches',
    by: 'monalisa',
    method: 'merge',
    commits: [
      { 'services/ledger/src/postings.ts': 'export function post() {\n  return batch(1)\n}\n' },
      { 'services/ledger/src/batch.ts': 'export const batch = (n: number) => n\n' },
    ],
  })
  at(21)
  deploy('ledger')
  at(30)
  const culprit = merge({
    title: 'Retry a payment that timed out',
    body: 'pay() tries again after a TimeoutError of the ledger.',
    by: 'hubot',
    method: 'rebase',
    commits: [
      { 'services/checkout/src/pay.ts': 'export function pay() {\n  return retry(() => 1)\n}\n' },
      { 'services/checkout/src/retry.ts': 'export const retry = (act: () => number) => act()\n' },
    ],
  })
  at(31)
  world.commit(shop, { message: 'Log what was paid', files: { 'services/checkout/src/log.ts': 'export const log = 1\n' }, by: 'monalisa' })
  at(32)
  const failing = world.createDeployment(shop, { payload: { service: 'checkout' } })
  world.setDeploymentStatus(shop, failing, 'in_progress')
  world.setDeploymentStatus(shop, failing, 'failure')
  at(33)
  deploy('checkout')
  at(40)
  merge({
    title: 'Say what the shop is',
    by: 'octocat',
    method: 'squash',
    commits: [{ 'README.md': 'A made-up shop, with a cart\n' }],
  })
  at(41)
  // Does not say of which service it is.
  world.deploy(shop, { environment: 'staging' })
  at(42)
  world.editIssue(shop, culprit.number, { title: 'Retry a payment that timed out, once', by: 'hubot' })

  at(50)
  const asked = world.openIssue(shop, {
    title: 'Customers pay twice: timeout in checkout',
    body: 'Since 20 minutes: TimeoutError in services/checkout/src/pay.ts, then a second payment.',
    labels: ['incident'],
    by: 'monalisa',
  })
  at(51)
  world.editIssue(shop, asked.number, {
    body: 'TimeoutError in services/checkout/src/pay.ts, in `retry`: a second payment follows.',
    by: 'hubot',
  })
  at(52)
  const reported = world.openIssue(shop, { title: 'Ledger is slow', body: 'post() of the ledger takes a minute.', by: 'mona-outsider' })
  at(53)
  world.label(shop, reported.number, 'incident', 'octocat')
  at(54)
  world.editIssue(shop, reported.number, { body: 'post() of the ledger takes a minute: `batch` waits.', by: 'mona-outsider' })
  at(55)
  deploy('checkout', cart.sha)
  at(56)
  const undo = world.revertPullRequest(shop, culprit.number, { by: 'octocat', reason: 'It pays twice.' })
  world.mergePullRequest(shop, undo.number, { by: 'octocat', method: 'squash' })
  at(57)
  deploy('checkout')
  at(58)
  world.comment(shop, asked.number, 'Rolled back; no more double payments.', 'monalisa')
  at(59)
  world.closeIssue(shop, asked.number, { by: 'monalisa' })
  world.useRealTime()
  return { incidents: { past: past.number, asked: asked.number, reported: reported.number }, culprit: culprit.number }
}
