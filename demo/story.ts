// `npm run demo`: a fake GitHub, the real App, two weeks in a small shop, one incident, one answer.
import { startAppProcess } from './app-process.ts'
import { startFakeGitHub } from './github/fake-github.ts'
import { ASKED, PLOT } from './story/plot.ts'
import { playShop, SHOP, storyStart } from './story/play.ts'
import { showMarkdown } from './story/terminal.ts'

const HELP = `Usage: npm run demo [-- --once]

Plays two weeks in a made-up shop against a fake GitHub on this machine, opens an incident
and shows the comment that the App writes. Nothing leaves the machine.

  --once   end by itself: with 0 when the comment names the planted cause first, with 1 otherwise
  --help   this text`

/** A busy machine takes its time; what still waits is told meanwhile. */
const ANSWER_TIMEOUT_MS = 180_000
const TELL_EVERY_MS = 10_000
const STILL_MS = 1_000

const isOnce = process.argv.includes('--once')
if (process.argv.includes('--help')) {
  console.log(HELP)
  process.exit(0)
}
process.exitCode = await tell()

async function tell(): Promise<number> {
  const progress = (line: string): void => console.error(line)
  const startAt = storyStart(new Date())
  const gitHub = await startFakeGitHub({ startAt })
  const app = await startAppProcess({ gitHub })
  try {
    gitHub.world.setWebhookUrl(app.webhookUrl)
    progress(`A fake GitHub runs at ${gitHub.url}, the App at ${app.url}.`)
    progress('Two weeks in the shop pass:')
    const played = await playShop(gitHub.world, startAt, async (scene, index) => {
      await gitHub.world.settled()
      if (scene.kind === 'incident') progress(`  ${String(index + 1).padStart(3)}/${PLOT.length}  incident: ${scene.title}`)
    })
    gitHub.world.useRealTime()
    progress(`${played.changes} pull requests were merged, ${played.deployments} deployments made, ${played.incidents} incidents opened.`)
    const askedAt = Date.now()
    const body = await answer(gitHub, app.url, played.incidentNumber, progress)
    if (body === null) {
      progress(`No comment after ${ANSWER_TIMEOUT_MS / 1000} s. The App's last words:\n${app.log.slice(-20).join('\n')}`)
      return 1
    }
    progress(`Answered ${((Date.now() - askedAt) / 1000).toFixed(1)} s after the last webhook.\n`)
    const issue = PLOT.find((scene) => scene.kind === 'incident' && scene.name === ASKED)
    console.log(`Issue #${played.incidentNumber}: ${issue?.kind === 'incident' ? issue.title : ''}\n`)
    console.log(showMarkdown(body, process.stdout.columns ?? 100))
    console.log(`\nAs a page: ${gitHub.url}/${SHOP}/issues/${played.incidentNumber}`)
    const first = firstSuspect(body)
    const isRight = first === `#${played.plantedNumber}`
    progress(
      isRight
        ? `\nThe planted cause, #${played.plantedNumber}, is named first.`
        : `\nThe planted cause is #${played.plantedNumber}, but ${first ?? 'nothing'} is named first.`,
    )
    for (const violation of gitHub.violations) progress(`Against GitHub's description: ${violation}`)
    if (!isOnce) {
      progress('The page stays up until you press Ctrl+C.')
      await new Promise<void>((resolve) => process.once('SIGINT', () => resolve()))
    }
    return isRight && gitHub.violations.length === 0 ? 0 : 1
  } finally {
    await app.stop()
    await gitHub.close()
  }
}

type FakeGitHub = Awaited<ReturnType<typeof startFakeGitHub>>

/** The comment once nothing waits any more and it has stood still for a moment: late deliveries may still change it. */
async function answer(gitHub: FakeGitHub, appUrl: string, issueNumber: number, progress: (line: string) => void): Promise<string | null> {
  const startedAt = Date.now()
  let toldAt = startedAt
  let last = null as { body: string; since: number } | null
  while (Date.now() - startedAt < ANSWER_TIMEOUT_MS) {
    const body = gitHub.world.appComments(SHOP, issueNumber)[0]?.body ?? null
    if (body !== null && body !== last?.body) last = { body, since: Date.now() }
    const waiting = await waitingAt(appUrl)
    if (last && waiting === 0 && Date.now() - last.since > STILL_MS) return last.body
    if (Date.now() - toldAt > TELL_EVERY_MS) {
      toldAt = Date.now()
      progress(`  ${waiting} webhooks still wait to be worked off`)
    }
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  return last?.body ?? null
}

async function waitingAt(appUrl: string): Promise<number> {
  const { inbox, running } = (await (await fetch(`${appUrl}/readyz`)).json()) as {
    inbox: { unsorted: number; queued: number; retry: number }
    running: number
  }
  return inbox.unsorted + inbox.queued + inbox.retry + running
}

/** From the facts that the comment carries for programs. */
function firstSuspect(body: string): string | null {
  const facts = /<!-- causeway:facts (\{.*\}) -->/.exec(body)?.[1]
  if (!facts) return null
  const parsed = JSON.parse(facts) as { suspects?: { name: string }[] }
  return parsed.suspects?.[0]?.name ?? null
}
