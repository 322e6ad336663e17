// Where the App is installed, what it may do there, and which repositories it sees.
import type { GrantedRepository, InstallationEvent, InstallationRepositoriesEvent } from '../domain/event.ts'
import type { InstallationStore } from '../store/store.ts'
import type { Touched, Work } from '../work.ts'
import { refreshOpenAnswers } from './refresh-open-answers.ts'
import { isOlder } from './see-repository.ts'

export async function recordInstallation(work: Work, installations: InstallationStore, event: InstallationEvent): Promise<Touched> {
  const { installationId: id, accountLogin, permissions, action } = event
  const known = await installations.byId(id)
  // One that was missed and asked for again must not suspend what is no longer suspended. The end is the end.
  if (action !== 'deleted' && known && isOlder(event, known)) return []
  const isSuspended = action === 'suspend' || (action !== 'unsuspend' && event.suspendedAt !== null)
  await installations.upsert({
    id,
    accountLogin: accountLogin || (known?.accountLogin ?? ''),
    // Told again by a redelivery: the first time counts.
    suspendedAt: isSuspended ? (known?.suspendedAt ?? event.suspendedAt ?? work.now()) : null,
    removedAt: action === 'deleted' ? (known?.removedAt ?? work.now()) : (known?.removedAt ?? null),
    permissions: Object.keys(permissions).length > 0 ? permissions : (known?.permissions ?? {}),
    updatedAt: event.updatedAt ?? known?.updatedAt ?? null,
  })
  if (action === 'new_permissions_accepted') await work.tenant.catalogs.readAgain(work.now())
  if (action === 'created' && !known?.removedAt) await keepGranted(work, event.repositories)
  if (action === 'deleted') {
    for (const { id, removedAt } of await work.tenant.repositories.all()) {
      if (!removedAt) await work.tenant.repositories.markRemoved(id, work.now())
    }
  }
  // What came while it was suspended was left alone; these say what is known now.
  if (action === 'unsuspend') await refreshOpenAnswers(work)
  return []
}

/** Whether anything may be done for this installation: GitHub refuses every call of one that is suspended or gone. */
export async function isActive(installations: InstallationStore, id: number): Promise<boolean> {
  const known = await installations.byId(id)
  return known === null || (known.suspendedAt === null && known.removedAt === null)
}

export async function recordInstallationRepositories(
  work: Work,
  installations: InstallationStore,
  event: InstallationRepositoriesEvent,
): Promise<Touched> {
  const { installationId: id, accountLogin, suspendedAt, permissions } = event
  const known = await installations.byId(id)
  // A late webhook brings nothing back after the App was removed.
  if (known?.removedAt) return []
  if (!known) await installations.upsert({ id, accountLogin, suspendedAt, removedAt: null, permissions })
  await keepGranted(work, event.added)
  for (const { id } of event.removed) {
    const known = await work.tenant.repositories.byId(id)
    if (known && !known.removedAt) await work.tenant.repositories.markRemoved(id, work.now())
    if (known) await work.refreshLater(id, 'quotes')
  }
  if (event.removed.length > 0) await refreshOpenAnswers(work)
  return []
}

/** Installation webhooks tell little of a repository; what is known of it already stays, the rest comes with its first event. */
async function keepGranted(work: Work, granted: GrantedRepository[]): Promise<void> {
  for (const { id, owner, name, isPrivate } of granted) {
    const known = await work.tenant.repositories.byId(id)
    await work.tenant.repositories.upsert({
      id,
      installationId: work.tenant.installationId,
      owner,
      name,
      isPrivate,
      isArchived: known?.isArchived ?? false,
      defaultBranch: known?.defaultBranch ?? 'main',
      removedAt: null,
    })
    if (known) await work.refreshLater(id, 'quotes')
  }
}
