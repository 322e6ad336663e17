// What callers of the HTTP API tell: deployments and changes that GitHub does not see.
import type { ApiChange, ApiDeployment, ApiRepository } from '../domain/api.ts'
import type { ChangeFacts, Person } from '../domain/change.ts'
import type { Repository } from '../domain/repository.ts'
import type { Touched, Work } from '../work.ts'
import { bodyExcerpt, cleanTitle } from './change-facts.ts'
import { bumpsOf } from './describe/bumps.ts'
import { referencesOf } from './describe/references.ts'
import { recordReport } from './record-deployment.ts'
import { seeRepository } from './see-repository.ts'
import { storeChange } from './store-change.ts'

/** Always counts, whatever source the repository's file names: somebody said it on purpose. */
export async function recordApiDeployment(work: Work, call: ApiDeployment): Promise<Touched> {
  const repository = await repositoryOf(work, call.repository)
  return recordReport(work, await seeRepository(work, repository), {
    repository,
    facts: {
      source: 'api',
      externalId: call.externalId,
      environment: call.environment,
      task: call.task,
      workflow: null,
      statedService: call.service,
      sha: call.sha,
      ref: call.ref ?? call.sha,
      creator: personOf(call.creator),
      createdAt: call.at,
      url: call.url,
      isTransient: false,
      isProduction: call.isProduction ?? /^prod/i.test(call.environment),
    },
    change: { state: call.state, at: call.at, url: call.url },
  })
}

/** A change that GitHub told of already stays as GitHub told it. */
export async function recordApiChange(work: Work, call: ApiChange): Promise<Touched> {
  const repository = await repositoryOf(work, call.repository)
  const touched = [{ repositoryId: repository.id, at: call.mergedAt }]
  const { changes } = work.tenant
  const bySha = call.sha === null ? null : await changes.byCommit(repository.id, call.sha)
  const known = bySha ?? (call.number === null ? null : await changes.byNumber(repository.id, call.number))
  if (known && (known.files.length > 0 || call.files === null)) return [{ repositoryId: repository.id, at: known.mergedAt }]
  await storeChange(work, factsOf(repository, call))
  return touched
}

function factsOf(repository: Repository, call: ApiChange): ChangeFacts {
  const author = personOf(call.author)
  // Not a commit: a name that no commit can have stands for it.
  const mergeSha = call.sha ?? `api:${call.externalId}`
  const files = (call.files ?? []).map((file) => ({ ...file, ranges: [], symbols: [] }))
  const sum = (key: 'added' | 'deleted') => files.reduce((total, file) => total + file[key], 0)
  return {
    repositoryId: repository.id,
    number: call.number,
    mergeSha,
    commitShas: [mergeSha],
    baseSha: null,
    headSha: call.sha,
    branch: call.branch ?? repository.defaultBranch,
    title: cleanTitle(call.title),
    bodyExcerpt: bodyExcerpt(call.body),
    author,
    merger: null,
    reviewers: [],
    labels: call.labels,
    mergedAt: call.mergedAt,
    files,
    filesTruncated: call.files === null,
    fileCount: files.length,
    added: sum('added'),
    deleted: sum('deleted'),
    identifiers: [],
    references: referencesOf({ title: call.title, body: call.body, repository }),
    patchId: null,
    bumps: author?.isBot ? bumpsOf(call) : [],
    url: call.url ?? '',
    updatedAt: call.mergedAt,
  }
}

async function repositoryOf(work: Work, named: ApiRepository): Promise<Repository> {
  const repository = await work.tenant.repositories.byId(named.id)
  if (!repository) throw new Error(`${named.owner}/${named.name} is not known to this installation: install the App on it first`)
  return repository
}

const personOf = (login: string | null): Person | null =>
  login === null || login === '' ? null : { login, isBot: login.endsWith('[bot]') }
