import type { Repository } from '../domain/repository.ts'
import type { CatalogProblem } from '../domain/service.ts'
import { RateLimited } from '../github/github.ts'
import { fenced, plain } from '../render/escape.ts'
import type { Work } from '../work.ts'

const CHECK_NAME = 'Causeway configuration'
const MAX_LISTED = 50
/** Issues and the summaries of check runs end at 65,535 characters. */
const MAX_LIST_LENGTH = 60_000

/**
 * Tells the repository's people about mistakes in its files, where it disturbs least: a check run on the newest commit
 * of the default branch; without the permission, one issue that further news are added to. Problems that can't be told
 * (issues switched off) are logged. Throws RateLimited and GitHub's passing failures.
 */
export const reportProblems = async (
  work: Pick<Work, 'tenant' | 'github' | 'log'>,
  repository: Repository,
  problems: readonly CatalogProblem[],
  { issueNumber, headSha }: { issueNumber: number | null; headSha: string | null },
): Promise<void> => {
  if (problems.length === 0) {
    if (issueNumber === null) return
    await unlessRefused(work, repository, () =>
      work.github.createComment(
        repository,
        issueNumber,
        'The files are read without mistakes now and are in force. This issue can be closed.',
      ),
    )
    await work.tenant.catalogs.setProblemIssue(repository.id, null)
    return
  }
  if (issueNumber !== null) {
    const comment = await unlessRefused(work, repository, () => work.github.createComment(repository, issueNumber, bodyOf(problems)))
    if (comment !== null) return
  }
  if (await reportByCheck(work, repository, problems, headSha)) return
  const issue = await unlessRefused(work, repository, () =>
    work.github.createIssue(repository, { title: titleOf(problems), body: bodyOf(problems), labels: [] }),
  )
  if (issue !== null) await work.tenant.catalogs.setProblemIssue(repository.id, issue.number)
}

const reportByCheck = async (
  work: Pick<Work, 'github' | 'log'>,
  repository: Repository,
  problems: readonly CatalogProblem[],
  knownHead: string | null,
): Promise<boolean> => {
  const check = await unlessRefused(work, repository, async () => {
    const headSha = knownHead ?? (await work.github.commitFiles(repository, repository.defaultBranch))?.commit.sha
    if (headSha === undefined) return null
    return work.github.createCheckRun(repository, {
      name: CHECK_NAME,
      headSha,
      // Not "failure": a deployment may require every check of its commit, and this must never hold one up.
      conclusion: 'neutral',
      title: titleOf(problems),
      summary: bodyOf(problems),
      annotations: problems.slice(0, MAX_LISTED).map(({ path, line, message, severity }) => ({
        path,
        startLine: line,
        endLine: line,
        level: severity === 'error' ? 'failure' : 'warning',
        message: plain(message, 2000),
      })),
    })
  })
  return check !== null
}

/** Null when GitHub says that this App may not, or that the place is not there. */
const unlessRefused = async <T>(work: Pick<Work, 'log'>, repository: Repository, call: () => Promise<T>): Promise<T | null> => {
  try {
    return await call()
  } catch (error) {
    const status = (error as { status?: unknown } | null)?.status
    if (error instanceof RateLimited || ![403, 404, 410, 422].includes(Number(status))) throw error
    work.log.info({ repository: `${repository.owner}/${repository.name}`, status }, 'GitHub refused a way to report mistakes in the files')
    return null
  }
}

const titleOf = (problems: readonly CatalogProblem[]): string => {
  const isStopped = problems.some(({ severity }) => severity === 'error')
  const count = `${problems.length} ${problems.length === 1 ? 'mistake' : 'mistakes'}`
  const file =
    new Set(problems.map(({ path }) => path)).size === 1 ? plain((problems[0]?.path ?? 'a file').slice(-120), 120) : 'the catalog files'
  return `${count} in ${file}${isStopped ? ': the last good version stays in force' : ''}`
}

/** The list stands in a fence that no message can close, so nothing in it is markup and nobody is mentioned. */
const bodyOf = (problems: readonly CatalogProblem[]): string => {
  const lines = problems
    .slice(0, MAX_LISTED)
    .map(({ path, line, column, message, severity }) => plain(`${path}:${line}:${column} ${severity}: ${message}`, 1000))
  const left = problems.length > MAX_LISTED ? `\n${problems.length - MAX_LISTED} more are not listed.` : ''
  const isStopped = problems.some(({ severity }) => severity === 'error')
  const state = isStopped
    ? 'Until they are mended, the last version that was read without mistakes stays in force (or, without one, the repository counts as one service).'
    : 'What is named here was left out; everything else is in force.'
  return `Causeway found mistakes in this repository's files. ${state}\n\n${fenced(lines.join('\n'), MAX_LIST_LENGTH)}\n${left}`
}
