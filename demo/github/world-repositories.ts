// What owners do: install the App, and make, rename, move and hide repositories.
import { emptyGit } from './git-graph.ts'
import type { Context } from './http.ts'
import { nodeId } from './shapes/account.ts'
import { fullName, repositoryShape } from './shapes/repository.ts'
import { account, installationOf, repositoryNamed } from './state.ts'
import type { Account, Installation, JsonObject, Permission, Repository } from './state.ts'
import { writeFiles } from './world-code.ts'
import type { FileEdits } from './world-code.ts'

export type RepositoryWish = {
  isPrivate?: boolean
  description?: string
  defaultBranch?: string
  files?: FileEdits
  /** Login → what they may do. The owner of a personal repository is its admin anyway. */
  collaborators?: { [login: string]: Permission }
  /** Who made it, and its first commit. */
  by?: string
}

function shortShape(repository: Repository): JsonObject {
  const { id, name, isPrivate } = repository
  return { id, node_id: nodeId('R', id), name, full_name: fullName(repository), private: isPrivate }
}

function ownerType(login: string): Account['type'] {
  return login === 'acme' || login.endsWith('-org') ? 'Organization' : 'User'
}

/** Makes a repository with one first commit. Owners named `acme` or `…-org` are organisations. */
export function createRepository(context: Context, name: string, wish: RepositoryWish = {}): Repository {
  const { state, webhooks } = context
  const [ownerLogin = '', repositoryName = ''] = name.split('/')
  if (repositoryName === '') throw new Error(`"${name}" is not owner/name.`)
  const now = state.now()
  const repository: Repository = {
    id: state.nextId(),
    owner: account(state, ownerLogin, ownerType(ownerLogin)),
    name: repositoryName,
    description: wish.description ?? null,
    isPrivate: wish.isPrivate ?? false,
    isArchived: false,
    defaultBranch: wish.defaultBranch ?? 'main',
    git: emptyGit(),
    issues: new Map(),
    nextNumber: 1,
    labels: new Map(),
    deployments: [],
    releases: [],
    runs: [],
    checkRuns: [],
    waitingDeployments: [],
    collaborators: new Map(),
    createdAt: now,
    updatedAt: now,
    pushedAt: now,
  }
  for (const [login, permission] of Object.entries(wish.collaborators ?? {})) setPermission(context, repository, login, permission)
  const by = wish.by ?? 'octocat'
  const first = writeFiles(
    state,
    repository,
    null,
    { message: 'Initial commit', files: wish.files ?? { 'README.md': `# ${repositoryName}\n` } },
    by,
  )
  repository.git.branches.set(repository.defaultBranch, first.sha)
  state.repositories.set(repository.id, repository)
  webhooks.emit('repository', repository, account(state, by), { action: 'created' })
  const installation = installationOf(state, repository)
  if (installation !== null) announce(context, installation, [repository], [], by)
  return repository
}

export function setPermission({ state }: Context, repository: Repository, login: string, permission: Permission): void {
  repository.collaborators.set(account(state, login).login.toLowerCase(), permission)
}

function announce(context: Context, installation: Installation, added: Repository[], removed: Repository[], by: string): void {
  context.webhooks.emitForInstallation('installation_repositories', installation, account(context.state, by), {
    action: added.length > 0 ? 'added' : 'removed',
    repository_selection: installation.selection,
    repositories_added: added.map(shortShape),
    repositories_removed: removed.map(shortShape),
    requester: null,
  })
}

function covered(context: Context, installation: Installation): Repository[] {
  const { state } = context
  return [...state.repositories.values()].filter((repository) => installationOf(state, repository)?.id === installation.id)
}

