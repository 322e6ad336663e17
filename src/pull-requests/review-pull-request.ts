// The risk check of a pull request: one check run a head commit, a function of what is stored. At most three requests:
// two pages of files, read once a head, and the check itself.
import type { Repository } from '../domain/repository.ts'
import type { PullRequest, PullRequestEvent, PullRequestFiles } from '../domain/pull-request.ts'
import type { Catalog } from '../domain/service.ts'
import { bodyExcerpt, cleanTitle } from '../changes/change-facts.ts'
import { describeFiles } from '../changes/describe-files.ts'
import { tellPassing } from '../changes/read-files.ts'
import { seeRepository } from '../changes/see-repository.ts'
import { RateLimited } from '../github/github.ts'
import { learnLater } from '../risk/learn-outcomes.ts'
import type { Work } from '../work.ts'
import { keepRiskCheck } from './keep-risk-check.ts'

/** 200 files; what more there are is said, and never taken as untouched. */
const FILE_PAGES = 2

export async function reviewPullRequest(work: Work, event: PullRequestEvent): Promise<void> {
  const catalog = await seeRepository(work, event.repository)
  const { title, body } = event.pullRequest
  const facts = { ...event.pullRequest, title: cleanTitle(title), body: bodyExcerpt(body), repositoryId: event.repository.id }
  const pull = await work.tenant.pullRequests.upsert(facts)
  if (!pull.isOpen) return
  const failures: Error[] = []
  await showRisk(work, event.repository, catalog, pull, { onPassing: (error) => failures.push(error) })
  // The check is shown without the files; trying the delivery again fills them in.
  for (const failure of failures) throw failure
}

/** `isAsked`: somebody pressed Re-run, on the check of `standsOn`. `onPassing` hears of files that another try may yet bring. */
type Showing = { isAsked?: boolean; standsOn?: string; onPassing?: (error: Error) => void }

/** Makes the check on its head say what is known now. */
export async function showRisk(
  work: Work,
  repository: Repository,
  catalog: Catalog,
  pull: PullRequest,
  { isAsked = false, standsOn = pull.headSha, onPassing = () => undefined }: Showing = {},
): Promise<void> {
  const { number } = pull
  if (pull.isDraft && !isAsked) return work.log.debug({ pullRequest: number }, 'a draft: its risk is checked when it is ready for review')
  if (!catalog.settings.pullRequests.riskCheck)
    return work.log.debug({ pullRequest: number }, 'not checked: pull_requests.risk_check is false in this repository’s causeway.yml')
  const known = await withFiles(work, repository, pull, onPassing)
  const { action, risk } = await keepRiskCheck(work, repository, catalog, known, { standsOn, isAsked })
  if (action === 'forbidden')
    work.log.warn(
      { pullRequest: number },
      'Pull requests get no risk check: grant the App "Checks: write", or set pull_requests.risk_check: false',
    )
  else work.log.info({ pullRequest: number, headSha: standsOn, action, risk }, 'risk of a pull request shown')
  await learnLater(work, repository.id)
}

/** Read once for a head against a base: a base that only moved on changes nothing of what the pull request touches. */
async function withFiles(work: Work, repository: Repository, pull: PullRequest, onPassing: (error: Error) => void): Promise<PullRequest> {
  const { number, headSha, baseRef } = pull
  if (pull.read?.headSha === headSha && pull.read.baseRef === baseRef) return pull
  const nothing: PullRequestFiles = { headSha, baseRef, files: [], isTruncated: true }
  let read = nothing
  try {
    const listed = await work.github.pullRequestFiles(repository, number, FILE_PAGES)
    const { files, filesTruncated } = describeFiles(listed, pull)
    read = { headSha, baseRef, files, isTruncated: filesTruncated }
  } catch (error) {
    if (error instanceof RateLimited) throw error
    work.log.warn({ pullRequest: number, err: error }, 'the files of this pull request could not be read; its check says so')
    tellPassing(error, onPassing)
    return { ...pull, read: nothing }
  }
  await work.tenant.pullRequests.setFiles(repository.id, number, read)
  return { ...pull, read }
}
