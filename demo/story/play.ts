// Plays the plot on a fake GitHub: each scene is what people would do, the fake sends the webhooks.
import type { World } from '../github/world.ts'
import { ASKED, PLANTED, PLOT, type Edit, type Scene } from './plot.ts'
import { FIRST_FILES } from './shop-files.ts'

export const SHOP = 'acme/shop'
const HOUR_MS = 3_600_000
const PEOPLE = ['octocat', 'monalisa', 'defunkt', 'hubot-fan']

export type Played = {
  plantedNumber: number
  incidentNumber: number
  /** Tip of the default branch before the planted change. */
  goodSha: string
  changes: number
  deployments: number
  incidents: number
}

/** When a story must begin so that its last scene is now. */
export function storyStart(now: Date): Date {
  return new Date(now.getTime() - (PLOT.at(-1)!.hour + 0.1) * HOUR_MS)
}

/** `afterScene` lets the App keep up, and shows progress. */
export async function playShop(world: World, startAt: Date, afterScene: (scene: Scene, index: number) => Promise<void>): Promise<Played> {
  const stage = new Stage(world)
  world.setTime(startAt)
  world.createRepository(SHOP, {
    description: 'A made-up shop',
    files: FIRST_FILES,
    collaborators: Object.fromEntries(PEOPLE.map((login) => [login, 'write'])),
    by: 'octocat',
  })
  world.install('acme')
  for (const [index, scene] of PLOT.entries()) {
    world.setTime(new Date(startAt.getTime() + (scene.hour + 0.05) * HOUR_MS))
    stage.play(scene)
    await afterScene(scene, index)
  }
  return {
    plantedNumber: stage.numberOf(PLANTED),
    incidentNumber: stage.numberOf(ASKED),
    goodSha: stage.before.get(PLANTED)!,
    changes: PLOT.filter((scene) => scene.kind === 'merge' || scene.kind === 'revert').length,
    deployments: PLOT.filter((scene) => scene.kind === 'deploy' || scene.kind === 'rollback').length,
    incidents: PLOT.filter((scene) => scene.kind === 'incident').length,
  }
}

class Stage {
  readonly world: World
  readonly numbers = new Map<string, number>()
  readonly files = new Map(Object.entries(FIRST_FILES))
  /** Tip of the default branch before each named merge. */
  readonly before = new Map<string, string>()
  tip: string | null = null

  constructor(world: World) {
    this.world = world
  }

  play(scene: Scene): void {
    switch (scene.kind) {
      case 'merge':
        return this.merge(scene)
      case 'revert':
        return this.revert(scene)
      case 'deploy':
        return this.deploy(scene)
      case 'rollback':
        this.world.deploy(SHOP, { environment: 'production', ref: this.before.get(scene.before)!, payload: { service: scene.service } })
        return
      case 'incident':
        this.numbers.set(scene.name, this.world.openIssue(SHOP, scene).number)
        return
      case 'say':
        this.world.comment(SHOP, this.numberOf(scene.on), scene.words, scene.by)
        return
      case 'close':
        this.world.closeIssue(SHOP, this.numberOf(scene.name), { by: scene.by })
        return
    }
  }

  numberOf(name: string): number {
    const number = this.numbers.get(name)
    if (number === undefined) throw new Error(`The plot speaks of "${name}" before it happened.`)
    return number
  }

  private merge(scene: Extract<Scene, { kind: 'merge' }>): void {
    const body = scene.body?.replaceAll(/\{([\w-]+)\}/g, (_, name: string) => `#${this.numberOf(name)}`)
    const pull = this.world.openPullRequest(SHOP, { title: scene.title, body: body ?? null, by: scene.by, files: this.edited(scene.edits) })
    if (scene.reviewer) this.world.review(SHOP, pull.number, { by: scene.reviewer, state: 'APPROVED' })
    this.numbers.set(scene.name, pull.number)
    this.land(scene.name, pull.number, scene.mergedBy ?? scene.reviewer ?? scene.by, scene.method ?? 'squash')
  }

  private revert(scene: Extract<Scene, { kind: 'revert' }>): void {
    const fixes = scene.fixes ? `\n\nFixes #${this.numberOf(scene.fixes)}` : ''
    const pull = this.world.revertPullRequest(SHOP, this.numberOf(scene.of), { by: scene.by, reason: `${scene.reason}${fixes}` })
    this.land(`revert of ${scene.of}`, pull.number, scene.by, 'squash')
    const path = PLOT.flatMap((each) => (each.kind === 'merge' && each.name === scene.of ? each.edits : []))
    for (const edit of path) this.files.set(edit.path, this.files.get(edit.path)!.replace(edit.put, edit.find))
  }

  private land(name: string, number: number, by: string, method: 'merge' | 'squash' | 'rebase'): void {
    if (this.tip) this.before.set(name, this.tip)
    this.tip = this.world.mergePullRequest(SHOP, number, { by, method }).sha
  }

  private deploy(scene: Extract<Scene, { kind: 'deploy' }>): void {
    const wish = { environment: scene.environment ?? 'production', payload: { service: scene.service } }
    if (!scene.fails) {
      this.world.deploy(SHOP, wish)
      return
    }
    const deployment = this.world.createDeployment(SHOP, wish)
    this.world.setDeploymentStatus(SHOP, deployment, 'in_progress')
    this.world.setDeploymentStatus(SHOP, deployment, 'failure', { description: 'The migration did not finish.' })
  }

  private edited(edits: Edit[]): Record<string, string> {
    const changed: Record<string, string> = {}
    for (const { path, find, put } of edits) {
      const text = this.files.get(path) ?? ''
      if (!text.includes(find)) throw new Error(`The plot edits "${find}" in ${path}, which is not there.`)
      const next = find === '' ? `${text}${put}` : text.replace(find, () => put)
      this.files.set(path, next)
      changed[path] = next
    }
    return changed
  }
}
