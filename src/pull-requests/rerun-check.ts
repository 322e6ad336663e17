import type { CheckRerunEvent } from '../domain/pull-request.ts'
import { seeRepository } from '../changes/see-repository.ts'
import { reviewDeployment } from '../deployments/review-deployment.ts'
import type { Work } from '../work.ts'
import { showRisk } from './review-pull-request.ts'

/** GitHub's Re-run buttons: the check, or all of the commit, are computed and written again, changed or not. */
export async function rerunCheck(work: Work, event: CheckRerunEvent): Promise<void> {
  const { repository, externalId, headSha } = event
  const asked = externalId === null ? await work.tenant.checks.ofCommit(repository.id, headSha) : [externalId]
  for (const each of asked) await rerun(work, { ...event, externalId: each })
}

async function rerun(work: Work, { repository, externalId, headSha }: CheckRerunEvent & { externalId: string }): Promise<void> {
  const deployment = /^ships:(\d{1,15})$/.exec(externalId)?.[1]
  if (deployment !== undefined) return void (await reviewDeployment(work, Number(deployment), true))
  const number = Number(/^risk:(\d{1,10})$/.exec(externalId)?.[1] ?? Number.NaN)
  const pull = Number.isNaN(number) ? null : await work.tenant.pullRequests.get(repository.id, number)
  if (!pull) return work.log.info({ check: externalId }, 'a check was asked for again that is not known here')
  const catalog = await seeRepository(work, repository)
  // Somebody may press the button on an older commit: its check says what is known of the pull request now.
  await showRisk(work, repository, catalog, pull, { isAsked: true, standsOn: headSha })
}
