// `installation` and `installation_repositories` as facts: where the App is, what it may do, which repositories it sees.
import { z } from 'zod'
import type { GrantedRepository, Ignored, InstallationEvent, InstallationRepositoriesEvent } from '../domain/event.ts'
import { line, when } from './payload-parts.ts'
import { id, ignored, readPayload } from './read-payload.ts'

const ACTIONS: readonly InstallationEvent['action'][] = ['created', 'deleted', 'suspend', 'unsuspend', 'new_permissions_accepted']

const installationPart = z.object({
  id,
  // An enterprise has a slug and no login.
  account: z.object({ login: line.nullish(), slug: line.nullish() }).nullish(),
  suspended_at: when.nullish().catch(null),
  permissions: z.record(z.string(), z.string()).nullish().catch(null),
  updated_at: when.nullish().catch(null),
})

const granted = z
  .array(z.object({ id, name: line, full_name: line.nullish(), private: z.boolean().nullish() }))
  .nullish()
  .catch(null)

const installationPayload = z.object({ action: line, installation: installationPart, repositories: granted })
const repositoriesPayload = z.object({
  action: line,
  installation: installationPart,
  repositories_added: granted,
  repositories_removed: granted,
})

export function installationEvent(payload: unknown): InstallationEvent | Ignored {
  const read = readPayload(installationPayload, payload)
  if ('reason' in read) return ignored(read.reason)
  const action = ACTIONS.find((known) => known === read.data.action)
  if (!action) return ignored(`installation.${read.data.action}: unknown action`)
  const part = partOf(read.data.installation)
  return { kind: 'installation', action, ...part, repositories: repositoriesOf(read.data.repositories, part.accountLogin) }
}

export function installationRepositoriesEvent(payload: unknown): InstallationRepositoriesEvent | Ignored {
  const read = readPayload(repositoriesPayload, payload)
  if ('reason' in read) return ignored(read.reason)
  const part = partOf(read.data.installation)
  return {
    kind: 'installation-repositories',
    ...part,
    added: repositoriesOf(read.data.repositories_added, part.accountLogin),
    removed: repositoriesOf(read.data.repositories_removed, part.accountLogin),
  }
}

function partOf(part: z.infer<typeof installationPart>) {
  return {
    installationId: part.id,
    accountLogin: part.account?.login ?? part.account?.slug ?? '',
    suspendedAt: part.suspended_at ?? null,
    permissions: part.permissions ?? {},
    updatedAt: part.updated_at ?? null,
  }
}

function repositoriesOf(list: z.infer<typeof granted>, accountLogin: string): GrantedRepository[] {
  return (list ?? []).map((one) => ({
    id: one.id,
    owner: one.full_name?.split('/')[0] ?? accountLogin,
    name: one.name,
    isPrivate: one.private ?? true,
  }))
}
