import { describe, expect, it } from 'vitest'
import { readPullRequestFiles } from '../../../src/changes/read-files.ts'
import type { Repository } from '../../../src/domain/repository.ts'
import type { PullRequestSummary } from '../../../src/github/github.ts'
import type { Work } from '../../../src/work.ts'
import { silentLog } from '../../support/silent-log.ts'

const failing = (status: number | null): Work =>
  ({
    log: silentLog,
    github: {
      pullRequestFiles: () => Promise.reject(Object.assign(new Error('no files'), status === null ? {} : { status })),
    },
  }) as unknown as Work
const pull = { number: 1, fileCount: 3, added: 5, deleted: 2 } as PullRequestSummary

describe('files that could not be read', () => {
  it.each([
    [500, 1],
    [502, 1],
    [null, 1],
    [404, 0],
    [422, 0],
  ])('after %s the change is kept as unknown, and %i failure is worth another try', async (status, count) => {
    const passing: Error[] = []
    const files = await readPullRequestFiles(failing(status), {} as Repository, pull, (error) => passing.push(error))
    expect(files).toMatchObject({ files: [], filesTruncated: true, fileCount: 3 })
    expect(passing).toHaveLength(count)
  })
})
