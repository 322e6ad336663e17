// A pull request or a commit, as GitHub tells it, becomes the facts of a change. Pure.
import type { ChangeFacts, ChangeReference } from '../domain/change.ts'
import type { Repository } from '../domain/repository.ts'
import type { GitHubCommit, PullRequestSummary } from '../github/github.ts'
import { bumpsOf } from './describe/bumps.ts'
import { referencesOf } from './describe/references.ts'
import type { FileFacts } from './describe-files.ts'
import type { Landing } from './landing.ts'

const LONGEST_BODY = 2000
const LONGEST_TITLE = 500
// Control characters, except line feed and tab, say nothing and can hide things; so can marks that turn text around.
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g

export const cleanTitle = (title: string): string => cut(title.replace(CONTROL, '').replace(/\s+/g, ' ').trim(), LONGEST_TITLE)

export const bodyExcerpt = (body: string): string => cut(body.replaceAll('\r\n', '\n').replace(CONTROL, ''), LONGEST_BODY)

/** Never between the halves of a surrogate pair. */
function cut(text: string, length: number): string {
  if (text.length <= length) return text
  return text.slice(0, length).replace(/[\ud800-\udbff]$/, '')
}

/** `mergedAt` and `mergeSha` must be set: only merged pull requests are changes. */
export function factsOfPullRequest(
  repository: Repository,
  pull: PullRequestSummary & { mergedAt: Date; mergeSha: string },
  landing: Landing,
  files: FileFacts,
): ChangeFacts {
  return {
    repositoryId: repository.id,
    number: pull.number,
    mergeSha: pull.mergeSha,
    commitShas: landing.commitShas,
    baseSha: landing.baseSha,
    headSha: pull.headSha,
    branch: pull.baseRef,
    title: cleanTitle(pull.title),
    bodyExcerpt: bodyExcerpt(pull.body),
    author: pull.author,
    merger: pull.mergedBy,
    reviewers: pull.reviewers.filter((person) => person.login !== pull.author?.login),
    labels: pull.labels,
    mergedAt: pull.mergedAt,
    references: pullRequestReferences(repository, pull),
    bumps: pull.author?.isBot ? bumpsOf(pull) : [],
    url: pull.url,
    updatedAt: pull.updatedAt,
    ...files,
  }
}

/**
 * What the pull request says, and what its commits say as long as they speak with one voice: a commit that takes back
 * an earlier one of the same pull request, or one picked commit among others, says nothing about the whole.
 */
function pullRequestReferences(repository: Repository, pull: PullRequestSummary): ChangeReference[] {
  const own = ownReferences(repository, pull)
  const said = pull.commits.map(({ message }) => referencesOf({ ...splitMessage(message), repository }))
  const isUnanimous = said.length === pull.commitCount && said.every((references) => references.length > 0)
  return isUnanimous ? joined(own, said.flat()) : own
}

type PullRequestWords = { title: string; body: string; headRef: string }

/** From the title as it is stored: that is what titles are looked up by. */
function ownReferences(repository: Repository, { title, body, headRef }: PullRequestWords): ChangeReference[] {
  return referencesOf({ title: cleanTitle(title), body, branch: headRef, repository })
}

/** What a pull request refers to after its words were edited: what only its commits had said stays. */
export function editedReferences(
  repository: Repository,
  known: Pick<ChangeFacts, 'title' | 'bodyExcerpt' | 'references'>,
  edited: PullRequestWords,
): ChangeReference[] {
  const before = ownReferences(repository, { title: known.title, body: known.bodyExcerpt, headRef: edited.headRef })
  return joined(ownReferences(repository, edited), without(known.references, before))
}

const MOST_REFERENCES = 40

const joined = (first: ChangeReference[], more: ChangeReference[]): ChangeReference[] =>
  [...first, ...without(more, first)].slice(0, MOST_REFERENCES)

function without(references: ChangeReference[], others: ChangeReference[]): ChangeReference[] {
  const left = new Map(references.map((reference) => [JSON.stringify(reference), reference]))
  for (const other of others) left.delete(JSON.stringify(other))
  return [...left.values()]
}

/** A commit that no merged pull request brought. */
export function factsOfCommit(
  repository: Repository,
  commit: GitHubCommit,
  landed: { branch: string; at: Date },
  files: FileFacts,
): ChangeFacts {
  const { title, body } = splitMessage(commit.message)
  return {
    repositoryId: repository.id,
    number: null,
    mergeSha: commit.sha,
    commitShas: [commit.sha],
    // What a merge brought besides its first parent is not in `commitShas`: no range may be derived through it.
    baseSha: commit.parents.length === 1 ? (commit.parents[0] ?? null) : null,
    headSha: commit.sha,
    branch: landed.branch,
    title: cleanTitle(title) || commit.sha.slice(0, 12),
    bodyExcerpt: bodyExcerpt(body),
    author: commit.author,
    merger: null,
    reviewers: [],
    labels: [],
    mergedAt: landed.at,
    references: referencesOf({ title, body, repository }),
    bumps: commit.author?.isBot ? bumpsOf({ title, body }) : [],
    url: commit.url,
    updatedAt: landed.at,
    ...files,
  }
}

function splitMessage(message: string): { title: string; body: string } {
  const end = message.indexOf('\n')
  return end === -1 ? { title: message, body: '' } : { title: message.slice(0, end), body: message.slice(end + 1).trim() }
}
