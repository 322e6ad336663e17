// A made-up organisation for tests of who may see what: every field of every repository holds a word that only that
// repository has. GitHub is its files and a list of comments with their histories, as GitHub keeps them.
import type { Person } from '../../src/domain/change.ts'
import type { Repository } from '../../src/domain/repository.ts'
import { followUp } from '../../src/app.ts'
import { readCatalog } from '../../src/catalog/read-catalog.ts'
import { storeChange } from '../../src/changes/store-change.ts'
import type { GitHub, IssueComment } from '../../src/github/github.ts'
import { answerIncident } from '../../src/incidents/answer-incident.ts'
import { refreshAsAsked } from '../../src/incidents/refresh-answers.ts'
import type { TenantStore } from '../../src/store/store.ts'
import type { Work } from '../../src/work.ts'
import { silentLog } from './silent-log.ts'

export const INSTALLATION = 2 ** 33
const START = Date.UTC(2026, 2, 1)
export const hours = (n: number): Date => new Date(START + n * 3_600_000)

export type Member = {
  /** 0, 1, 2 …; its repository's id follows from it. */
  index: number
  isPrivate: boolean
  /** Indexes of those that its file lets quote it. */
  sharesWith: number[]
  dependsOn: number[]
  /** The index of the repository whose change its past incident is blamed on. */
  blames: number
}

/** Letters only, so that no escaping takes it apart. */
export const canaryOf = (index: number): string => `zqcanary${String.fromCharCode(97 + index).repeat(3)}`
export const repositoryIdOf = (index: number): number => 2 ** 40 + index
const nameOf = (index: number): string => `repo-${canaryOf(index)}`

export const repositoryOf = (member: Member, over: Partial<Repository> = {}): Repository => ({
  id: repositoryIdOf(member.index),
  installationId: INSTALLATION,
  owner: 'acme',
  name: nameOf(member.index),
  isPrivate: member.isPrivate,
  isArchived: false,
  defaultBranch: 'main',
  removedAt: null,
  ...over,
})

/** The rule of promise 7, written a second time. */
export const mayRead = (reader: Member, other: Member): boolean =>
  reader.index === other.index || !other.isPrivate || other.sharesWith.includes(reader.index)

const fileOf = (member: Member): string => {
  const canary = canaryOf(member.index)
  return `version: 1
services:
  svc-${canary}:
    paths: ["${canary}/**"]
    owners: ["@acme/team-${canary}"]
    depends_on: [${member.dependsOn.map((index) => `"acme/${nameOf(index)}:svc-${canaryOf(index)}"`).join(', ')}]
    runbooks: ["https://runbooks.example/${canary}"]
share_with: [${member.sharesWith.map((index) => `"acme/${nameOf(index)}"`).join(', ')}]
`
}

export type Desk = {
  work: Work
  /** What the issues of each repository show now, each comment with every version of it. */
  histories(): { repositoryId: number; issueNumber: number; versions: string[] }[]
  /** Throws the next so many times a comment is written or deleted, before or after the effect. */
  faults: ('before' | 'after' | 'none')[]
  /** What happens in GitHub while a comment is being written. */
  whileWriting: (() => Promise<void>) | null
  /** Runs the lanes, as the worker does, until nothing is left; `turns` chooses whose turn it is. */
  run(turns: number[]): Promise<void>
  enqueue(repositoryId: number, job: () => Promise<void>): void
}

