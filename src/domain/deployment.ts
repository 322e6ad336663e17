import type { Person } from './change.ts'

export type DeploymentState = 'pending' | 'queued' | 'in_progress' | 'success' | 'failure' | 'error' | 'inactive'

/** Made, and not at an end yet. */
export const UNDER_WAY: ReadonlySet<DeploymentState> = new Set(['pending', 'queued', 'in_progress'])

/** How a version relates to what was live before it in the same service and environment. */
export type DeploymentKind =
  /** No earlier version known: carries no changes. */
  | 'first'
  /** Newer than what was live. */
  | 'forward'
  /** A version seen before that differs from the previous one: takes changes out. */
  | 'rollback'
  /** The same version again. */
  | 'repeat'
  /** Neither ancestor nor descendant of what was live (hotfix or release branch). */
  | 'sideways'
  /** Not live (yet). */
  | 'pending'

export type DeploymentFacts = {
  repositoryId: number
  /** Where it was reported: unique together with `externalId` within the repository. */
  source: 'deployment' | 'release' | 'workflow_run' | 'api'
  externalId: string
  environment: string
  task: string | null
  workflow: string | null
  /** `payload.service`, when the deployer named it. */
  statedService: string | null
  sha: string
  ref: string
  creator: Person | null
  createdAt: Date
  url: string | null
  isTransient: boolean
  /** GitHub's `production_environment`, or a name that says so (`^prod`). */
  isProduction: boolean
}

export type DeploymentStateChange = { state: DeploymentState; at: Date; url: string | null }

/** One version going to one environment of one service. One reported deployment may become several of these. */
export type Deployment = Omit<DeploymentFacts, 'statedService'> & {
  id: number
  service: string
  /** Canonical environment name from the service's mapping. */
  environment: string
  /** How the service was found; `ambiguous` is said in the comment. */
  serviceBy: 'payload' | 'mapping' | 'paths' | 'environment' | 'only'
  isAmbiguous: boolean
  states: DeploymentStateChange[]
  state: DeploymentState
  /** When it reached `success`; null until then. */
  liveAt: Date | null
  kind: DeploymentKind
  previousDeploymentId: number | null
  previousSha: string | null
  /** True when the range between the versions could not be read whole. */
  isTruncated: boolean
}

/** What a deployment put in or, for a rollback, took out. */
export type CarriedChange = { changeId: number; direction: 'in' | 'out' }
