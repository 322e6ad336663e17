// What happened in an incident, one entry each. The incident's state is a fold over these (src/incidents/fold-state.ts).
import type { Person } from './change.ts'
import type { Outcome } from './incident.ts'

/** What an entry means; `kind` is also how programs filter it. */
export type TimelineFact =
  /** The issue was opened, or an alert reported it. */
  | { kind: 'opened'; byAlert: boolean }
  /** Another issue, folded into this one, was opened. */
  | { kind: 'duplicate-opened'; name: string }
  /** `/incident`: it is one, or is one again. */
  | { kind: 'declared' }
  | { kind: 'comment' }
  | { kind: 'assigned'; to: string }
  /** `stated` with a time, which corrects what was known; `comment`: the first words of someone with write access did it. */
  | { kind: 'acknowledged'; how: 'command' | 'stated' | 'comment' }
  | { kind: 'mitigated' }
  | { kind: 'resolved' }
  | { kind: 'closed' }
  | { kind: 'reopened' }
  | { kind: 'severity'; severity: number }
  | { kind: 'lead'; login: string }
  /** `only`: exactly these from then on, instead of some more and some less. */
  | { kind: 'services'; only: string[] | null; add: string[]; remove: string[] }
  /** A verdict; `changeId` is null for "no change caused it". `name` is the change's (`#12`, or a short sha), the text says why. */
  | { kind: 'outcome'; verdict: Outcome['verdict']; changeId: number | null; name: string }
  /** It was last seen to work at the entry's `at`, or with the version or change `name`; `null` takes that back. */
  | { kind: 'worked'; with: { name: string | null } | null }
  /** `name` as its readers see it: `#45` or `acme/ledger#45`. */
  | { kind: 'related' | 'duplicate'; repositoryId: number; issueNumber: number; name: string }
  | { kind: 'note' }
  /** A status update for those who wait: conditions, actions, needs. */
  | { kind: 'update' }
  /** A service's version went live in production while the incident went on. */
  | { kind: 'deployment' | 'rollback'; deploymentId: number; service: string; environment: string; sha: string }
  /** Another change became the first suspect. Depends on when it was asked, so the comment does not show it. */
  | { kind: 'ranking'; name: string; probability: number }
  /** A command by someone without write access. */
  | { kind: 'refused'; command: string }
  /** `name` of the change to undo, where one was named or confirmed. */
  | { kind: 'rollback-asked'; name?: string }
  /** The pull request `name` undoes the change `of`. */
  | { kind: 'revert-opened'; name: string; of: string }
  | { kind: 'postmortem-asked' }

export type TimelineEntry = {
  /** Unique within the incident: the same thing told twice is one entry. */
  key: string
  /** When it happened; what was said afterwards may lie before. */
  at: Date
  /** When it was said or became known; later words correct earlier ones. */
  saidAt: Date
  by: Person | null
  /** One line, raw; at most 1,000 characters. Empty where the fact says it all, or when its comment was deleted. */
  text: string
  url: string | null
  fact: TimelineFact
}