/** Our side of it: a unit of work over this tenant, whose notes go to lanes that `run` works off. */
export function openDesk(tenant: TenantStore, members: () => Member[]): Desk {
  const comments: { repositoryId: number; issueNumber: number; comment: IssueComment; versions: string[] }[] = []
  const lanes = new Map<number, (() => Promise<void>)[]>()
  let nextId = 2 ** 41
  const idOf = (name: string): number =>
    members()
      .map((each) => repositoryOf(each))
      .find((each) => each.name === name)?.id ?? 0
  const memberOf = (name: string): Member | undefined => members().find((each) => nameOf(each.index) === name)

  async function step<T>(effect: () => T): Promise<T> {
    const fault = desk.faults.shift() ?? 'none'
    if (fault === 'before') throw new Error('GitHub does not answer')
    const result = effect()
    await desk.whileWriting?.()
    if (fault === 'after') throw new Error('the answer was lost')
    return result
  }

  const verbs: Partial<GitHub> = {
    appId: () => 7,
    readFiles: async (repo) => {
      const member = memberOf(repo.name)
      return new Map(member ? [['.github/causeway.yml', fileOf(member)]] : [])
    },
    findFiles: async () => [],
    createComment: (repo, issueNumber, body) =>
      step(() => {
        const author = { login: 'causeway[bot]', isBot: true }
        const comment: IssueComment = { id: nextId++, body, author, appId: 7, createdAt: hours(900), url: '' }
        comments.push({ repositoryId: idOf(repo.name), issueNumber, comment, versions: [body] })
        return comment
      }),
    updateComment: (_repo, id, body) =>
      step(() => {
        const found = comments.find(({ comment }) => comment.id === id)
        found?.versions.push(body)
        if (found) found.comment.body = body
        return found !== undefined
      }),
    deleteComment: (_repo, id) =>
      step(() => {
        const at = comments.findIndex(({ comment }) => comment.id === id)
        if (at >= 0) comments.splice(at, 1)
      }),
    ensureLabel: async () => undefined,
    addLabels: async () => undefined,
    removeLabel: async () => undefined,
    listComments: async (repo, number) =>
      comments.filter((each) => each.repositoryId === idOf(repo.name) && each.issueNumber === number).map(({ comment }) => comment),
  }

  const work: Work = {
    tenant,
    github: verbs as GitHub,
    now: () => hours(1000),
    log: silentLog,
    refreshLater: async (repositoryId, what) => desk.enqueue(repositoryId, () => refreshAsAsked(work, repositoryId, what)),
    followUp: async (what) => desk.enqueue(what.repositoryId, () => followUp(work, what)),
  }
  const desk: Desk = {
    work,
    faults: [],
    whileWriting: null,
    histories: () => comments.map(({ repositoryId, issueNumber, versions }) => ({ repositoryId, issueNumber, versions })),
    enqueue: (repositoryId, job) => void lanes.set(repositoryId, [...(lanes.get(repositoryId) ?? []), job]),
    async run(turns) {
      for (let turn = 0; ; turn++) {
        const waiting = [...lanes].filter(([, jobs]) => jobs.length > 0)
        const chosen = waiting[(turns[turn % turns.length] ?? 0) % waiting.length]
        if (!chosen) return
        // What failed is tried again, before anything that waits behind it.
        await chosen[1][0]!().then(
          () => void lanes.set(chosen[0], (lanes.get(chosen[0]) ?? []).slice(1)),
          () => undefined,
        )
      }
    },
  }
  return desk
}

const person = (index: number, role: string): Person => ({ login: `${role}-${canaryOf(index)}`, isBot: false })

/** Records everything of these repositories: changes, deployments, a past incident and one that goes on. */
export async function record(work: Work, members: Member[]): Promise<void> {
  const { tenant } = work
  for (const member of members) {
    await tenant.repositories.upsert(repositoryOf(member))
    await readCatalog(work, repositoryOf(member))
  }
  const changeIds = new Map<number, number>()
  for (const member of members) changeIds.set(member.index, await recordChanges(work, member))
  for (const member of members) await recordPastIncident(work, member, changeIds.get(member.blames) ?? null)
  for (const member of members) await openIncident(work, member)
}

