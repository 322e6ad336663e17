// `check_run.rerequested` and `check_suite.rerequested`: somebody pressed Re-run on a check of ours, or Re-run all checks.
import { z } from 'zod'
import type { Ignored } from '../domain/event.ts'
import type { CheckRerunEvent } from '../domain/pull-request.ts'
import { line, repositoryOf, repositoryPart } from './payload-parts.ts'
import { id, ignored, readPayload, sha } from './read-payload.ts'

const checkRunPayload = z.object({
  action: line,
  installation: z.object({ id }),
  repository: repositoryPart,
  check_run: z.object({ external_id: z.string().max(300).nullish(), head_sha: sha }),
})

/** GitHub sends `rerequested` to the App that made the check and to no other. */
export function checkRunEvent(payload: unknown): CheckRerunEvent | Ignored {
  const read = readPayload(checkRunPayload, payload)
  if ('reason' in read) return ignored(read.reason)
  const { action, installation, repository, check_run: run } = read.data
  if (action !== 'rerequested') return ignored(`check_run.${action}: nobody asked for it again`)
  if (!run.external_id) return ignored('check_run: not a check of ours')
  return {
    kind: 'check-rerun',
    repository: repositoryOf(repository, installation.id),
    externalId: run.external_id,
    headSha: run.head_sha,
  }
}

const checkSuitePayload = z.object({
  action: line,
  installation: z.object({ id }),
  repository: repositoryPart,
  check_suite: z.object({ head_sha: sha }),
})

/** A suite is what one App checks on one commit. */
export function checkSuiteEvent(payload: unknown): CheckRerunEvent | Ignored {
  const read = readPayload(checkSuitePayload, payload)
  if ('reason' in read) return ignored(read.reason)
  const { action, installation, repository, check_suite: suite } = read.data
  if (action !== 'rerequested') return ignored(`check_suite.${action}: nobody asked for it again`)
  return { kind: 'check-rerun', repository: repositoryOf(repository, installation.id), externalId: null, headSha: suite.head_sha }
}
