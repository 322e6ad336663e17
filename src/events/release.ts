// `release` as a fact: a version was published. Only some repositories count that as a deployment.
import { z } from 'zod'
import type { Ignored, ReleaseEvent } from '../domain/event.ts'
import { line, person, repositoryOf, repositoryPart, when } from './payload-parts.ts'
import { id, ignored, readPayload } from './read-payload.ts'

const releasePayload = z.object({
  action: line,
  installation: z.object({ id }),
  repository: repositoryPart,
  release: z.object({
    id,
    tag_name: line.pipe(z.string().min(1).max(300)),
    draft: z.boolean().nullish(),
    prerelease: z.boolean().nullish(),
    author: person,
    published_at: when.nullish(),
    html_url: line,
  }),
})

export function releaseEvent(payload: unknown): ReleaseEvent | Ignored {
  const read = readPayload(releasePayload, payload)
  if ('reason' in read) return ignored(read.reason)
  const { action, installation, repository, release } = read.data
  // `released` is also sent when a pre-release becomes a release; for all others `published` said the same before.
  if (action !== 'published' && action !== 'released') return ignored(`release.${action}: nothing was published`)
  if (release.draft === true || !release.published_at) return ignored('release: a draft')
  return {
    kind: 'release',
    repository: repositoryOf(repository, installation.id),
    id: release.id,
    tag: release.tag_name,
    isPrerelease: release.prerelease ?? false,
    author: release.author,
    publishedAt: release.published_at,
    url: release.html_url,
  }
}
