// What people do in the story. Each act changes the state and sends the webhooks that GitHub would send.
import { randomBytes } from 'node:crypto'
import { addDeployment, setDeploymentState } from './deployments.ts'
import { seededRandom } from './faults.ts'
import { resolve } from './git-graph.ts'
import type { Commit } from './git-graph.ts'
import type { Context } from './http.ts'
import {
  addComment,
  commentById,
  editComment,
  emitIssue,
  openIssue,
  relabel,
  removeComment,
  setIssueState,
  transferIssue,
} from './issues.ts'
import { userShape } from './shapes/account.ts'
import { checkRunShape, deploymentShape, releaseShape, workflowRunShape } from './shapes/deployment.ts'
import type { PullRequest } from './shapes/pull.ts'
import { repositoryUrl } from './shapes/repository.ts'
import { account } from './state.ts'
import type {
  Comment,
  Deployment,
  DeploymentState,
  Installation,
  Issue,
  JsonObject,
  Permission,
  Release,
  Repository,
  WaitingDeployment,
  WorkflowRun,
} from './state.ts'
import type { Delivery, Hook } from './webhooks.ts'
import * as code from './world-code.ts'
import * as owners from './world-repositories.ts'

/** A repository, or its `owner/name`. */
export type Where = Repository | string
export type DeploymentWish = {
  environment?: string
  /** A branch, tag or sha; the default branch when left out. */
  ref?: string
  task?: string
  description?: string
  payload?: JsonObject | string
  by?: string
}
export type DeliverOptions = { shuffleSeed?: number; duplicate?: boolean }

export type World = ReturnType<typeof createWorld>

/** Times to wait between a deployment's start and its success in `deploy`. */
const DEPLOYMENT_TAKES_MS = 180_000

