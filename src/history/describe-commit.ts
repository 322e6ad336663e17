// Tells from a main-line commit's message what the change is called, by which number, and what it says.
import { referencesOf } from '../changes/describe/references.ts'
import type { HistoryChange } from './history.ts'
import { MAX_PATHS, type LogCommit } from './read-log.ts'

/** A commit that a merge brought along. */
export type MergedCommit = { sha: string; message: string }

const MAX_TITLE = 500
const MAX_SUBJECT = 1000
const MAX_BODY = 8000
const MAX_COMMITS = 250
// Control characters, except line feed and tab, say nothing and can hide things in a terminal.
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g

const GITHUB_MERGE = /^Merge pull request #(\d{1,9}) from \S{1,300}\s*$/
const BORS_MERGE = /^(?:Auto merge of|Merge) #(\d{1,9})\b/
const BITBUCKET_MERGE = /^Merged in \S{1,300} \(pull request #(\d{1,9})\)\s*$/
const GITLAB_NUMBER = /^See merge request (?:[\w./-]{1,300})?!(\d{1,9})\s*$/m
const GERRIT_MERGE = /^Merge (?:changes? )?"(.{1,400})"(?: into \S{1,200})?\s*$/
const BRANCH_MERGE = /^Merge (?:remote-tracking )?(?:branch|tag|commit)\b/
const SQUASH_NUMBER = /\s*\((?:#|!)(\d{1,9})\)\s*$/

/**
 * The change that one main-line commit is. For merges: GitHub's, GitLab's, Bitbucket's, Bors' and Gerrit's messages give
 * the title and number of what was merged; the messages of the merged commits join its body.
 */
export function describeCommit(commit: LogCommit, merged: readonly MergedCommit[]): HistoryChange {
  const message = clean(commit.message)
  const cut = message.indexOf('\n')
  const subject = (cut === -1 ? message : message.slice(0, cut)).trim()
  const rest = cut === -1 ? '' : message.slice(cut + 1).trim()
  const own = commit.parents.length > 1 ? ofMerge(subject, rest, merged) : ofSquash(subject, rest)
  const texts = merged.map((one) => clean(one.message).trim()).filter((text) => text !== '' && text !== own.title)
  const body = [own.body, ...texts]
    .filter((text) => text !== '')
    .join('\n\n')
    .slice(0, MAX_BODY)
  return {
    number: own.number,
    mergeSha: commit.sha,
    parentSha: commit.parents[0] ?? null,
    commitShas: [commit.sha, ...merged.slice(0, MAX_COMMITS - 1).map((one) => one.sha)],
    title: own.title.slice(0, MAX_TITLE),
    body,
    author: { login: clean(commit.author), isBot: commit.author.endsWith('[bot]') },
    mergedAt: commit.committedAt,
    references: referencesOf({ title: own.title, body }),
    paths: commit.paths.slice(0, MAX_PATHS),
    fileCount: commit.fileCount,
  }
}

type Own = { title: string; body: string; number: number | null }

function ofSquash(line: string, body: string): Own {
  // A first line may be as long as a message; the number is looked for in time that grows with its square.
  const subject = line.slice(0, MAX_SUBJECT)
  const number = SQUASH_NUMBER.exec(subject)
  if (number === null) return { title: subject, body, number: null }
  return { title: subject.slice(0, number.index), body, number: Number(number[1]) }
}

function ofMerge(subject: string, rest: string, merged: readonly MergedCommit[]): Own {
  const numbered = GITHUB_MERGE.exec(subject) ?? BORS_MERGE.exec(subject) ?? BITBUCKET_MERGE.exec(subject)
  const number = numbered?.[1] ?? GITLAB_NUMBER.exec(rest)?.[1]
  const gerrit = GERRIT_MERGE.exec(subject)
  if (gerrit?.[1] !== undefined) return { title: gerrit[1], body: rest, number: null }
  if (number !== undefined || BRANCH_MERGE.test(subject)) {
    const [first = '', ...others] = rest.split('\n')
    const only =
      merged.length === 1
        ? clean(merged[0]?.message ?? '')
            .split('\n')[0]
            ?.trim()
        : undefined
    // A merge made by hand says only which branch; a single merged commit then names the change better.
    const title = number === undefined ? (only ?? subject) : first.trim() || only || subject
    const body = number === undefined ? rest : others.join('\n').trim()
    return { title: ofSquash(title, '').title, body, number: number === undefined ? null : Number(number) }
  }
  return ofSquash(subject, rest)
}

function clean(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(CONTROL, '')
}
