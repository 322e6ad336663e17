import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { laneOf } from '../../../src/inbox/lane.ts'

const bytes = (value: unknown) => new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value))

describe('the lane of a delivery', () => {
  const installation = { id: 2 ** 40 + 1 }
  const repository = { id: 2 ** 40 + 2 }

  it.each([
    ['push', { installation, repository }, `repository:${repository.id}`, installation.id],
    ['repository', { installation, repository }, `repository:${repository.id}`, installation.id],
    ['push', { repository }, `repository:${repository.id}`, null],
    ['installation', { installation }, `installation:${installation.id}`, installation.id],
    ['installation_repositories', { installation, repository }, `installation:${installation.id}`, installation.id],
    ['organization', { installation }, `installation:${installation.id}`, installation.id],
    ['ping', { zen: 'Speak like a human.' }, 'other', null],
    ['push', { repository: { id: '12' }, installation }, `installation:${installation.id}`, installation.id],
    ['push', { repository: { id: 1.5 } }, 'other', null],
    ['push', { repository: { id: 2 ** 60 } }, 'other', null],
    ['push', { repository: null, installation: [] }, 'other', null],
    ['push', '{"repository":', 'other', null],
    ['push', '', 'other', null],
    ['push', '[1,2]', 'other', null],
    ['push', 'null', 'other', null],
  ])('%s %j → %s', (event, payload, lane, installationId) => {
    expect(laneOf(event, bytes(payload))).toEqual({ lane, installationId })
  })

  it('never throws, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.string(), fc.oneof(fc.uint8Array(), fc.json().map(bytes)), (event, body) => {
        expect(laneOf(event, body).lane).toMatch(/^(other|(repository|installation):\d+)$/)
      }),
    )
  })
})
