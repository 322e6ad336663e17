// Whatever the history and the order, lateness and repetition of its webhooks: what each deployment carried is what the
// commit graph says.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { recordDeploymentStatus } from '../../src/changes/record-deployment.ts'
import { recordMerge } from '../../src/changes/record-merge.ts'
import { recordPush } from '../../src/changes/record-push.ts'
import type { Touched, Work } from '../../src/work.ts'
import { commitGraph, REPOSITORY } from '../support/commit-graph.ts'
import { merged, minute, pushed, status } from '../support/recording-events.ts'
import { recordingWork } from '../support/recording-work.ts'

type Step =
  | { kind: 'push' | 'squash' | 'merge' | 'rebase'; size: number }
  | { kind: 'deploy'; back: number }
  | { kind: 'hotfix'; back: number }
  | { kind: 'again'; back: number }

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constantFrom('push', 'squash', 'merge', 'rebase'), size: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ kind: fc.constant('deploy' as const), back: fc.integer({ min: 0, max: 4 }) }),
  fc.record({ kind: fc.constant('hotfix' as const), back: fc.integer({ min: 0, max: 2 }) }),
  fc.record({ kind: fc.constant('again' as const), back: fc.integer({ min: 0, max: 3 }) }),
)

type Recording = (work: Work) => Promise<Touched>
type Carried = { in: string[]; out: string[] }

function play(steps: Step[]) {
  const graph = commitGraph()
  const main = [graph.commit('root', [])]
  const changeOf = new Map<string, string>()
  const events: Recording[] = []
  /** What was live one after the other; `times` counts how often this deployment was. */
  const live: { id: number; times: number; sha: string; made: { createdAt: Date } }[] = []
  let deployments = 0
  let halfMinutes = 0
  let next = 0
  const name = () => `c${(next += 1)}`
  const belongs = (title: string, shas: string[]) => shas.forEach((sha) => changeOf.set(sha, title))
  const deploy = (sha: string) => {
    const id = (deployments += 1)
    // Two at a time are made and live in the same second.
    const at = minute(Math.floor((halfMinutes += 1) / 2))
    const made = { createdAt: at }
    live.push({ id, times: 1, sha, made })
    events.push((work) => recordDeploymentStatus(work, status(id, sha, at, 'in_progress', made)))
    events.push((work) => recordDeploymentStatus(work, status(id, sha, new Date(at.getTime() + 1000), 'success', made)))
    events.push((work) => recordDeploymentStatus(work, status(id, sha, minute(id + 2), 'inactive', made)))
  }
  /** A success on a deployment that had one: it goes live again, unless it still is. */
  const again = (back: number) => {
    const one = live.at(-1 - back)
    if (!one) return
    const at = minute(Math.floor((halfMinutes += 4) / 2))
    halfMinutes += 4
    events.push((work) => recordDeploymentStatus(work, status(one.id, one.sha, at, 'success', one.made)))
    if (live.at(-1)?.id !== one.id)
      live.push({ ...one, times: 1 + Math.max(...live.filter(({ id }) => id === one.id).map(({ times }) => times)) })
  }

  for (const one of steps) {
    const tip = main.at(-1) ?? ''
    if (one.kind === 'again') again(one.back)
    else if (one.kind === 'deploy') deploy(main.at(-1 - one.back) ?? tip)
    else if (one.kind === 'hotfix') {
      const fix = name()
      const sha = graph.commit(fix, [main.at(-1 - one.back) ?? tip], { message: `Hotfix ${fix}` })
      belongs(`Hotfix ${fix}`, [sha])
      deploy(sha)
    } else if (one.kind === 'push') {
      const shas: string[] = []
      for (let i = 0; i < one.size; i += 1) {
        const own = name()
        shas.push(graph.commit(own, [shas.at(-1) ?? tip], { message: `Push ${own}` }))
        belongs(`Push ${own}`, shas.slice(-1))
      }
      main.push(...shas)
      events.push((work) => recordPush(work, pushed(shas)))
    } else {
      const number = (next += 1)
      const own: string[] = []
      for (let i = 0; i < one.size; i += 1) own.push(graph.commit(name(), [own.at(-1) ?? tip], { message: `work ${number}.${i}` }))
      const landed =
        one.kind === 'rebase'
          ? own.reduce<string[]>(
              (shas, _, i) => [...shas, graph.commit(name(), [shas.at(-1) ?? tip], { message: `work ${number}.${i}` })],
              [],
            )
          : [
              graph.commit(name(), one.kind === 'merge' ? [tip, own.at(-1) ?? tip] : [tip], {
                message: `Pull request ${number} (#${number})`,
              }),
            ]
      main.push(...landed)
      const summary = graph.pull(number, landed, own)
      const shas = one.kind === 'merge' ? [...own, ...landed] : landed
      belongs(summary.title, shas)
      events.push((work) => recordMerge(work, merged(summary)))
      events.push((work) => recordPush(work, pushed(shas)))
    }
  }

  const expected = new Map<string, Carried>()
  live.forEach(({ id, times, sha }, i) => {
    const before = live[i - 1]?.sha
    const [now, then] = [graph.ancestors(sha), graph.ancestors(before ?? sha)]
    const titles = (shas: Set<string>) => [...new Set([...shas].flatMap((one) => changeOf.get(one) ?? []))].sort()
    expected.set(`${id}${times > 1 ? `~${times}` : ''}`, { in: titles(now.difference(then)), out: titles(then.difference(now)) })
  })
  return { graph, events, expected }
}

async function carried(work: Work): Promise<Map<string, Carried>> {
  const rows = await work.tenant.deployments.liveBetween(
    [{ repositoryId: REPOSITORY.id, service: 'shop' }],
    minute(0),
    minute(10_000),
    1000,
  )
  const found = new Map<string, Carried>()
  for (const { deployment, carried: list } of rows) {
    const titles = async (direction: 'in' | 'out') => {
      const changes = await work.tenant.changes.byIds(list.filter((one) => one.direction === direction).map((one) => one.changeId))
      return changes.map((change) => change.title).sort()
    }
    const [id = '', times] = deployment.externalId.split('~')
    found.set([Number(id) - 2 ** 33, ...(times ? [times] : [])].join('~'), { in: await titles('in'), out: await titles('out') })
  }
  return found
}

it('carries what the commit graph says, in whatever order and however often webhooks come', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 2, maxLength: 14 }).chain((steps) => {
        const { length } = play(steps).events
        // Each webhook once or twice, shuffled.
        const order = fc.array(fc.nat({ max: Math.max(0, length - 1) }), { maxLength: length })
        return fc.tuple(
          fc.constant(steps),
          order.chain((again) => fc.shuffledSubarray([...Array(length).keys(), ...again], { minLength: length + again.length })),
        )
      }),
      async ([steps, order]) => {
        const { graph, events, expected } = play(steps)
        const { work, store } = await recordingWork(graph)
        for (const index of order) await events[index]?.(work)
        expect(await carried(work)).toEqual(expected)
        await store.close()
      },
    ),
    { numRuns: 60 },
  )
}, 60_000)