/** Installs the App for an owner, on all repositories or on those named (`owner/name`). */
export function install(context: Context, owner: string, wish: { repositories?: string[]; by?: string } = {}): Installation {
  const { state, webhooks } = context
  const now = state.now()
  const ids = (wish.repositories ?? []).map((name) => byName(context, name).id)
  const installation: Installation = {
    id: state.nextId(),
    account: account(state, owner, ownerType(owner)),
    selection: wish.repositories === undefined ? 'all' : 'selected',
    repositoryIds: new Set(ids),
    suspendedAt: null,
    createdAt: now,
    updatedAt: now,
  }
  state.installations.set(installation.id, installation)
  const repositories = covered(context, installation).map(shortShape)
  webhooks.emitForInstallation('installation', installation, account(state, wish.by ?? 'octocat'), {
    action: 'created',
    repositories,
    requester: null,
  })
  return installation
}

type InstallationAction = 'deleted' | 'suspend' | 'unsuspend' | 'new_permissions_accepted'

export function changeInstallation(context: Context, installation: Installation, action: InstallationAction, by = 'octocat'): void {
  const { state, webhooks } = context
  if (action === 'suspend') installation.suspendedAt = state.now()
  if (action === 'unsuspend') installation.suspendedAt = null
  const repositories = covered(context, installation).map(shortShape)
  webhooks.emitForInstallation('installation', installation, account(state, by), { action, repositories })
  if (action === 'deleted') state.installations.delete(installation.id)
}

/** Adds repositories to, or takes them from, an installation on selected ones. */
export function selectRepositories(
  context: Context,
  installation: Installation,
  change: { add?: Repository[]; remove?: Repository[]; by?: string },
): void {
  installation.selection = 'selected'
  for (const repository of change.add ?? []) installation.repositoryIds.add(repository.id)
  for (const repository of change.remove ?? []) installation.repositoryIds.delete(repository.id)
  if ((change.add ?? []).length > 0) announce(context, installation, change.add ?? [], [], change.by ?? 'octocat')
  if ((change.remove ?? []).length > 0) announce(context, installation, [], change.remove ?? [], change.by ?? 'octocat')
}

export function byName({ state }: Context, name: string): Repository {
  const [owner = '', repository = ''] = name.split('/')
  const found = repositoryNamed(state, owner, repository)
  if (found === null) throw new Error(`There is no repository ${name}.`)
  return found
}

export function renameRepository(context: Context, repository: Repository, name: string, by = 'octocat'): void {
  const { state, webhooks } = context
  const from = repository.name
  state.formerNames.set(fullName(repository).toLowerCase(), repository.id)
  repository.name = name
  repository.updatedAt = state.now()
  webhooks.emit('repository', repository, account(state, by), { action: 'renamed', changes: { repository: { name: { from } } } })
}

/** Moves a repository to another owner. Only an installation at its new home hears of it. */
export function transferRepository(context: Context, repository: Repository, to: string, by = 'octocat'): void {
  const { state, webhooks } = context
  const from = repository.owner
  const left = installationOf(state, repository)
  if (left !== null) announce(context, left, [], [repository], by)
  state.formerNames.set(fullName(repository).toLowerCase(), repository.id)
  repository.owner = account(state, to, ownerType(to))
  repository.updatedAt = state.now()
  const joined = installationOf(state, repository)
  if (joined !== null) announce(context, joined, [repository], [], by)
  const key = from.type === 'Organization' ? 'organization' : 'user'
  webhooks.emit('repository', repository, account(state, by), {
    action: 'transferred',
    changes: { owner: { from: { [key]: { login: from.login, id: from.id, node_id: nodeId('O', from.id) } } } },
  })
}

type RepositoryAction = 'privatized' | 'publicized' | 'archived' | 'unarchived' | 'deleted'

export function changeRepository(context: Context, repository: Repository, action: RepositoryAction, by = 'octocat'): void {
  const { state, webhooks } = context
  if (action === 'privatized' || action === 'publicized') repository.isPrivate = action === 'privatized'
  if (action === 'archived' || action === 'unarchived') repository.isArchived = action === 'archived'
  repository.updatedAt = state.now()
  webhooks.emit('repository', repository, account(state, by), { action, repository: repositoryShape(state, repository) })
  if (action === 'deleted') state.repositories.delete(repository.id)
}
