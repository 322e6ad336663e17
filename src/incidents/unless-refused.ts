import type { Work } from '../work.ts'

/**
 * Does what is nice to have: where GitHub refuses it for good (the App may not write here, the conversation is locked, the
 * place is gone), one line in the log says so and the rest goes on. Tells whether it was done; throws everything else.
 */
export async function unlessRefused(work: Work, left: string, request: () => Promise<unknown>): Promise<boolean> {
  try {
    await request()
    return true
  } catch (error) {
    const status = error instanceof Error && 'status' in error ? error.status : null
    if (status !== 403 && status !== 404 && status !== 410) throw error
    work.log.warn({ status, err: error }, `GitHub refused: ${left}`)
    return false
  }
}
