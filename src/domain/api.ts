import type { FileStatus } from './change.ts'
import type { DeploymentState } from './deployment.ts'

// What a call of the HTTP API says once it was checked and its repository was found within the token's installation.
// The inbox keeps the call as it came (api.deployment, api.change, api.incident); these are what the use cases get.

export type ApiRepository = { id: number; owner: string; name: string }

export type ApiDeployment = {
  repository: ApiRepository
  /** The same id in a later call means the same deployment in another state. The delivery's GUID when none was given. */
  externalId: string
  /** Null: to be found like that of any other deployment. */
  service: string | null
  environment: string
  /** Full commit sha, lower case. */
  sha: string
  ref: string | null
  state: DeploymentState
  /** When it reached `state`. */
  at: Date
  creator: string | null
  url: string | null
  task: string | null
  /** Null: not said; judge by the environment's name. */
  isProduction: boolean | null
}

/** A change that no webhook tells about: a pushed commit of a mirrored repository, a flag flipped, a manual migration. */
export type ApiChange = {
  repository: ApiRepository
  /** Unique in the repository; the delivery's GUID when none was given. */
  externalId: string
  /** Full commit sha, lower case; null when the change is not a commit. */
  sha: string | null
  number: number | null
  title: string
  body: string
  author: string | null
  /** Null: the default branch. */
  branch: string | null
  mergedAt: Date
  labels: string[]
  /** Null: not said, so unknown. */
  files: { path: string; previousPath: string | null; status: FileStatus; added: number; deleted: number }[] | null
  url: string | null
}

/** Somebody's monitoring says that something broke: an issue is to be opened for it. */
export type ApiIncident = {
  repository: ApiRepository
  /** The same id again means the same incident. The delivery's GUID when none was given. */
  externalId: string
  title: string
  body: string
  services: string[]
  severity: number | null
  /** Null: when the call was received. */
  detectedAt: Date | null
  receivedAt: Date
  url: string | null
}
