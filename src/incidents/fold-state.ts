// The state of an incident is a fold over what was said and done, in the order in which it was said: whatever order the
// news come in, they end in the same state. Pure.
import type { Incident, IncidentState } from '../domain/incident.ts'
import type { TimelineEntry } from '../domain/timeline.ts'

type FoldedState = Omit<IncidentState, 'duplicateOfId'> & { duplicateOf: { repositoryId: number; issueNumber: number } | null }

/** What the newest snapshot of the issue says by itself. */
export type StateBase = Pick<Incident, 'isTrusted' | 'closedAt' | 'severity' | 'services' | 'servicesBy'>

export function foldState(base: StateBase, entries: TimelineEntry[]): FoldedState {
  const { severity, services, servicesBy } = base
  const state: FoldedState = {
    status: 'triggered',
    acknowledgedAt: null,
    mitigatedAt: null,
    resolvedAt: null,
    severity,
    lead: null,
    services,
    servicesBy,
    duplicateOf: null,
  }
  const told = entries.toSorted((a, b) => a.saidAt.getTime() - b.saidAt.getTime() || (a.key < b.key ? -1 : 1))
  for (const entry of told) apply(state, entry)
  const lastWord = told.findLast(({ fact }) => ['resolved', 'closed', 'reopened', 'declared'].includes(fact.kind))?.fact.kind
  // What the issue is now counts more than the last news of its closing or reopening, which may have been missed.
  if (base.closedAt === null && state.status === 'resolved' && lastWord === 'closed') goOn(state)
  if (base.closedAt !== null && state.status !== 'resolved') end(state, base.closedAt)
  if (base.isTrusted) return state
  return { ...state, status: state.status === 'resolved' ? 'resolved' : 'reported', acknowledgedAt: null, mitigatedAt: null }
}

function apply(state: FoldedState, { fact, at, by }: TimelineEntry): void {
  switch (fact.kind) {
    case 'assigned':
      return acknowledge(state, at)
    case 'acknowledged':
      acknowledge(state, at)
      if (fact.how === 'stated') state.acknowledgedAt = at
      return
    case 'mitigated':
      state.mitigatedAt = at
      if (state.status !== 'resolved') state.status = 'mitigated'
      return
    case 'resolved':
      return end(state, at)
    case 'closed':
      if (state.status !== 'resolved') end(state, at)
      return
    case 'declared':
      state.duplicateOf = null
      if (state.status === 'mitigated' || state.status === 'resolved') goOn(state)
      return
    case 'reopened':
      return goOn(state)
    case 'severity':
      state.severity = fact.severity
      return
    case 'lead':
      state.lead = fact.login
      return acknowledge(state, at)
    case 'services':
      state.services = [...new Set([...(fact.only ?? state.services), ...fact.add])].filter((name) => !fact.remove.includes(name))
      state.servicesBy = by === null ? 'api' : 'command'
      return
    case 'duplicate':
      state.duplicateOf = { repositoryId: fact.repositoryId, issueNumber: fact.issueNumber }
      return
    default:
      // What was merely said or seen changes no state.
      return
  }
}

/** The first one stands; nobody acknowledges what is mitigated or over. */
function acknowledge(state: FoldedState, at: Date): void {
  if (state.status !== 'triggered') return
  state.status = 'acknowledged'
  state.acknowledgedAt ??= at
}

function end(state: FoldedState, at: Date): void {
  state.status = 'resolved'
  state.resolvedAt = at
}

/** People who were on it are on it still. */
function goOn(state: FoldedState): void {
  state.status = state.acknowledgedAt === null ? 'triggered' : 'acknowledged'
  state.mitigatedAt = null
  state.resolvedAt = null
}
