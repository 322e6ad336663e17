import { upsertComment, type CommentSubject } from './upsert-comment.ts'

type Refused = { action: string; reason?: string }

/**
 * `upsertComment` where GitHub may say no for good: on a locked conversation the comment waits until it is unlocked, one
 * that is gone needs none, and without the permission there is none. Each is told in `action`. Throws everything else.
 */
export async function keepComment(
  needs: Parameters<typeof upsertComment>[0],
  subject: CommentSubject,
): Promise<Awaited<ReturnType<typeof upsertComment>> | Refused> {
  try {
    return await upsertComment(needs, subject)
  } catch (error) {
    const status = error instanceof Error && 'status' in error ? error.status : null
    if (status === 404 || status === 410) return { action: 'left alone: GitHub no longer shows us the place' }
    if (status !== 403 || !(error instanceof Error)) throw error
    if (/\block(ed)?\b/i.test(error.message)) return { action: 'left alone: the conversation is locked' }
    if (/not accessible by integration/i.test(error.message))
      return { action: 'left alone: the App may not write here', reason: error.message }
    throw error
  }
}
