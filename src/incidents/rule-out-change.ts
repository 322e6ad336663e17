// What excludes a change: it was taken out before, came after, went elsewhere, or never went live. Pure: facts in, a reason out.
import { formatDistanceStrict } from 'date-fns/formatDistanceStrict'
import type { Change } from '../domain/change.ts'
import type { Deployment } from '../domain/deployment.ts'
import type { RuledOut } from '../domain/ranking.ts'

/** Without a deployment for this long, merges speak for themselves. */
export const STALE_DEPLOYMENTS_MS = 3 * 24 * 60 * 60_000

/** A deployment that went live with a change, or without it from then on. */
type Carry = { direction: 'in' | 'out'; deployment: Deployment }

type Facts = {
  change: Change
  at: Date
  /** Where it went, of the incident's services; `production` of them to production. */
  inScope: Carry[]
  production: Carry[]
  /** Change → where it and its repeats went. */
  carries: Map<number, Carry[]>
  /** `repository:service` → its last deployment before `at`. */
  deployedSince: Map<string, Date>
  /** Those of the incident's that the change touches. */
  services: string[]
}

/** The fact that excludes a change as the cause of what began at `at`, in one sentence; null when none does. */
export function ruleOutChange({ change, at, inScope, production, carries, deployedSince, services }: Facts): RuledOut | null {
  const before = latest(production.filter((entry) => entry.deployment.liveAt! <= at))
  if (before?.direction === 'out') {
    return { reason: 'rolled-back', sentence: `Rolled back ${ago(before.deployment.liveAt!, at)} before it began.` }
  }
  const revert = change.revertedBy.find((each) => revertIsLive(each, carries, at, production.length > 0))
  if (revert) return { reason: 'already-reverted', sentence: `Reverted ${ago(revert.mergedAt, at)} before it began.` }
  if (before) return null
  const later = earliest(production.filter((entry) => entry.direction === 'in'))
  if (later) {
    return {
      reason: 'live-after',
      sentence: `Went live in ${later.deployment.environment} ${ago(later.deployment.liveAt!, at)} after it began.`,
    }
  }
  if (change.mergedAt > at) return { reason: 'live-after', sentence: `Merged ${ago(change.mergedAt, at)} after it began.` }
  const elsewhere = earliest(inScope.filter((entry) => entry.direction === 'in' && entry.deployment.liveAt! <= at))
  if (elsewhere) return { reason: 'other-environment', sentence: `Live in ${elsewhere.deployment.environment} only.` }
  const covered = services.map((service) => deployedSince.get(`${change.repositoryId}:${service}`))
  const isCovered =
    covered.length > 0 &&
    covered.every((lastAt) => lastAt && (change.mergedAt <= lastAt || at.getTime() - lastAt.getTime() < STALE_DEPLOYMENTS_MS))
  return isCovered ? { reason: 'not-deployed', sentence: 'Merged, but not live in production when it began.' } : null
}

/** A merged revert helps only once it is live, where that is known. */
function revertIsLive(
  revert: { changeId: number; mergedAt: Date },
  carries: Map<number, Carry[]>,
  at: Date,
  deploymentsKnown: boolean,
): boolean {
  const live = earliest((carries.get(revert.changeId) ?? []).filter((entry) => entry.deployment.isProduction && entry.direction === 'in'))
  if (live) return live.deployment.liveAt! <= at
  return !deploymentsKnown && revert.mergedAt <= at
}

export function earliest(entries: Carry[]): Carry | undefined {
  return entries.toSorted((a, b) => a.deployment.liveAt!.getTime() - b.deployment.liveAt!.getTime())[0]
}

export function latest(entries: Carry[]): Carry | undefined {
  return entries.toSorted((a, b) => b.deployment.liveAt!.getTime() - a.deployment.liveAt!.getTime())[0]
}

function ago(moment: Date, at: Date): string {
  return formatDistanceStrict(moment, at)
}
