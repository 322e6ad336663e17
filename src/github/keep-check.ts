// Enters: what a check run should say. Leaves: exactly one check run of that subject on that commit saying it, whatever
// crashed before; the counterpart of upsert-comment.ts.
import { createHash } from 'node:crypto'
import type { Repository } from '../domain/repository.ts'
import type { Work } from '../work.ts'
import type { CheckRun } from './github.ts'

type Needs = { tenant: Pick<Work['tenant'], 'checks'>; github: Work['github']; now: Work['now'] }

/** `forbidden`: the App was not granted "Checks: write". `gone`: GitHub knows neither the commit nor the repository. */
export type CheckResult = { action: 'created' | 'updated' | 'unchanged' | 'adopted' | 'forbidden' | 'gone' }

/**
 * Call it under the repository's lease, and again after any error. One request, two after a crash between creating and
 * storing. `isAsked`: somebody pressed Re-run, so an unchanged one is written again, as GitHub then shows it as waiting.
 */
export async function keepCheck(
  { tenant, github, now }: Needs,
  repository: Pick<Repository, 'id' | 'owner' | 'name'>,
  check: CheckRun & { externalId: string },
  isAsked = false,
): Promise<CheckResult> {
  const subject = { repositoryId: repository.id, externalId: check.externalId, headSha: check.headSha }
  const hash = createHash('sha256').update(JSON.stringify(check)).digest('hex')
  const record = await tenant.checks.get(subject)
  const annotated = new Set(record?.annotated ?? [])
  // Annotations add up over requests: what stands there is not sent again.
  const fresh = { ...check, annotations: check.annotations.filter((each) => !annotated.has(keyOf(each))) }
  const save = (checkRunId: number): Promise<void> =>
    tenant.checks.saved(subject, { checkRunId, bodyHash: hash, annotated: [...annotated, ...fresh.annotations.map(keyOf)] })
  try {
    if (record?.checkRunId) {
      if (record.bodyHash === hash && !isAsked) return { action: 'unchanged' }
      if (await github.updateCheckRun(repository, record.checkRunId, fresh)) {
        await save(record.checkRunId)
        return { action: 'updated' }
      }
    }
    const ours = record ? (await github.checkRuns(repository, check.headSha, check.name)).filter(isOf(check)) : []
    const [known] = ours.sort((a, b) => a.id - b.id)
    if (known) {
      await github.updateCheckRun(repository, known.id, fresh)
      await save(known.id)
      return { action: 'adopted' }
    }
    if (!record) await tenant.checks.intend(subject, now())
    await save(await github.createCheckRun(repository, fresh))
    return { action: 'created' }
  } catch (error) {
    const status = error instanceof Error && 'status' in error ? error.status : null
    if (status === 403 && error instanceof Error && /not accessible by integration/i.test(error.message)) return { action: 'forbidden' }
    // 422: "No commit found for SHA", after a force-push.
    if (status === 404 || status === 410 || status === 422) return { action: 'gone' }
    throw error
  }
}

const isOf =
  (check: { externalId: string }) =>
  (run: { externalId: string }): boolean =>
    run.externalId === check.externalId

const keyOf = ({ path, startLine, message }: CheckRun['annotations'][number]): string => `${path}:${startLine}:${message}`
