import type { Change, ChangedFile, Person } from './change.ts'
import type { RiskAssessment } from './risk.ts'
import type { Contact, Link } from './report.ts'
import type { Repository } from './repository.ts'

/** A pull request that is not merged yet (or was, a moment ago), as its webhook shows it. */
export type PullRequestFacts = {
  repositoryId: number
  number: number
  title: string
  /** At most 2,000 characters. */
  body: string
  labels: string[]
  author: Person
  headSha: string
  baseRef: string
  isDraft: boolean
  /** Merged ones are not open. */
  isOpen: boolean
  fileCount: number
  added: number
  deleted: number
  url: string
  updatedAt: Date
}

/** What it touches, and for which head against which base that was read. */
export type PullRequestFiles = { headSha: string; baseRef: string; files: ChangedFile[]; isTruncated: boolean }

export type PullRequest = PullRequestFacts & { read: PullRequestFiles | null }

export type PullRequestEvent = {
  kind: 'pull-request'
  action: string
  repository: Repository
  pullRequest: Omit<PullRequestFacts, 'repositoryId'>
}

/** GitHub's Re-run button on a check of ours; `externalId` is null for all of that commit. */
export type CheckRerunEvent = { kind: 'check-rerun'; repository: Repository; externalId: string | null; headSha: string }

/** An earlier incident that was caused by a change of one of these files. */
export type FileIncident = {
  incidentId: number
  /** Of the incident. */
  repositoryId: number
  issueNumber: number
  title: string
  url: string
  severity: number | null
  detectedAt: Date
  resolvedAt: Date | null
  changeId: number
}

/** The incident, the repository it was reported in, the change that caused it, and who fixed it where that is known. */
export type CausedIncident = { incident: FileIncident; home: Repository; cause: Change; fixer: Person | null }

/** Everything the risk check of a pull request says. */
export type RiskReport = {
  number: number
  assessment: RiskAssessment
  /** Of the repository's file; null where it sets none. */
  failAbove: number | null
  services: string[]
  incidents: (Omit<FileIncident, 'repositoryId' | 'incidentId' | 'changeId' | 'issueNumber' | 'url'> & {
    link: Link
    cause: Link
    paths: string[]
  })[]
  /** Going on now on the services it would touch. */
  open: { link: Link; title: string; severity: number | null; services: string[]; detectedAt: Date }[]
  contacts: Contact[]
  /** How many of all files were read. */
  files: { read: number; all: number }
  whereabouts: string[]
  annotations: { path: string; line: number; message: string }[]
}
