// Something went live (or out): what was said of its changes elsewhere is kept true.
import { changesBehind } from './changes-behind.ts'
import { reviewDeployment } from './review-deployment.ts'
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
    const told = live.flatMap((entry) => entry.carried.map((each) => each.changeId))
    for (const { deployment } of live) {
      await reviewDeployment(work, deployment.id)
      told.push(...(await changesBehind(work, deployment)))
    }
    const out = live.flatMap((entry) => entry.carried.filter(({ direction }) => direction === 'out').map((each) => each.changeId))
    await reviewUndone(work, repositoryId, out)
    await followMerged(work, repositoryId, told)
  }
}

/** What a rollback took out: the deployments that had brought it get their verdict. */
async function reviewUndone(work: Work, repositoryId: number, changeIds: readonly number[]): Promise<void> {
  if (changeIds.length === 0) return
  const carriers = (await work.tenant.deployments.carrying([...changeIds])).filter(
    ({ deployment, direction }) => direction === 'in' && deployment.repositoryId === repositoryId && deployment.isProduction,
  )
  const ids = [...new Set(carriers.map(({ deployment }) => deployment.id))].slice(0, MOST_MOMENTS)
  for (const id of ids) if (await work.tenant.reviews.get(id)) await reviewDeployment(work, id)
}