async function recordChanges(work: Work, { index }: Member): Promise<number> {
  const canary = canaryOf(index)
  const repositoryId = repositoryIdOf(index)
  let last = 0
  for (const n of [1, 2, 3]) {
    const mergeSha = `${index}${n}`.padEnd(40, 'abcdef')
    last = await storeChange(work, {
      repositoryId,
      number: n,
      mergeSha,
      commitShas: [mergeSha],
      baseSha: null,
      headSha: null,
      branch: 'main',
      title: `Retry the payment timeout ${canary}`,
      bodyExcerpt: `Payment gateway, see ${canary}`,
      author: person(index, 'author'),
      merger: person(index, 'merger'),
      reviewers: [person(index, 'reviewer')],
      labels: [`label-${canary}`],
      mergedAt: hours(300 + 10 * n + index),
      files: [
        { path: `${canary}/pay.ts`, previousPath: null, status: 'modified', added: 1, deleted: 1, ranges: [], symbols: [`pay${canary}`] },
      ],
      filesTruncated: n === 3,
      fileCount: 1,
      added: 1,
      deleted: 1,
      identifiers: [`retry${canary}`],
      references: [],
      patchId: null,
      bumps: [],
      url: `https://github.com/acme/${nameOf(index)}/pull/${n}`,
      updatedAt: hours(300 + 10 * n),
    })
    const [deployment] = await work.tenant.deployments.upsert(
      {
        repositoryId,
        source: 'deployment',
        externalId: `${n}`,
        environment: 'production',
        task: `task-${canary}`,
        workflow: null,
        sha: mergeSha,
        ref: `ref-${canary}`,
        creator: person(index, 'creator'),
        createdAt: hours(310 + 10 * n),
        url: `https://deploys.example/${canary}`,
        isTransient: false,
        isProduction: true,
      },
      [{ service: `svc-${canary}`, environment: 'production', serviceBy: 'only', isAmbiguous: true }],
    )
    await work.tenant.deployments.setLive(deployment!, {
      liveAt: hours(310 + 10 * n + index),
      kind: 'forward',
      previousDeploymentId: null,
      previousSha: n === 1 ? null : `${index}${n - 1}`.padEnd(40, 'abcdef'),
      isTruncated: true,
      carried: [{ changeId: last, direction: 'in' }],
    })
  }
  return last
}

const incidentOf = ({ index }: Member, issueNumber: number, at: Date) => ({
  repositoryId: repositoryIdOf(index),
  issueNumber,
  title: `Payment timeout in ${canaryOf(index)}`,
  body: `The payment gateway timeout, retry of ${canaryOf(index)}/pay.ts fails, zqcanary`,
  labels: ['incident', `label-${canaryOf(index)}`],
  author: person(index, 'reporter'),
  isTrusted: true,
  services: [`svc-${canaryOf(index)}`],
  servicesBy: 'form' as const,
  severity: 2,
  detectedAt: at,
  detectedBy: 'form' as const,
  openedAt: at,
  closedAt: null,
  url: `https://github.com/acme/${nameOf(index)}/issues/${issueNumber}`,
  updatedAt: at,
  reportKey: null,
})

async function recordPastIncident(work: Work, member: Member, blamed: number | null): Promise<void> {
  const { incidents } = work.tenant
  const id = await incidents.upsert(incidentOf(member, 11, hours(336 + member.index)))
  await incidents.setState(id, { status: 'resolved', resolvedAt: hours(340 + member.index) })
  await incidents.setFix(id, { kind: 'comment', excerpt: `Restarted ${canaryOf(member.index)}`, url: 'https://github.com/acme' })
  await answerIncident(work, id)
  if (blamed === null) return
  await incidents.addOutcome({ incidentId: id, changeId: blamed, verdict: 'caused', at: hours(341), by: person(member.index, 'judge') })
}

async function openIncident(work: Work, member: Member): Promise<void> {
  const id = await work.tenant.incidents.upsert(incidentOf(member, 12, hours(360 + member.index)))
  await answerIncident(work, id)
}
