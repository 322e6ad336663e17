// One GitHub for each installation, signed in when first needed and watched from then on.
import type { GitHub } from './github.ts'
import { octokitGitHub } from './octokit-github.ts'
import type { OctokitLike } from './octokit-calls.ts'
import type { Spacing } from './space-writes.ts'
import { watchOctokit, type SeenRequest } from './watch-octokit.ts'

export type ClientOptions = {
  signIn: (installationId: number) => Promise<OctokitLike>
  /** What GitHub last told of the installation's permissions. */
  permissionsOf: (installationId: number) => Promise<Record<string, string>>
  /** Called when these became others: a token keeps, for its hour, the permissions that it was made with. */
  dropToken: (installationId: number) => void
  appId: number
  now: () => Date
  heldUntil: (installationId: number, now: Date) => Promise<Date | null>
  /** Whether what runs now still holds its lane. */
  isLeased?: () => Promise<boolean>
  /** Awaited before anything is written. */
  beforeWrite?: () => Promise<void>
  /** How its writes are spaced; null: not at all. */
  spacingOf?: (installationId: number) => Spacing | null
  seen?: (installationId: number, request: SeenRequest) => void
}

export type Clients = {
  githubFor: (installationId: number) => Promise<GitHub>
  /** Until when what can wait should, so that enough of this hour's requests is left for what can't; null when there is. */
  restUntil: (installationId: number) => Date | null
}

/** The share of an hour's requests that reading the past leaves alone. */
const KEPT_SHARE = 0.3

export function installationClients({
  signIn,
  permissionsOf,
  dropToken,
  appId,
  now,
  heldUntil,
  isLeased = () => Promise.resolve(true),
  beforeWrite = () => Promise.resolve(),
  spacingOf = () => null,
  seen,
}: ClientOptions): Clients {
  const clients = new Map<number, { github: GitHub; permissions: string }>()
  const budgets = new Map<string, { resource: string; remaining: number; limit: number; resetAt: Date }>()

  async function signedIn(id: number): Promise<GitHub> {
    const octokit = await signIn(id)
    watchOctokit(octokit, {
      heldUntil: () => heldUntil(id, now()),
      isLeased,
      beforeWrite,
      spacing: spacingOf(id),
      seen: (request) => {
        if (request.budget) budgets.set(`${id} ${request.budget.resource}`, request.budget)
        seen?.(id, request)
      },
    })
    return octokitGitHub(octokit, { appId, now })
  }

  return {
    async githubFor(id) {
      const permissions = JSON.stringify(await permissionsOf(id))
      const known = clients.get(id)
      if (known && known.permissions !== permissions) dropToken(id)
      const github = known?.github ?? (await signedIn(id))
      clients.set(id, { github, permissions })
      return github
    },
    restUntil(id) {
      const low = ['core', 'graphql'].flatMap((resource) => budgets.get(`${id} ${resource}`) ?? [])
      const until = low.filter((one) => one.resetAt > now() && one.remaining < one.limit * KEPT_SHARE).map((one) => one.resetAt.getTime())
      return until.length === 0 ? null : new Date(Math.max(...until))
    },
  }
}
