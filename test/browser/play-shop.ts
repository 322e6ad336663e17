// The demo's shop, and how its last incident went on: the real App writes, the fake GitHub keeps, the pictures show it.
import { setTimeout as delay } from 'node:timers/promises'
import { startAppProcess } from '../../demo/app-process.ts'
import { startFakeGitHub, type FakeGitHub } from '../../demo/github/fake-github.ts'
import { playShop, SHOP, storyStart } from '../../demo/story/play.ts'

/** Markdown as it stood on GitHub. */
export type ShopPages = {
  /** The comment when the incident had just been opened. */
  asked: string
  /** The same one when it was over. */
  over: string
  postmortem: string
  /** On the pull request that caused it. */
  implicated: string
}

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const GIVE_UP_MS = 400_000

export async function playShopToItsEnd(progress: (line: string) => void): Promise<ShopPages> {
  const startAt = storyStart(new Date(Date.now() - 4 * DAY_MS))
  const gitHub = await startFakeGitHub({ startAt })
  const app = await startAppProcess({ gitHub })
  try {
    gitHub.world.setWebhookUrl(app.webhookUrl)
    const played = await playShop(gitHub.world, startAt, async () => gitHub.world.settled())
    await workedOff(gitHub, app.url)
    progress('the shop was played')
    const { incidentNumber: issue } = played
    const asked = comment(gitHub, issue)
    const openedAt = gitHub.world.now()
    const minute = async (count: number, happens: () => unknown): Promise<void> => {
      await workedOff(gitHub, app.url)
      gitHub.world.setTime(new Date(openedAt.getTime() + count * 60_000))
      happens()
    }
    const say = (words: string, by = 'octocat') => gitHub.world.comment(SHOP, issue, words, by)
    await minute(3, () => say('/ack\n/lead me'))
    await minute(5, () => say('The gateway times out; every retry makes a second authorization.', 'monalisa'))
    await minute(9, () => gitHub.world.deploy(SHOP, { ref: played.goodSha, payload: { service: 'checkout' } }))
    await minute(14, () => say('/mitigated\n/update Charges are single again. Next: refunds for those charged twice.'))
    await minute(31, () => say(`/cause #${played.plantedNumber} it retries what the gateway had done already`, 'monalisa'))
    await minute(48, () => gitHub.world.closeIssue(SHOP, issue, { by: 'octocat' }))
    await minute(55, () => say('/postmortem'))
    await workedOff(gitHub, app.url)
    const written = [...gitHub.world.repository(SHOP).issues.values()].find(({ title }) => title.startsWith('Postmortem:'))!
    const postmortem = written.body!
    const day = (days: number) => new Date(openedAt.getTime() + days * DAY_MS).toISOString().slice(0, 10)
    const lines = [
      `- [ ] Give each authorization a key, so that a retry is none by ${day(14)}`,
      `- [ ] Alert on two charges of one order by ${day(1)}`,
    ]
    const body = postmortem.replace(/^- \[ \] …$/m, lines.join('\n'))
    await minute(24 * 60, () => gitHub.world.editIssue(SHOP, written.number, { body, by: 'monalisa' }))
    await workedOff(gitHub, app.url)
    const [, alert] = [...gitHub.world.repository(SHOP).issues.values()].filter(({ labels }) =>
      labels.some(({ name }) => name === 'follow-up'),
    )
    await minute(26 * 60, () => gitHub.world.assign(SHOP, alert!.number, 'defunkt', 'monalisa'))
    gitHub.world.useRealTime()
    say('/note Refunds are done.')
    await workedOff(gitHub, app.url)
    if (gitHub.violations.length > 0) throw new Error(`Against GitHub's description:\n${gitHub.violations.join('\n')}`)
    return { asked, over: comment(gitHub, issue), postmortem, implicated: comment(gitHub, played.plantedNumber) }
  } finally {
    await app.stop()
    await gitHub.close()
  }
}

const comment = (gitHub: FakeGitHub, number: number): string => gitHub.world.appComments(SHOP, number)[0]!.body

/** Nothing waits any more, and what the App's own acts made GitHub tell of is worked off too. */
async function workedOff(gitHub: FakeGitHub, appUrl: string): Promise<void> {
  for (const giveUpAt = Date.now() + GIVE_UP_MS; Date.now() < giveUpAt; await delay(100)) {
    await gitHub.world.settled()
    const answer = await fetch(`${appUrl}/readyz`)
    const { inbox, running } = (await answer.json()) as { inbox: { unsorted: number; queued: number; retry: number }; running: number }
    if (inbox.unsorted + inbox.queued + inbox.retry + running === 0) return
  }
  throw new Error('The App did not work off what it was told in time.')
}
