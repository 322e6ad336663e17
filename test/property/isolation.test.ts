// Promise 7: two private repositories have different readers. Whatever the organisation looks like and however its
// visibilities change, no text holds a word, a count or a probability that its readers may not know of.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { recordInstallationRepositories } from '../../src/changes/record-installation.ts'
import { recordPush } from '../../src/changes/record-push.ts'
import { recordRepository } from '../../src/changes/record-repository.ts'
import { answerIncident } from '../../src/incidents/answer-incident.ts'
import { openStore } from '../../src/store/open-store.ts'
import {
  canaryOf,
  hours,
  INSTALLATION,
  mayRead,
  openDesk,
  record,
  repositoryIdOf,
  repositoryOf,
  type Desk,
  type Member,
} from '../support/organisation.ts'

const SIZE = 4
/** ISOLATION_RUNS=200 looks longer. */
const TIMEOUT_MS = process.env.ISOLATION_RUNS ? 3_600_000 : 120_000
const members = fc
  .array(
    fc.record({
      isPrivate: fc.boolean(),
      sharesWith: fc.uniqueArray(fc.nat(SIZE - 1)),
      dependsOn: fc.uniqueArray(fc.nat(SIZE - 1)),
      blames: fc.nat(SIZE - 1),
    }),
    { minLength: 2, maxLength: SIZE },
  )
  .map((drawn) =>
    drawn.map((facts, index): Member => {
      const others = (indexes: number[]) => indexes.filter((other) => other < drawn.length && other !== index)
      return {
        index,
        ...facts,
        sharesWith: others(facts.sharesWith),
        dependsOn: others(facts.dependsOn),
        blames: facts.blames % drawn.length,
      }
    }),
  )

/** Each text that stands in GitHub, in every version that GitHub still shows, with those whose words are in it. */
function leaks(desk: Desk, now: Member[], isGone: (member: Member) => boolean = () => false): string[] {
  return desk.histories().flatMap(({ repositoryId, issueNumber, versions }) => {
    const reader = now.find((member) => repositoryIdOf(member.index) === repositoryId)!
    // Where the App is no longer installed it can take nothing away.
    if (isGone(reader)) return []
    const forbidden = now.filter((other) => other !== reader && (isGone(other) || !mayRead(reader, other)))
    return forbidden
      .filter((other) => versions.some((version) => version.toLowerCase().includes(canaryOf(other.index))))
      .map((other) => `${canaryOf(reader.index)}#${issueNumber} tells of ${canaryOf(other.index)}`)
  })
}

describe('a comment', () => {
  it('is the one that would stand there if what its readers may not see did not exist', { timeout: TIMEOUT_MS }, async () => {
    let quoted = 0
    await fc.assert(
      fc.asyncProperty(members, async (all) => {
        const store = await openStore(':memory:')
        const desk = openDesk(store.tenant(INSTALLATION), () => all)
        await record(desk.work, all)
        expect(leaks(desk, all)).toEqual([])
        for (const reader of all) {
          const visible = all.filter((other) => mayRead(reader, other))
          quoted += visible.length > 1 ? 1 : 0
          const alone = await openStore(':memory:')
          const seen = openDesk(alone.tenant(INSTALLATION), () => visible)
          await record(seen.work, visible)
          for (const issueNumber of [11, 12])
            expect(await bodyAt(desk, reader, issueNumber)).toEqual(await bodyAt(seen, reader, issueNumber))
          await alone.close()
        }
        await store.close()
      }),
      { numRuns: Number(process.env.ISOLATION_RUNS ?? 5) },
    )
    expect(quoted).toBeGreaterThan(0)
  })

  it(
    'leaves no version of itself to those who may not see what it tells, whatever changes and fails',
    { timeout: TIMEOUT_MS },
    async () => {
      let withdrawn = 0
      await fc.assert(
        fc.asyncProperty(
          members,
          fc.array(change, { minLength: 1, maxLength: 5 }),
          fc.array(fc.constantFrom('before' as const, 'after' as const, 'none' as const), { maxLength: 30 }),
          fc.array(fc.nat(20), { minLength: 1, maxLength: 20 }),
          async (before, changes, faults, turns) => {
            const store = await openStore(':memory:')
            const now = structuredClone(before)
            const gone = new Set<number>()
            const desk = openDesk(store.tenant(INSTALLATION), () => now)
            await record(desk.work, now)
            const first = desk.histories().map(({ versions }) => versions)
            desk.faults = [...faults]
            for (const one of changes) {
              await happen(desk, now, gone, one)
              await desk.run(turns)
            }
            expect(leaks(desk, now, (member) => gone.has(member.index))).toEqual([])
            const perIssue = Map.groupBy(desk.histories(), (each) => `${each.repositoryId} ${each.issueNumber}`)
            for (const [issue, comments] of perIssue) expect([issue, comments.length]).toEqual([issue, 1])
            withdrawn += first.filter((versions) => !desk.histories().some((each) => each.versions === versions)).length
            await store.close()
          },
        ),
        { numRuns: Number(process.env.ISOLATION_RUNS ?? 8) },
      )
      // Else nothing that matters ever happened.
      expect(withdrawn).toBeGreaterThan(0)
    },
  )

  it('is taken away again when what it tells is withdrawn while it is being written', async () => {
    const pair: Member[] = [
      { index: 0, isPrivate: true, sharesWith: [], dependsOn: [1], blames: 0 },
      { index: 1, isPrivate: false, sharesWith: [], dependsOn: [], blames: 1 },
    ]
    const store = await openStore(':memory:')
    const desk = openDesk(store.tenant(INSTALLATION), () => pair)
    desk.whileWriting = async () => {
      desk.whileWriting = null
      pair[1]!.isPrivate = true
      await desk.work.tenant.repositories.upsert(repositoryOf(pair[1]!))
    }
    await record(desk.work, pair)
    expect(desk.histories().length).toBeGreaterThan(1)
    expect(leaks(desk, pair)).toEqual([])
    await store.close()
  })
})

