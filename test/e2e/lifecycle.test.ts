// An incident from its report to what was learnt from it, and the same trouble a week later: the real process against the
// fake GitHub, every webhook sent twice and out of order, and the process killed in the middle.
import { describe, expect, it } from 'vitest'
import type { FakeGitHub } from '../../demo/github/fake-github.ts'
import { hoursAgo, installed, PEOPLE } from '../support/e2e-installed.ts'

const PAY = 'services/checkout/src/pay.ts'
const CATALOG = `version: 1
services:
  checkout: { paths: ["services/checkout/**"] }
incidents: { bots: ["pager[bot]"], rollback: pull-request }
postmortems: { as: pull-request, on_resolve: [1], follow_ups: { due: 3d } }
`
const WEEK_HOURS = 7 * 24

const { fake: gitHub, app, told } = installed()
const world = (): FakeGitHub['world'] => gitHub().world

/** Everything that was to be told, and what the App's own acts made GitHub tell of; in order without a seed. */
async function settled(seed?: number): Promise<void> {
  for (let round = 0; world().pending().length > 0 || round === 0; round++) await told(seed === undefined ? undefined : seed + round)
}

type Shop = { name: string; culprit: number; good: string; begin: Date }

/** A change of the checkout that went live an hour before `begin`. */
function openShop(name: string, begin: Date): Shop {
  const hour = (hours: number) => world().setTime(new Date(begin.getTime() + hours * 3_600_000))
  hour(-30)
  world().createRepository(name, {
    files: { '.github/causeway.yml': CATALOG, [PAY]: 'export function pay() {\n  return 1\n}\n' },
    collaborators: PEOPLE,
  })
  const good = world().repository(name).git.branches.get('main')!
  world().deploy(name)
  hour(-2)
  const files = { [PAY]: 'export function pay() {\n  return retry(() => 1)\n}\n' }
  const { number } = world().openPullRequest(name, { title: 'Retry a payment that timed out', by: 'hubot', files })
  world().mergePullRequest(name, number, { by: 'octocat', method: 'squash' })
  hour(-1)
  world().deploy(name)
  return { name, culprit: number, good, begin }
}

const alertOn = ({ name }: Pick<Shop, 'name'>, title: string): number =>
  world().openIssue(name, {
    title,
    body: `Severity: 1\n\nTimeoutError in ${PAY}: \`retry\` never ends. ECONNRESET at the gateway.`,
    labels: ['incident', 'sev-1'],
    by: 'pager[bot]',
  }).number

function theAnswer({ name }: Pick<Shop, 'name'>, issue: number): string {
  const comments = world().appComments(name, issue)
  expect(comments).toHaveLength(1)
  return comments[0]!.body
}