export function createWorld(context: Context, clock: { fixed: Date | null }) {
  const { state, webhooks } = context
  const at = (where: Where): Repository => (typeof where === 'string' ? owners.byName(context, where) : where)
  const who = (login: string) => account(state, login, login.endsWith('[bot]') ? 'Bot' : 'User')

  function issueAt(where: Where, number: number): { repository: Repository; issue: Issue } {
    const repository = at(where)
    const issue = repository.issues.get(number)
    if (issue === undefined) throw new Error(`${repository.name} has no issue #${number}.`)
    return { repository, issue }
  }

  function commentAt(where: Where, id: number): { repository: Repository; issue: Issue; comment: Comment } {
    const repository = at(where)
    const found = commentById(repository, id)
    if (found === null) throw new Error(`${repository.name} has no comment ${id}.`)
    return { repository, ...found }
  }

  function createDeployment(where: Where, wish: DeploymentWish = {}): Deployment {
    const repository = at(where)
    const ref = wish.ref ?? repository.defaultBranch
    const commit = resolve(repository.git, ref)
    if (commit === null) throw new Error(`${repository.name} has nothing named ${ref} to deploy.`)
    return addDeployment(context, repository, {
      ref,
      sha: commit.sha,
      task: wish.task ?? 'deploy',
      environment: wish.environment ?? 'production',
      description: wish.description ?? null,
      payload: wish.payload ?? {},
      by: who(wish.by ?? 'github-actions[bot]'),
      byApp: false,
    })
  }

  function setDeploymentStatus(
    where: Where,
    deployment: Deployment,
    to: DeploymentState,
    wish: { by?: string; autoInactive?: boolean; description?: string } = {},
  ) {
    return setDeploymentState(context, at(where), deployment, {
      state: to,
      description: wish.description ?? '',
      logUrl: '',
      environmentUrl: '',
      autoInactive: wish.autoInactive ?? true,
      by: who(wish.by ?? 'github-actions[bot]'),
      byApp: false,
    })
  }

  return {
    // The clock
    now: () => state.now(),
    setTime(time: Date): void {
      clock.fixed = time
    },
    advance(ms: number): void {
      clock.fixed = new Date(state.now().getTime() + ms)
    },
    useRealTime(): void {
      clock.fixed = null
    },

    // Owners
    account: who,
    createRepository: (name: string, wish?: owners.RepositoryWish): Repository => owners.createRepository(context, name, wish),
    repository: (name: string): Repository => owners.byName(context, name),
    setPermission: (where: Where, login: string, permission: Permission): void =>
      owners.setPermission(context, at(where), login, permission),
    install: (owner: string, wish?: { repositories?: string[]; by?: string }): Installation => owners.install(context, owner, wish),
    uninstall: (installation: Installation): void => owners.changeInstallation(context, installation, 'deleted'),
    suspend: (installation: Installation): void => owners.changeInstallation(context, installation, 'suspend'),
    unsuspend: (installation: Installation): void => owners.changeInstallation(context, installation, 'unsuspend'),
    acceptPermissions(installation: Installation, permissions: { [name: string]: string }): void {
      state.app.permissions = permissions
      owners.changeInstallation(context, installation, 'new_permissions_accepted')
    },
    selectRepositories: (installation: Installation, change: { add?: Repository[]; remove?: Repository[] }): void =>
      owners.selectRepositories(context, installation, change),
    rename: (where: Where, name: string): void => owners.renameRepository(context, at(where), name),
    transfer: (where: Where, to: string): void => owners.transferRepository(context, at(where), to),
    privatize: (where: Where): void => owners.changeRepository(context, at(where), 'privatized'),
    publicize: (where: Where): void => owners.changeRepository(context, at(where), 'publicized'),
    archive: (where: Where): void => owners.changeRepository(context, at(where), 'archived'),
    unarchive: (where: Where): void => owners.changeRepository(context, at(where), 'unarchived'),
    deleteRepository: (where: Where): void => owners.changeRepository(context, at(where), 'deleted'),
    /** What github.com hands back to the manifest flow's redirect. */
    submitManifest(manifest: JsonObject): string {
      const manifestCode = randomBytes(20).toString('hex')
      state.manifests.set(manifestCode, manifest)
      return manifestCode
    },

    // Code
    push: (where: Where, wish: { branch?: string; by: string; commits: code.CommitWish[] }): Commit => code.push(context, at(where), wish),
    commit: (where: Where, wish: code.CommitWish & { by: string; branch?: string }): Commit =>
      code.push(context, at(where), { branch: wish.branch, by: wish.by, commits: [wish] }),
    createBranch(where: Where, branch: string, from: string, by = 'octocat'): void {
      const repository = at(where)
      const commit = resolve(repository.git, from)
      if (commit === null) throw new Error(`${repository.name} has nothing named ${from}.`)
      code.moveBranch(context, repository, branch, commit.sha, who(by))
    },
    deleteBranch: (where: Where, branch: string, by = 'octocat'): void => code.moveBranch(context, at(where), branch, null, who(by)),
    forcePush: (where: Where, branch: string, sha: string, by = 'octocat'): void =>
      code.moveBranch(context, at(where), branch, sha, who(by)),
    backport: (where: Where, sha: string, wish: { branch: string; by: string }): Commit => code.backport(context, at(where), sha, wish),
    openPullRequest: (where: Where, wish: code.PullWish): PullRequest => code.openPullRequest(context, at(where), wish),
    review: (where: Where, number: number, wish: { by: string; state?: 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED'; body?: string }) =>
      code.review(context, at(where), number, wish),
    mergePullRequest: (where: Where, number: number, wish: code.MergeWish): Commit =>
      code.mergePullRequest(context, at(where), number, wish),
    revertPullRequest: (where: Where, number: number, wish: { by: string; reason?: string }): PullRequest =>
      code.revertPullRequest(context, at(where), number, wish),

    // Issues and pull requests alike
    openIssue: (where: Where, wish: { title: string; body?: string | null; labels?: string[]; by: string }): Issue =>
      openIssue(context, at(where), {
        title: wish.title,
        body: wish.body ?? null,
        labels: wish.labels ?? [],
        by: who(wish.by),
        byApp: false,
      }),
    issue: (where: Where, number: number): Issue => issueAt(where, number).issue,
    editIssue(where: Where, number: number, wish: { title?: string; body?: string; by: string }): void {
      const { repository, issue } = issueAt(where, number)
      const changes = {
        ...(wish.title === undefined ? {} : { title: { from: issue.title } }),
        ...(wish.body === undefined ? {} : { body: { from: issue.body ?? '' } }),
      }
      issue.title = wish.title ?? issue.title
      issue.body = wish.body ?? issue.body
      issue.updatedAt = state.now()
      emitIssue(context, repository, issue, who(wish.by), 'edited', { changes })
    },
    label(where: Where, number: number, name: string, by = 'octocat'): void {
      const { repository, issue } = issueAt(where, number)
      relabel(context, repository, issue, [...issue.labels.map((label) => label.name), name], who(by))
    },
    unlabel(where: Where, number: number, name: string, by = 'octocat'): void {
      const { repository, issue } = issueAt(where, number)
      const kept = issue.labels.map((label) => label.name).filter((other) => other.toLowerCase() !== name.toLowerCase())
      relabel(context, repository, issue, kept, who(by))
    },
    assign(where: Where, number: number, login: string, by = 'octocat'): void {
      const { repository, issue } = issueAt(where, number)
      const assignee = who(login)
      issue.assignees.push(assignee)
      issue.updatedAt = state.now()
      emitIssue(context, repository, issue, who(by), 'assigned', { assignee: userShape(state, assignee) })
    },
    closeIssue(where: Where, number: number, wish: { by?: string; reason?: 'completed' | 'not_planned' } = {}): void {
      const { repository, issue } = issueAt(where, number)
      setIssueState(context, repository, issue, {
        state: 'closed',
        reason: wish.reason ?? 'completed',
        by: who(wish.by ?? 'octocat'),
        closer: null,
      })
    },
    reopen(where: Where, number: number, by = 'octocat'): void {
      const { repository, issue } = issueAt(where, number)
      setIssueState(context, repository, issue, { state: 'open', reason: null, by: who(by), closer: null })
    },
    lock(where: Where, number: number, by = 'octocat'): void {
      const { repository, issue } = issueAt(where, number)
      issue.isLocked = true
      emitIssue(context, repository, issue, who(by), 'locked')
    },
    /** Closed here for ever, and open there under a new number. */
    transferIssue(where: Where, number: number, to: Where, by = 'octocat'): Issue {
      const { repository, issue } = issueAt(where, number)
      return transferIssue(context, repository, issue, at(to), who(by))
    },
    deleteIssue(where: Where, number: number, by = 'octocat'): void {
      const { repository, issue } = issueAt(where, number)
      repository.issues.delete(number)
      emitIssue(context, repository, issue, who(by), 'deleted')
    },
    comment(where: Where, number: number, body: string, by: string): Comment {
      const { repository, issue } = issueAt(where, number)
      return addComment(context, repository, issue, { body, by: who(by), byApp: false })
    },
    editComment(where: Where, id: number, body: string, by: string): void {
      const { repository, issue, comment } = commentAt(where, id)
      editComment(context, repository, issue, comment, body, who(by))
    },
    deleteComment(where: Where, id: number, by: string): void {
      const { repository, issue, comment } = commentAt(where, id)
      removeComment(context, repository, issue, comment, who(by))
    },
    /** The comments that our App made on an issue, oldest first. */
    appComments: (where: Where, number: number): Comment[] => issueAt(where, number).issue.comments.filter((comment) => comment.byApp),

    // Deployments and what stands for them
    createDeployment,
    setDeploymentStatus,
    /** Created, in progress and, three minutes of the world's clock later, a success. */
    deploy(where: Where, wish: DeploymentWish = {}): Deployment {
      const deployment = createDeployment(where, wish)
      setDeploymentStatus(where, deployment, 'in_progress', wish)
      if (clock.fixed !== null) clock.fixed = new Date(clock.fixed.getTime() + DEPLOYMENT_TAKES_MS)
      setDeploymentStatus(where, deployment, 'success', wish)
      return deployment
    },
    release(
      where: Where,
      wish: { tag: string; target?: string; name?: string; body?: string; isPrerelease?: boolean; by: string },
    ): Release {
      const repository = at(where)
      const target = wish.target ?? repository.defaultBranch
      const commit = resolve(repository.git, target)
      if (commit === null) throw new Error(`${repository.name} has nothing named ${target} to release.`)
      repository.git.tags.set(wish.tag, commit.sha)
      const facts = {
        tag: wish.tag,
        sha: commit.sha,
        target,
        name: wish.name ?? wish.tag,
        body: wish.body ?? '',
        isPrerelease: wish.isPrerelease ?? false,
      }
      const release: Release = { ...facts, id: state.nextId(), author: who(wish.by), publishedAt: state.now() }
      repository.releases.push(release)
      for (const action of ['published', 'released']) {
        webhooks.emit('release', repository, release.author, { action, release: releaseShape(state, repository, release) })
      }
      return release
    },
    workflowRun(
      where: Where,
      wish: { name: string; path?: string; branch?: string; event?: string; conclusion?: 'success' | 'failure' | 'cancelled'; by: string },
    ): WorkflowRun {
      const repository = at(where)
      const branch = wish.branch ?? repository.defaultBranch
      const run: WorkflowRun = {
        id: state.nextId(),
        number: repository.runs.length + 1,
        workflowId: state.nextId(),
        name: wish.name,
        path: wish.path ?? `.github/workflows/${wish.name.toLowerCase()}.yml`,
        headBranch: branch,
        headSha: code.branchTip(repository, branch).sha,
        event: wish.event ?? 'push',
        status: 'queued',
        conclusion: null,
        actor: who(wish.by),
        createdAt: state.now(),
        updatedAt: state.now(),
      }
      repository.runs.push(run)
      const tell = (action: string) =>
        webhooks.emit('workflow_run', repository, run.actor, {
          action,
          workflow_run: workflowRunShape(state, repository, run),
          workflow: { id: run.workflowId, name: run.name, path: run.path, state: 'active' },
        })
      tell('requested')
      run.status = 'completed'
      run.conclusion = wish.conclusion ?? 'success'
      tell('completed')
      return run
    },

    /** A workflow job that may not deploy before our App, as a protection rule of the environment, has answered. */
    waitForGate(where: Where, wish: { environment?: string; ref?: string; by?: string } = {}): WaitingDeployment {
      const repository = at(where)
      const environment = wish.environment ?? 'production'
      const deployment = createDeployment(where, { environment, ref: wish.ref, by: wish.by })
      const waiting: WaitingDeployment = { runId: state.nextId(), environment, deployment, answers: [] }
      repository.waitingDeployments.push(waiting)
      webhooks.emit('deployment_protection_rule', repository, deployment.creator, {
        action: 'requested',
        environment,
        event: 'push',
        sha: deployment.sha,
        ref: deployment.ref,
        deployment_callback_url: `${repositoryUrl(state, repository)}/actions/runs/${waiting.runId}/deployment_protection_rule`,
        deployment: deploymentShape(state, repository, deployment),
        pull_requests: [],
      })
      return waiting
    },
    /** Somebody presses Re-run; GitHub tells the App that made the check. */
    rerunCheck(where: Where, id: number, by = 'octocat'): void {
      const repository = at(where)
      const check = repository.checkRuns.find((one) => one.id === id)
      if (check === undefined) throw new Error(`${repository.name} has no check run ${id}.`)
      check.status = 'queued'
      check.conclusion = null
      webhooks.emit('check_run', repository, who(by), { action: 'rerequested', check_run: checkRunShape(state, repository, check) })
    },
    /** Somebody presses Re-run all checks. */
    rerunAllChecks(where: Where, headSha: string, by = 'octocat'): void {
      const repository = at(where)
      const suite = repository.checkRuns.filter((one) => one.headSha === headSha)
      for (const check of suite) Object.assign(check, { status: 'queued', conclusion: null })
      const told = { id: suite[0]?.suiteId ?? 0, head_sha: headSha, status: 'queued', conclusion: null, pull_requests: [] }
      webhooks.emit('check_suite', repository, who(by), { action: 'rerequested', check_suite: told })
    },

    // Webhooks
    setWebhookUrl(url: string | null): void {
      state.app.webhookUrl = url
    },
    setDelivery(mode: 'auto' | 'manual'): void {
      webhooks.mode = mode
    },
    pending: (): readonly Hook[] => webhooks.pending,
    deliveries: (): readonly Delivery[] => webhooks.log,
    /** Sends what `manual` held back (or only these), one after the other; shuffled or doubled where asked. */
    async deliver(hooks: readonly Hook[] = webhooks.pending.splice(0), options: DeliverOptions = {}): Promise<Delivery[]> {
      webhooks.pending = webhooks.pending.filter((hook) => !hooks.includes(hook))
      const queue = options.duplicate === true ? [...hooks, ...hooks] : [...hooks]
      if (options.shuffleSeed !== undefined) {
        const random = seededRandom(options.shuffleSeed)
        for (let index = queue.length - 1; index > 0; index -= 1) {
          const other = Math.floor(random() * (index + 1))
          const [a, b] = [queue[index], queue[other]]
          if (a !== undefined && b !== undefined) [queue[index], queue[other]] = [b, a]
        }
      }
      const sent: Delivery[] = []
      for (const hook of queue) sent.push(await webhooks.send(hook))
      return sent
    },
    /** Resolves when every automatic webhook was answered. */
    settled: () => webhooks.settled(),
  }
}
