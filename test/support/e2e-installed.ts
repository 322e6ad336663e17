// A fake GitHub where `acme` has installed the App, the real process behind it, and webhooks that go out only when told to.
import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import { assertNoViolations, prepareFakeGitHub, startFakeGitHub, type FakeGitHub } from '../../demo/github/fake-github.ts'
import { startSqlite, type TestDatabases } from './databases.ts'
import { joinApp, type JoinedApp } from './e2e-app.ts'

/** Who may write in its repositories. */
export const PEOPLE = { octocat: 'write', monalisa: 'write', hubot: 'write' } as const

const HOUR_MS = 3_600_000

/** To the second, as GitHub tells it. */
export const hoursAgo = (hours: number): Date => new Date(Math.floor(Date.now() / 1000) * 1000 - hours * HOUR_MS)

export type Installed = {
  fake: () => FakeGitHub
  app: () => JoinedApp
  /** Sends what waits, each twice and, with a seed, in another order; until all is worked off. */
  told: (shuffleSeed?: number) => Promise<void>
}

/** Call it once in a test file: it starts all before its tests and stops all after them. */
export function installed(): Installed {
  let databases: TestDatabases
  let fake: FakeGitHub
  let app: JoinedApp

  async function told(shuffleSeed?: number): Promise<void> {
    await fake.world.deliver(undefined, { duplicate: true, shuffleSeed })
    expect(await app.settled()).toMatchObject({ dead: 0 })
  }

  beforeAll(async () => {
    databases = await startSqlite()
    fake = await startFakeGitHub({ prepared: prepareFakeGitHub(), deliver: 'manual' })
    fake.world.createRepository('acme/first', { collaborators: PEOPLE })
    app = await joinApp(fake, await databases.fresh())
    fake.world.install('acme')
    await told()
  })
  afterAll(async () => {
    await app.close()
    await fake.close()
    await databases.stop()
  })
  afterEach(() => {
    fake.faults.clear()
    fake.world.useRealTime()
    assertNoViolations(fake)
  })
  return { fake: () => fake, app: () => app, told }
}
