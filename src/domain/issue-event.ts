import type { Person } from './change.ts'
import type { Repository } from './repository.ts'

/** An issue as a webhook shows it. */
export type Issue = {
  number: number
  title: string
  body: string
  labels: string[]
  author: Person
  /** The App that opened it on someone's behalf; null for people. */
  appId: number | null
  isOpen: boolean
  /** Closed, and not because it was done: "not planned", or a duplicate. */
  isDropped: boolean
  assignees: Person[]
  isLocked: boolean
  openedAt: Date
  closedAt: Date | null
  updatedAt: Date
  url: string
}

export type IssueAction =
  | 'opened'
  | 'edited'
  | 'labeled'
  | 'unlabeled'
  | 'assigned'
  | 'unassigned'
  | 'closed'
  | 'reopened'
  | 'deleted'
  | 'transferred'
  | 'locked'
  | 'unlocked'

export type IssueEvent = {
  kind: 'issue'
  action: IssueAction
  repository: Repository
  issue: Issue
  sender: Person
  /** The label that was given or taken. */
  label: string | null
  /** Who was assigned, at `assigned`. */
  assignee: Person | null
  /** The body before this edit of it. */
  bodyBefore: string | null
  transferredTo: { repository: Repository; issueNumber: number } | null
  /** It was opened by a transfer from another repository, and brought its comments along. */
  isMoved?: boolean
}

export type IssueCommentEvent = {
  kind: 'issue-comment'
  action: 'created' | 'edited' | 'deleted'
  repository: Repository
  issue: Issue
  isPullRequest: boolean
  comment: { id: number; body: string; author: Person; appId: number | null; createdAt: Date; updatedAt: Date; url: string }
  /** The comment's text before this edit of it. */
  bodyBefore: string | null
  sender: Person
}
