// The gate's policy and what is known become a decision with its reason, in one plain sentence. Pure. In doubt it approves.
import type { GateDecision, GateFacts, GatePolicy, QuietHours } from '../domain/gate.ts'
import { percentOf } from '../render/risk-words.ts'
import { span } from '../render/words.ts'

export function gateDecision(policy: GatePolicy, facts: GateFacts, now: Date): GateDecision {
  if (facts.isRollback) return approve('It goes back to a version that was live before; that is never held.')
  if (facts.heldMs >= policy.longestHoldMs)
    return approve(`It was held for ${span(policy.longestHoldMs)}, the longest this repository allows.`)
  const grave = facts.incidents.filter(({ severity }) => severity !== null && policy.severities.includes(severity))
  const [incident] = grave.filter((each) => !each.isFixedByIt)
  const stop = (reason: string): GateDecision => ({ decision: policy.action, reason })
  if (incident)
    return stop(
      `Incident ${incident.name} (severity ${incident.severity}) is open on ${incident.services.join(', ')}. It goes on when the incident is over, or by "/deploy-anyway <reason>" there.`,
    )
  if (grave.length > 0) return approve(`It carries the fix of incident ${grave.map(({ name }) => name).join(', ')}.`)
  const quiet = policy.quietHours.find((hours) => isWithin(hours, now))
  if (quiet) return stop(`Quiet hours until ${quiet.to} (${quiet.timezone}).`)
  if (policy.maxRisk !== null && facts.risk !== null && facts.risk > policy.maxRisk)
    return stop(`The risk of what it carries is ${percentOf(facts.risk)}, above this repository's limit of ${percentOf(policy.maxRisk)}.`)
  const unknown = policy.maxRisk !== null && facts.risk === null ? ' What it carries is not known, so its risk was not weighed.' : ''
  return approve(`No incident holds it.${unknown}`)
}

const approve = (reason: string): GateDecision => ({ decision: 'approve', reason })

const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const

function isWithin({ days, from, to, timezone }: QuietHours, now: Date): boolean {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: timezone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  })
    .formatToParts(now)
    .reduce<Record<string, string>>((all, { type, value }) => ({ ...all, [type]: value }), {})
  const time = `${parts['hour']}:${parts['minute']}`
  const today = DAYS.indexOf((parts['weekday'] ?? '').toLowerCase() as (typeof DAYS)[number])
  const on = (index: number): boolean => days.length === 0 || days.some((day) => day === DAYS[(index + 7) % 7])
  if (from <= to) return on(today) && time >= from && time < to
  return (on(today) && time >= from) || (on(today - 1) && time < to)
}
