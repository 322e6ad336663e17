// `repository` as a fact: it got another name, owner, visibility or default branch, came or went.
import { z } from 'zod'
import type { Ignored, RepositoryAction, RepositoryEvent } from '../domain/event.ts'
import { line, repositoryOf, repositoryPart } from './payload-parts.ts'
import { id, ignored, readPayload } from './read-payload.ts'

const ACTIONS: readonly RepositoryAction[] = [
  'created',
  'edited',
  'renamed',
  'transferred',
  'archived',
  'unarchived',
  'privatized',
  'publicized',
  'deleted',
]

const repositoryPayload = z.object({ action: line, installation: z.object({ id }), repository: repositoryPart })

export function repositoryEvent(payload: unknown): RepositoryEvent | Ignored {
  const read = readPayload(repositoryPayload, payload)
  if ('reason' in read) return ignored(read.reason)
  const action = ACTIONS.find((known) => known === read.data.action)
  if (!action) return ignored(`repository.${read.data.action}: unknown action`)
  return { kind: 'repository', action, repository: repositoryOf(read.data.repository, read.data.installation.id) }
}
