// Pull requests and an incident at once: the real process keeps its pace, and the incident does not wait for it.
import { afterAll, beforeAll, expect, it } from 'vitest'
import { assertNoViolations, prepareFakeGitHub, startFakeGitHub, type FakeGitHub } from '../../demo/github/fake-github.ts'
import { startSqlite, type TestDatabases } from '../support/databases.ts'
import { joinApp, type JoinedApp } from '../support/e2e-app.ts'
import { PEOPLE } from '../support/e2e-installed.ts'

/** One a second for long; seven at once that nobody waits for, twenty of an incident. */
const PER_MINUTE = 60
const PULLS = 2

let databases: TestDatabases
let fake: FakeGitHub
let app: JoinedApp
beforeAll(async () => {
  databases = await startSqlite()
  fake = await startFakeGitHub({ prepared: prepareFakeGitHub(), deliver: 'manual' })
  fake.world.createRepository('acme/shop', { files: { 'pay.ts': 'export const pay = 1\n' }, collaborators: PEOPLE })
  app = await joinApp(fake, await databases.fresh(), { CAUSEWAY_WRITES_PER_MINUTE: String(PER_MINUTE) })
  fake.world.install('acme')
  await fake.world.deliver()
  await app.settled()
})
afterAll(async () => {
  await app.close()
  await fake.close()
  await databases.stop()
})

it('spaces the checks of pull requests, and answers an incident of their repository meanwhile', async () => {
  const [installation] = await app.store.installations.all()
  const written = { isFirst: true, isContent: false }
  for (let earlier = 0; earlier < 9; earlier++) await app.store.writePaces.take(installation!.id, written, PER_MINUTE, new Date())
  for (let each = 0; each < PULLS; each++)
    fake.world.openPullRequest('acme/shop', { title: `Pay ${each}`, by: 'hubot', files: { 'pay.ts': `export const pay = ${each + 2}\n` } })
  const issue = fake.world.openIssue('acme/shop', { title: 'Payments fail', labels: ['incident'], by: 'octocat' })
  fake.requests.length = 0
  await fake.world.deliver()
  await app.settled()

  const sent = (route: string) => fake.requests.filter((request) => request.route === `POST /repos/{owner}/{repo}/${route}`)
  expect(fake.world.appComments('acme/shop', issue.number)).toHaveLength(1)
  const [answer] = sent('issues/{issue_number}/comments')
  const checks = sent('check-runs')
  expect(checks.map(({ status }) => status)).toEqual(Array.from({ length: PULLS }, () => 201))
  // It came last, and was answered before the checks that had come before it; they keep a second between them.
  const times = [answer!, ...checks].map(({ at }) => at)
  expect(times).toEqual(times.toSorted((a, b) => a - b))
  expect(checks[1]!.at - checks[0]!.at).toBeGreaterThan(500)
  expect(await (await fetch(`${app.process().url}/metrics`)).text()).toMatch(/causeway_github_writes_spaced_total\{how="put off"\} [1-9]/)
  assertNoViolations(fake)
})
