import type { ReleaseEvent } from '../domain/event.ts'
import type { Touched, Work } from '../work.ts'
import { recordReport } from './record-deployment.ts'
import { seeRepository } from './see-repository.ts'

/** A published release is a deployment where the repository's file says `deployments: { from: releases }`. One request. */
export async function recordRelease(work: Work, event: ReleaseEvent): Promise<Touched> {
  const { repository, tag, isPrerelease } = event
  const catalog = await seeRepository(work, repository)
  if (catalog.settings.deployments.from.kind !== 'releases') return []
  const tagged = await work.github.commitFiles(repository, tag)
  if (!tagged) {
    work.log.warn({ tag }, "the release's tag points at no commit: not recorded as a deployment")
    return []
  }
  return recordReport(work, catalog, {
    repository,
    facts: {
      source: 'release',
      // A pre-release that becomes a release goes live a second time, elsewhere.
      externalId: isPrerelease ? `${event.id}/prerelease` : String(event.id),
      environment: isPrerelease ? 'prerelease' : 'production',
      task: null,
      workflow: null,
      statedService: null,
      sha: tagged.commit.sha,
      ref: tag,
      creator: event.author,
      createdAt: event.publishedAt,
      url: event.url,
      isTransient: false,
      isProduction: !isPrerelease,
    },
    change: { state: 'success', at: event.publishedAt, url: event.url },
  })
}
