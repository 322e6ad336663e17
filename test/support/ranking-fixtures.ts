import type { ChangedFile } from '../../src/domain/change.ts'
import type { Candidate, EarlierChange, IncidentQuery, RepositoryPast } from '../../src/domain/ranking.ts'
import { summarize } from '../../src/rank/earlier-change.ts'
import { prepareCandidate } from '../../src/rank/prepare.ts'

export const INCIDENT_AT = new Date('2026-03-10T12:00:00Z')
const HOUR_MS = 3_600_000

export function hoursBefore(hours: number): Date {
  return new Date(INCIDENT_AT.getTime() - hours * HOUR_MS)
}

export function changedFile(path: string, facts: Partial<ChangedFile> = {}): ChangedFile {
  return { path, previousPath: null, status: 'modified', added: 10, deleted: 2, ranges: [], symbols: [], ...facts }
}

/** A plain candidate that landed a day before; `files` follow from `paths` when not given. */
export function candidate(facts: Partial<Candidate> & { id: string }): Candidate {
  const paths = facts.paths ?? facts.files?.map(({ path }) => path) ?? [`src/${facts.id}.ts`]
  const files = facts.files ?? paths.map((path) => changedFile(path))
  return {
    title: 'Tidy the code',
    body: '',
    fileCount: files.length,
    added: 10,
    deleted: 2,
    identifiers: [],
    symbols: [],
    author: null,
    labels: [],
    mergedAt: hoursBefore(24),
    liveAt: null,
    serviceDistance: null,
    references: [],
    bumps: [],
    filesTruncated: false,
    ruledOut: null,
    ...facts,
    paths,
    files,
  }
}

export function earlierChangeOf(facts: Partial<Candidate> & { id: string }): EarlierChange {
  return summarize(prepareCandidate(candidate(facts)))
}

export function incidentQuery(text: string, title = ''): IncidentQuery {
  return { at: INCIDENT_AT, title, text, services: [] }
}

export function emptyPast(facts: Partial<RepositoryPast> = {}): RepositoryPast {
  return { documentCount: 0, documentFrequency: new Map(), culprits: [], files: new Map(), landedAt: [], ...facts }
}
