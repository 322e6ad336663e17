import { isInPool } from '../domain/ranking.ts'
import { packChange, unpackCandidate } from '../rank/kept-change.ts'
import { prepareCandidate, type PreparedCandidate } from '../rank/prepare.ts'
import type { Work } from '../work.ts'
import type { GatheredCandidate } from './gather-candidates.ts'

/** Those that are weighed, cut into terms; the store keeps what that gives, so that it is done once a change. */
export async function cutCandidates(work: Work, gathered: readonly GatheredCandidate[]): Promise<PreparedCandidate[]> {
  const weighed = gathered.filter(({ candidate }) => isInPool(candidate))
  const kept = await work.tenant.changes.gists(weighed.map(({ change }) => change.id))
  const fresh: { id: number; gist: Uint8Array }[] = []
  const cut = weighed.map(({ change, candidate }) => {
    const gist = kept.get(change.id)
    const known = gist ? unpackCandidate(candidate, gist) : null
    if (known !== null) return known
    const prepared = prepareCandidate(candidate)
    fresh.push({ id: change.id, gist: packChange(prepared) })
    return prepared
  })
  if (fresh.length > 0) await work.tenant.changes.setGists(fresh)
  return cut
}
