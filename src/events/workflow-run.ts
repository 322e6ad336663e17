// `workflow_run` as a fact: a run came to an end. Only the named workflow of some repositories is a deployment.
import { z } from 'zod'
import type { Ignored, WorkflowRunEvent } from '../domain/event.ts'
import { line, person, repositoryOf, repositoryPart, when } from './payload-parts.ts'
import { id, ignored, readPayload, sha } from './read-payload.ts'

/** Cancelled, skipped and neutral runs neither deployed nor failed to. */
const FAILED = new Set(['failure', 'timed_out', 'startup_failure'])

const workflowRunPayload = z.object({
  action: line,
  installation: z.object({ id }),
  repository: repositoryPart,
  workflow: z.object({ name: line.nullish(), path: line.nullish() }).nullish(),
  workflow_run: z.object({
    id,
    run_attempt: z.number().int().positive().nullish(),
    name: line.nullish(),
    path: line.nullish(),
    event: line,
    head_sha: sha,
    head_branch: line.nullish(),
    conclusion: line.nullish(),
    actor: person,
    created_at: when,
    run_started_at: when.nullish(),
    updated_at: when,
    html_url: line,
  }),
})

export function workflowRunEvent(payload: unknown): WorkflowRunEvent | Ignored {
  const read = readPayload(workflowRunPayload, payload)
  if ('reason' in read) return ignored(read.reason)
  const { action, installation, repository, workflow, workflow_run: run } = read.data
  if (action !== 'completed') return ignored(`workflow_run.${action}: not over yet`)
  const isSuccess = run.conclusion === 'success'
  if (!isSuccess && !FAILED.has(run.conclusion ?? '')) return ignored(`workflow_run: ${run.conclusion ?? 'no conclusion'}`)
  return {
    kind: 'workflow-run',
    repository: repositoryOf(repository, installation.id),
    id: run.id,
    attempt: run.run_attempt ?? 1,
    name: workflow?.name ?? run.name ?? '',
    // `.github/workflows/deploy.yml@refs/heads/main` in runs of reusable workflows.
    path: (workflow?.path ?? run.path)?.split('@')[0] ?? null,
    trigger: run.event,
    headSha: run.head_sha,
    headBranch: run.head_branch ?? null,
    isSuccess,
    actor: run.actor,
    startedAt: run.run_started_at ?? run.created_at,
    completedAt: run.updated_at,
    url: run.html_url,
  }
}
