// The postmortem as a document: a branch, the file, a draft pull request. Each step finds what an earlier try left.
import type { Incident } from '../domain/incident.ts'
import type { Repository } from '../domain/repository.ts'
import { documentOf, pullRequestBody, postmortemMarker } from '../render/postmortem.ts'
import type { Work } from '../work.ts'
import { isRefused } from './is-refused.ts'
import { unlessRefused } from '../incidents/unless-refused.ts'

type Wanted = {
  incident: Incident
  repository: Repository
  labels: string[]
  areFollowUpsTracked: boolean
  path: string
  /** An earlier try may have made some of it. */
  isAgain: boolean
}

/** Throws with GitHub's status where the App may not, or a rule of the repository forbids it. Five requests, or eight. */
export async function openDocument(
  work: Work,
  wanted: Wanted,
  written: () => Promise<{ title: string; body: string }>,
): Promise<{ issueNumber: number; url: string; path: string }> {
  const { incident, repository, labels } = wanted
  const branch = `causeway/postmortem-${incident.issueNumber}`
  // Only those who may write here can make a branch: a pull request from it is ours, or meant to be.
  const lost = wanted.isAgain ? await work.github.pullRequestFrom(repository, branch) : null
  const pull = lost ?? (await openPull(work, wanted, branch, await written()))
  if (labels.length > 0)
    await unlessRefused(work, `#${pull.number} got no label`, () => work.github.addLabels(repository, pull.number, labels))
  return { issueNumber: pull.number, url: pull.url, path: wanted.path }
}

async function openPull(
  work: Work,
  { incident, repository, areFollowUpsTracked, path }: Wanted,
  branch: string,
  { title, body }: { title: string; body: string },
): Promise<{ number: number; url: string }> {
  const { github } = work
  const isNew = await github.createBranch(repository, branch)
  if (!isNew && !(await holdsNothingElse(work, repository, branch, path))) throw new ForeignBranch(branch)
  const there = isNew ? null : await github.readFile(repository, path, branch)
  const isWritten = there?.text.startsWith(postmortemMarker(repository.id, incident.issueNumber)) === true
  try {
    const message = `Begin the postmortem of #${incident.issueNumber}`
    if (!isWritten) await github.createFile(repository, { branch, path, text: documentOf(title, body), message })
    return await github.openPullRequest(repository, { head: branch, title, body: pullRequestBody(incident, path, areFollowUpsTracked) })
  } catch (error) {
    // It goes into an issue then. Of an earlier try the branch is ours too, but 422 may mean that a pull request is open from it.
    const isLeftBehind = isRefused(error) && (isNew || (isWritten && 'status' in error && error.status === 403))
    if (isLeftBehind) await unlessRefused(work, `the branch ${branch} stayed`, () => github.deleteBranch(repository, branch))
    throw error
  }
}

/**
 * Whether a branch that was there already could be an earlier try's. Whoever made it with commits of their own would have
 * them proposed under the App's name, and could then approve them as somebody else's.
 */
async function holdsNothingElse({ github }: Work, repository: Repository, branch: string, path: string): Promise<boolean> {
  const ahead = await github.compare(repository, repository.defaultBranch, branch, 2)
  if (!ahead || ahead.aheadBy > 1) return false
  const [commit] = ahead.commits
  if (!commit) return true
  const read = await github.commitFiles(repository, commit.sha)
  return read !== null && commit.parents.length === 1 && !read.isTruncated && read.files.every((file) => file.path === path)
}

/** Counts as refused: the postmortem goes into an issue. */
class ForeignBranch extends Error {
  readonly status = 422
  constructor(branch: string) {
    super(`the branch ${branch} was there already and holds something else`)
    this.name = 'ForeignBranch'
  }
}
