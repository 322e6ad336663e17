import { nameGlob } from '../catalog/glob.ts'
import type { Repository } from '../domain/repository.ts'
import type { Catalog } from '../domain/service.ts'

/** Whether what lands on this branch counts as a change: the default branch, and those the repository's file names. */
export const isDeployedBranch = (repository: Repository, catalog: Catalog, branch: string): boolean =>
  branch === repository.defaultBranch || catalog.settings.deployments.branches.some((pattern) => nameGlob(pattern)(branch))
