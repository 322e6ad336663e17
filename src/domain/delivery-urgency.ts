import type { Urgency } from './delivery.ts'

const URGENCY: Record<string, Urgency> = {
  issues: 0,
  issue_comment: 0,
  'api.incident': 0,
  'causeway.refresh': 0,
  'causeway.follow-up': 1,
  pull_request: 2,
  pull_request_review: 2,
  check_run: 2,
  check_suite: 2,
  'causeway.backfill': 3,
}

/** By the event alone: what it says is not read before its lane has its turn. */
export function urgencyOf(event: string): Urgency {
  return Object.hasOwn(URGENCY, event) ? (URGENCY[event] ?? 1) : 1
}
