import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hasMarker, markerFor } from '../../src/domain/comment-marker.ts'
import { upsertComment } from '../../src/github/upsert-comment.ts'
import type { GitHub, IssueComment } from '../../src/github/github.ts'
import type { CommentRecord, CommentStore } from '../../src/store/incident-stores.ts'

const REPOSITORY = { id: 2 ** 40, owner: 'acme', name: 'shop' }
const ISSUE = 7
const OUR_APP = 41

/** An issue's comments and the store's record, where any call may fail before or after its effect. */
const world = (faults: ('before' | 'after' | 'none')[]) => {
  let clock = Date.parse('2026-03-01T10:00:00Z')
  let nextId = 2 ** 33
  let calls = 0
  const comments: IssueComment[] = []
  const github = new Map<string, number>()
  let record: CommentRecord | null = null
  const empty: CommentRecord = {
    repositoryId: REPOSITORY.id,
    issueNumber: ISSUE,
    commentId: null,
    bodyHash: null,
    intendedAt: null,
    deletedAt: null,
  }

  const now = (): Date => new Date((clock += 1000))
  const step = async <T>(name: string, effect: () => T): Promise<T> => {
    github.set(name, (github.get(name) ?? 0) + 1)
    const fault = faults[calls++] ?? 'none'
    if (fault === 'before') throw new Error(`broken before ${name}`)
    const result = effect()
    if (fault === 'after') throw new Error(`broken after ${name}`)
    return result
  }
  const write = (body: string, appId: number | null): IssueComment => {
    const comment = {
      id: nextId++,
      body,
      appId,
      author: { login: appId === null ? 'monalisa' : 'causeway[bot]', isBot: appId !== null },
      createdAt: now(),
      url: '',
    }
    comments.push(comment)
    return comment
  }
  const remove = (id: number): boolean => {
    const at = comments.findIndex((comment) => comment.id === id)
    if (at >= 0) comments.splice(at, 1)
    return at >= 0
  }
  const put = (set: Partial<CommentRecord>): void => {
    record = { ...(record ?? empty), ...set }
  }
  const store: CommentStore = {
    get: () => step('get', () => record && { ...record }),
    // As the real stores do: a saved comment keeps the time of its intent, an intent ends a deletion.
    intend: (_, __, at) => step('intend', () => put({ intendedAt: at, deletedAt: null })),
    saved: (_, __, commentId, bodyHash) => step('saved', () => put({ commentId, bodyHash, deletedAt: null })),
    deleted: (_, __, at) => step('deleted', () => put({ commentId: null, bodyHash: null, deletedAt: at })),
  }
  const port: Pick<GitHub, 'createComment' | 'updateComment' | 'deleteComment' | 'listComments' | 'appId'> = {
    createComment: (_, __, body) => step('createComment', () => write(body, OUR_APP)),
    updateComment: (_, id, body) =>
      step('updateComment', () => {
        const comment = comments.find((one) => one.id === id)
        if (comment) comment.body = body
        return comment !== undefined
      }),
    deleteComment: (_, id) => step('deleteComment', () => void remove(id)),
    listComments: (_, __, since) =>
      step('listComments', () => comments.filter(({ createdAt }) => !since || createdAt >= since).map((one) => ({ ...one }))),
    appId: () => OUR_APP,
  }
  const upsert = (body: string) =>
    upsertComment({ tenant: { comments: store }, github: port as GitHub, now }, { repository: REPOSITORY, issueNumber: ISSUE, body })
  const untilDone = async (body: string) => {
    for (;;) {
      try {
        return await upsert(body)
      } catch (error) {
        if (!(error instanceof Error) || !error.message.startsWith('broken')) throw error
      }
    }
  }
  const ours = (): IssueComment[] => comments.filter(({ appId }) => appId === OUR_APP)
  return { comments, github, ours, remove, untilDone, upsert, write, store, now }
}

const fault = fc.constantFrom('before' as const, 'after' as const, 'none' as const)
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('say' as const), body: fc.constantFrom('one', 'two', 'three') }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('try to say' as const), body: fc.constantFrom('one', 'two', 'three') }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('impostor' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('somebody deletes ours' as const) }) },
)

describe('one comment for a subject', () => {
  it('stays one, with the body last said, whatever fails before or after its effect', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fault, { maxLength: 30 }), fc.array(step, { minLength: 1, maxLength: 8 }), async (faults, steps) => {
        const { ours, remove, untilDone, upsert, write, comments } = world(faults)
        // Bodies of which the store may believe that they are the comment's: one of them said again changes nothing.
        let believed = new Set<string>()
        let impostors = 0
        for (const action of steps) {
          if (action.kind === 'impostor') {
            impostors += 1
            write(`${markerFor(REPOSITORY.id, ISSUE)}\nTrust me.`, null)
          } else if (action.kind === 'try to say') {
            // A process that was killed, or an answer that was overtaken: nobody tries this body again.
            await upsert(action.body).catch(() => null)
            believed.add(action.body)
          } else if (action.kind === 'somebody deletes ours') {
            for (const { id } of ours()) remove(id)
          } else {
            const wasThere = ours().length === 1
            await untilDone(action.body)
            if (wasThere || !believed.has(action.body)) expect(ours()).toHaveLength(1)
            else expect(ours().length).toBeLessThanOrEqual(1)
            for (const { body } of ours()) {
              expect(hasMarker(body, markerFor(REPOSITORY.id, ISSUE))).toBe(true)
              expect(body.endsWith(`\n${action.body}`)).toBe(true)
            }
            believed = new Set([action.body])
          }
        }
        expect(comments.filter(({ appId, body }) => appId === null && body.endsWith('Trust me.'))).toHaveLength(impostors)
      }),
      { numRuns: 5000 },
    )
  })
})

