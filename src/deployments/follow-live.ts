// Something went live (or out): what was said of its changes elsewhere is kept true.
import { followMerged } from '../pull-requests/follow-merged.ts'
import type { Touched, Work } from '../work.ts'

const MOST_MOMENTS = 20
const MOST_DEPLOYMENTS = 50

/** `touched` is what recording told; moments at which nothing of this repository went live cost one query each. */
export async function followLive(work: Work, repositoryId: number, touched: Touched): Promise<void> {
  const catalog = (await work.tenant.catalogs.get(repositoryId))?.catalog
  const services = (catalog?.services ?? []).map((service) => ({ repositoryId, service: service.name }))
  const moments = new Set(touched.flatMap((each) => (each.repositoryId === repositoryId ? [each.at.getTime()] : [])))
  for (const moment of [...moments].slice(0, MOST_MOMENTS)) {
    const at = new Date(moment)
    const live = await work.tenant.deployments.liveBetween(services, at, at, MOST_DEPLOYMENTS)
    const carried = live.flatMap((entry) => entry.carried.map((each) => each.changeId))
    await followMerged(work, repositoryId, carried)
  }
}