describe('an incident, from its report to what was learnt', () => {
  it('is told to its end in one comment, exactly once each, and helps when it happens again', { timeout: 60_000 }, async () => {
    const begin = new Date(Math.floor(hoursAgo(WEEK_HOURS).getTime() / 60_000) * 60_000)
    const shop = openShop('acme/story', begin)
    await settled(1)
    const { name, culprit } = shop
    const minute = (count: number) => world().setTime(new Date(begin.getTime() + count * 60_000))
    const stamp = (count: number) => `${new Date(begin.getTime() + count * 60_000).toISOString().slice(0, 16)}Z`
    const pulls = () => [...world().repository(name).issues.values()].filter(({ pull, user }) => pull !== null && user.type === 'Bot')

    // An alert opens it.
    minute(0)
    const issue = alertOn(shop, 'Checkout: payments time out')
    await settled(2)
    expect(theAnswer(shop, issue)).toMatch(new RegExp(`^### Very likely cause \\(\\d+ %\\): \\[#${culprit}\\]`, 'm'))
    expect(theAnswer(shop, issue)).toContain(`\`/rollback #${culprit}\` opens the pull request that undoes it`)

    // Somebody is on it, and prepares the way back; the process is killed before it has seen that.
    minute(4)
    world().comment(name, issue, '/ack\n/lead me', 'octocat')
    minute(6)
    world().comment(name, issue, `/rollback #${culprit}`, 'octocat')
    const held = [...world().pending()]
    await world().deliver(held, { duplicate: true, shuffleSeed: 3 })
    await app().restart()
    await settled(4)
    const [revert] = pulls()
    expect(pulls()).toHaveLength(1)
    expect(revert).toMatchObject({ title: 'Revert "Retry a payment that timed out"' })
    expect(theAnswer(shop, issue)).toContain('**Acknowledged** 4 minutes in')
    expect(theAnswer(shop, issue)).toMatch(new RegExp(`\\*\\*\\[#${revert!.number}\\]\\(\\S+\\) undoes \\[#${culprit}\\]`))

    // The version before goes live again; people say that it helped, and what it was.
    minute(9)
    world().deploy(name, { ref: shop.good })
    await settled(6)
    expect(theAnswer(shop, issue)).toContain(`If that helped, write \`/mitigated ${stamp(12)}\``)
    minute(13)
    world().comment(name, issue, `/mitigated ${stamp(12)} by going back`, 'octocat')
    minute(20)
    world().comment(name, issue, `/cause #${culprit} the retry never ends`, 'monalisa')
    await settled(8)
    expect(theAnswer(shop, issue)).toMatch(new RegExp(`^### Confirmed cause: \\[#${culprit}\\]`, 'm'))
    expect(theAnswer(shop, issue)).toContain('**Mitigated** 12 minutes in')

    // It is over, and its severity asks for a postmortem; the process is killed again.
    minute(60)
    world().mergePullRequest(name, revert!.number, { by: 'octocat', method: 'squash' })
    world().closeIssue(name, issue, { by: 'octocat' })
    await world().deliver([...world().pending()], { duplicate: true, shuffleSeed: 10 })
    await app().restart()
    await settled(11)
    const postmortem = pulls().find(({ number }) => number !== revert!.number)!
    expect(pulls()).toHaveLength(2)
    expect(postmortem.pull).toMatchObject({ isDraft: true, headRef: `causeway/postmortem-${issue}` })
    const path = `docs/postmortems/${begin.toISOString().slice(0, 10)}-checkout-payments-time-out.md`
    const { git } = world().repository(name)
    const text = git.blobs.get(git.commits.get(git.branches.get(postmortem.pull!.headRef)!)!.tree.get(path)!)!
    expect(text).toContain('# Postmortem: Checkout: payments time out')
    expect(text).toMatch(new RegExp(`\\[#${culprit}\\]\\(\\S+\\) Retry a payment that timed out: confirmed`))
    expect(text).toContain('| To mitigate | 12 minutes |')
    expect(theAnswer(shop, issue)).toMatch(/^### Resolved after 1 hour: fixed by rolling `checkout` back to/m)
    expect(theAnswer(shop, issue)).toContain(`postmortem [#${postmortem.number}]`)
    expect(theAnswer(shop, issue)).toContain('| To acknowledge | 4 minutes | not known: no earlier incident |')

    // People write it, and merge it: what it lists becomes issues.
    minute(120)
    const lines = ['- [ ] Alert on retries of payments', `- [ ] Limit retries in pay.ts by ${stamp(10 * 24 * 60).slice(0, 10)}`]
    const written = text.replace(/^- \[ \] …$/m, lines.join('\n'))
    const edit = { message: 'Say what to do', files: { [path]: written }, by: 'monalisa', branch: postmortem.pull!.headRef }
    world().commit(name, edit)
    await settled(14)
    const listed = () =>
      [...world().repository(name).issues.values()].filter(({ labels }) => labels.some((label) => label.name === 'follow-up'))
    expect(listed()).toEqual([])
    world().mergePullRequest(name, postmortem.number, { by: 'octocat', method: 'squash' })
    await settled(16)
    expect(listed().map(({ title }) => title)).toEqual(['Alert on retries of payments', 'Limit retries in pay.ts'])
    expect(theAnswer(shop, issue)).toContain('**Follow-ups:** 0 of 2 done')

    // A week later one of them is done, the other is not, and it happens again.
    const [alert, limit] = listed()
    world().useRealTime()
    world().comment(name, issue, '/note Looking at what is left.', 'octocat')
    world().closeIssue(name, limit!.number, { by: 'hubot' })
    world().assign(name, alert!.number, 'hubot')
    await settled(20)
    expect(theAnswer(shop, issue)).toContain('**Follow-ups:** 1 of 2 done, **1 overdue**')
    const again = alertOn(shop, 'Checkout: payments time out again')
    await settled(22)
    const seen = theAnswer(shop, again)
    expect(seen).toContain('**Seen before**')
    expect(seen).toMatch(
      new RegExp(
        `\\[#${issue}\\]\\(\\S+\\) Checkout: payments time out<br>.*7 days earlier\\), took 1 hour, caused by \\[#${culprit}\\]\\(\\S+\\), fixed by rolling \`checkout\` back.*` +
          `\\*Still to do since:\\* \\[#${alert!.number}\\]\\(\\S+\\) Alert on retries of payments \\(hubot, \\*\\*overdue\\*\\* since`,
      ),
    )
    expect(seen).not.toContain(`[#${limit!.number}]`)
    expect(pulls()).toHaveLength(2)
    expect(theAnswer(shop, issue)).toContain('**Follow-ups:** 1 of 2 done, **1 overdue**')
  })
})

/** What else is missed where a permission is: permissions.test.ts. */
describe('without a permission, of what people ask for', () => {
  const ALL = { actions: 'read', checks: 'write', contents: 'write', deployments: 'write', issues: 'write', metadata: 'read' }
  const EVERY: Record<string, string> = { ...ALL, pull_requests: 'write' }

  /** The App as another account granted it; `/rollback` and `/postmortem` are said in its incident. */
  async function answered(owner: string, permissions: Record<string, string>): Promise<{ shop: Shop; issue: number }> {
    const begin = hoursAgo(40)
    world().setTime(begin)
    world().createRepository(`${owner}/first`, { collaborators: PEOPLE })
    world().acceptPermissions(world().install(owner), permissions)
    const shop = openShop(`${owner}/shop`, begin)
    world().setTime(begin)
    const issue = alertOn(shop, 'Checkout: payments time out')
    world().advance(60_000)
    world().comment(shop.name, issue, `/rollback #${shop.culprit}\n/postmortem`, 'octocat')
    await settled()
    return { shop, issue }
  }
  const opened = ({ name }: Shop) => [...world().repository(name).issues.values()].filter(({ user }) => user.type === 'Bot')

  it.each([
    ['Contents: write', 'first-other', { ...EVERY, contents: 'read' }],
    ['Pull requests: write', 'second-other', { ...EVERY, pull_requests: 'read' }],
  ])('%s, the answer and the postmortem say in one sentence what is missing', async (_, owner, permissions) => {
    const { shop, issue } = await answered(owner, permissions)
    const answer = theAnswer(shop, issue)
    expect(answer).toContain('that needs its permissions “Contents: write” and “Pull requests: write”')
    const [alert, postmortem, ...others] = opened(shop)
    expect([alert?.number, others]).toEqual([issue, []])
    expect(postmortem?.pull).toBeNull()
    expect(postmortem?.body).toContain('That needs the App’s permissions “Contents: write” and “Pull requests: write”.')
    expect(answer).toContain(`postmortem [#${postmortem?.number}]`)
    // A branch that nothing came of does not stay.
    expect([...world().repository(shop.name).git.branches.keys()].filter((branch) => branch.startsWith('causeway/'))).toEqual([])
  })

  it('Issues: write, the log says so, and nothing is given up', async () => {
    const { shop, issue } = await answered('fourth-other', { ...EVERY, issues: 'read' })
    expect(world().appComments(shop.name, issue)).toEqual([])
    const log = app().process().log.join('\n')
    expect(log).toContain('the App may not write here')
    expect(log).toContain(`#${issue} got no sign that commands were read`)
    expect(opened(shop).map(({ number }) => number)).toContain(issue)
  })
})