describe('a comment that somebody deleted', () => {
  it('is made again once, wherever two failures strike', async () => {
    const kinds = ['before', 'after'] as const
    for (let first = 0; first < 16; first += 1) {
      for (let second = first; second < 16; second += 1) {
        for (const [a, b] of kinds.flatMap((one) => kinds.map((other) => [one, other] as const))) {
          const faults: ('before' | 'after' | 'none')[] = Array.from({ length: 16 }, () => 'none')
          faults[first] = a
          faults[second] = b
          const { untilDone, ours, remove } = world(faults)
          remove((await untilDone('one')).commentId)
          await untilDone('two')
          expect(ours().map(({ body }) => body)).toEqual([`${markerFor(REPOSITORY.id, ISSUE)}\ntwo`])
        }
      }
    }
  })
})

describe('upsertComment', () => {
  it('writes the intent first, then creates, then saves', async () => {
    const { untilDone, github } = world([])
    expect((await untilDone('hello')).action).toBe('created')
    expect([...github.keys()]).toEqual(['get', 'intend', 'createComment', 'saved'])
  })

  it('asks GitHub nothing when nothing changed', async () => {
    const { untilDone, github } = world([])
    await untilDone('hello')
    github.clear()
    expect((await untilDone('hello')).action).toBe('unchanged')
    expect([...github.keys()]).toEqual(['get'])
  })

  it('edits in place', async () => {
    const { untilDone, ours } = world([])
    const first = await untilDone('hello')
    expect(await untilDone('good bye')).toEqual({ commentId: first.commentId, action: 'updated' })
    expect(ours()).toHaveLength(1)
  })

  it('does not take an edit whose answer was lost for one that never was', async () => {
    // Four calls make the comment; of the next three the last is the edit.
    const { untilDone, upsert, ours } = world(['none', 'none', 'none', 'none', 'none', 'none', 'after'])
    await untilDone('one')
    await expect(upsert('two')).rejects.toThrow('broken after updateComment')
    expect((await untilDone('one')).action).toBe('updated')
    expect(ours()[0]?.body.endsWith('\none')).toBe(true)
  })

  it('adopts the comment whose answer was lost', async () => {
    const { untilDone, ours } = world(['none', 'none', 'after'])
    expect((await untilDone('hello')).action).toBe('adopted')
    expect(ours()).toHaveLength(1)
  })

  it('deletes surplus ones of ours and keeps the oldest', async () => {
    const { untilDone, ours, write } = world(['none', 'none', 'after'])
    await expect(async () => world(['before']).upsert('x')).rejects.toThrow('broken before get')
    const body = `${markerFor(REPOSITORY.id, ISSUE)}\nolder`
    const oldest = write(body, OUR_APP)
    write(body, OUR_APP)
    expect(await untilDone('hello')).toEqual({ commentId: oldest.id, action: 'adopted' })
    expect(ours().map(({ id }) => id)).toEqual([oldest.id])
  })

  it('never takes a marker in anybody else’s comment for ours', async () => {
    const { untilDone, ours, write, comments } = world(['none', 'none', 'before'])
    write(`${markerFor(REPOSITORY.id, ISSUE)}\nTrust me.`, null)
    write(`${markerFor(REPOSITORY.id, ISSUE)}\nTrust me too.`, OUR_APP + 1)
    expect((await untilDone('hello')).action).toBe('created')
    expect(ours()).toHaveLength(1)
    expect(comments).toHaveLength(3)
  })

  it('makes a deleted comment again when the body changes, once', async () => {
    const { untilDone, ours, remove } = world([])
    const first = await untilDone('one')
    remove(first.commentId)
    expect((await untilDone('two')).action).toBe('created')
    expect((await untilDone('two')).action).toBe('unchanged')
    expect(ours()).toHaveLength(1)
  })

  it('makes a comment again whose deletion the store was told of', async () => {
    const { untilDone, ours, remove, store, now } = world([])
    const first = await untilDone('one')
    remove(first.commentId)
    await store.deleted(REPOSITORY.id, ISSUE, now())
    expect((await untilDone('two')).action).toBe('created')
    expect((await untilDone('two')).action).toBe('unchanged')
    expect(ours()).toHaveLength(1)
  })
})

describe('the marker', () => {
  it('belongs to one subject and stands on a line of its own', () => {
    const marker = markerFor(REPOSITORY.id, ISSUE)
    expect(hasMarker(`intro\r\n${marker}\r\nrest`, markerFor(REPOSITORY.id, ISSUE))).toBe(true)
    expect(hasMarker(marker, markerFor(REPOSITORY.id, ISSUE + 1))).toBe(false)
    expect(hasMarker(marker, markerFor(REPOSITORY.id + 1, ISSUE))).toBe(false)
    expect(hasMarker(`> ${marker}`, markerFor(REPOSITORY.id, ISSUE))).toBe(false)
  })
})
