// The bad afternoon of example-report.ts told to its end: what the comment says when it is over, and its postmortem.
import type { PostmortemFacts } from '../../src/domain/postmortem.ts'
import type { IncidentReport } from '../../src/domain/report.ts'
import type { TimelineEntry, TimelineFact } from '../../src/domain/timeline.ts'
import { exampleReport } from './example-report.ts'

const page = 'https://github.com/acme/shop'
const MINUTE_MS = 60_000
const { detectedAt: began } = exampleReport()
const at = (minutes: number): Date => new Date(began.getTime() + minutes * MINUTE_MS)
const day = (text: string): Date => new Date(`${text}T00:00:00Z`)

const said = (minutes: number, login: string | null, fact: TimelineFact, text = ''): TimelineEntry => ({
  key: `${minutes} ${fact.kind}`,
  at: at(minutes),
  saidAt: at(minutes),
  by: login === null ? null : { login, isBot: login.endsWith('[bot]') },
  text,
  url: `${page}/issues/431#issuecomment-${1000 + minutes}`,
  fact,
})

const went = { deploymentId: 9, service: 'checkout', environment: 'production' }
const timeline: TimelineEntry[] = [
  said(4, 'pager[bot]', { kind: 'opened', byAlert: true }),
  said(6, 'octocat', { kind: 'acknowledged', how: 'command' }),
  said(6, 'octocat', { kind: 'lead', login: 'octocat' }),
  said(7, 'octocat', { kind: 'comment' }, 'Looking; the ledger answers slowly, and every write is tried three times'),
  said(9, 'monalisa', { kind: 'update' }, '2 % of payments fail; going back to this morning’s version; support is told'),
  said(10, 'monalisa', { kind: 'rollback-asked', name: '#412' }),
  said(10, null, { kind: 'revert-opened', name: '#432', of: '#412' }),
  said(15, null, { ...went, kind: 'rollback', sha: '1a2b3c4d5e6f7a8b' }),
  said(16, 'octocat', { kind: 'mitigated' }, 'by going back'),
  said(
    31,
    'monalisa',
    { kind: 'outcome', verdict: 'caused', changeId: 1, name: '#412' },
    'retries wait for a connection that the first try still holds',
  ),
  said(62, null, { ...went, kind: 'deployment', sha: '5c1d9e00aa41' }),
  said(64, 'octocat', { kind: 'closed' }),
  said(65, 'octocat', { kind: 'postmortem-asked' }),
]

const metrics = {
  services: ['checkout'],
  detect: { ms: 4 * MINUTE_MS, median: { cases: 7, medianMs: 11 * MINUTE_MS } },
  acknowledge: { ms: 6 * MINUTE_MS, median: { cases: 7, medianMs: 14 * MINUTE_MS } },
  mitigate: { ms: 16 * MINUTE_MS, median: { cases: 5, medianMs: 47 * MINUTE_MS } },
  resolve: { ms: 64 * MINUTE_MS, median: { cases: 7, medianMs: 118 * MINUTE_MS } },
}

/** Over, with one of its follow-ups done and one overdue. */
export function exampleResolved(): IncidentReport {
  const { suspects } = exampleReport()
  return exampleReport({
    status: 'resolved',
    lead: 'octocat',
    detectedBy: 'api',
    acknowledgedAt: at(6),
    mitigatedAt: at(16),
    resolvedAt: at(64),
    verdict: 'caused',
    none: 0,
    suspects: suspects.slice(0, 1).map((each) => ({ ...each, probability: 1, isReverted: true })),
    fix: { kind: 'rollback', ...went, toSha: '1a2b3c4d5e6f7a8b', url: `${page}/actions/runs/77` },
    related: [],
    gaps: [],
    postmortem: { text: '#433', url: `${page}/pull/433` },
    followUps: [
      {
        link: { text: '#441', url: `${page}/issues/441` },
        text: 'Let retries in ledger/client.ts give the connection back first',
        dueOn: day('2026-03-11'),
        assignees: ['octocat'],
        state: 'overdue',
      },
      {
        link: { text: '#442', url: `${page}/issues/442` },
        text: 'Alert on the share of retried writes',
        dueOn: day('2026-03-18'),
        assignees: [],
        state: 'done',
      },
      {
        link: { text: '#443', url: `${page}/issues/443` },
        text: 'Write a runbook for the ledger’s connection pool',
        dueOn: day('2026-04-03'),
        assignees: [],
        state: 'open',
      },
    ],
    metrics,
    timeline,
    timelineLength: timeline.length,
  })
}

export function examplePostmortem(): PostmortemFacts {
  const report = exampleResolved()
  return {
    title: 'Payments time out at checkout',
    url: `${page}/issues/431`,
    openedAt: at(4),
    metrics,
    areFollowUpsTracked: true,
    report,
    timeline,
  }
}