async function bodyAt(desk: Desk, reader: Member, issueNumber: number): Promise<string | undefined> {
  const incident = await desk.work.tenant.incidents.byIssue(repositoryIdOf(reader.index), issueNumber)
  await answerIncident(desk.work, incident!.id)
  const found = desk.histories().filter((each) => each.repositoryId === repositoryIdOf(reader.index) && each.issueNumber === issueNumber)
  expect(found).toHaveLength(1)
  return found[0]?.versions.at(-1)
}

type Happening = { kind: 'visibility' | 'share' | 'remove' | 'answer'; index: number; to: number[] }

const change: fc.Arbitrary<Happening> = fc.record({
  kind: fc.constantFrom('visibility', 'visibility', 'share', 'share', 'remove', 'answer'),
  index: fc.nat(SIZE - 1),
  to: fc.uniqueArray(fc.nat(SIZE - 1)),
})

/** What somebody does on GitHub, and the webhook that tells of it, in its lane. */
async function happen(desk: Desk, now: Member[], gone: Set<number>, { kind, index, to }: Happening): Promise<void> {
  const member = now[index % now.length]!
  const { work } = desk
  if (gone.has(member.index)) return
  if (kind === 'visibility') member.isPrivate = !member.isPrivate
  if (kind === 'share') member.sharesWith = to.filter((other) => other < now.length && other !== member.index)
  const repository = repositoryOf(member)
  if (kind === 'visibility') {
    const action = member.isPrivate ? 'privatized' : 'publicized'
    desk.enqueue(repository.id, async () => void (await recordRepository(work, { kind: 'repository', action, repository })))
  }
  if (kind === 'share') {
    desk.enqueue(repository.id, async () => {
      const push = { branch: 'main', before: null, after: 'a'.repeat(40), shas: [], isTruncated: false, pushedAt: hours(500) }
      await recordPush(work, { kind: 'push', repository, ...push, paths: ['.github/causeway.yml'] })
    })
  }
  if (kind === 'remove') {
    gone.add(member.index)
    const base = { installationId: INSTALLATION, accountLogin: 'acme', suspendedAt: null, permissions: {}, added: [] }
    const installations = { upsert: async () => undefined, byId: async () => null } as never
    const removed = [{ id: repository.id, owner: 'acme', name: repository.name, isPrivate: member.isPrivate }]
    await recordInstallationRepositories(work, installations, { ...base, kind: 'installation-repositories', removed })
  }
  if (kind === 'answer') {
    const incident = await work.tenant.incidents.byIssue(repository.id, 12)
    desk.enqueue(repository.id, () => answerIncident(work, incident!.id))
  }
}
