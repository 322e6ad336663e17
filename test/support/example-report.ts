import type { IncidentReport, ReportedChange } from '../../src/domain/report.ts'
import type { TimelineEntry, TimelineFact } from '../../src/domain/timeline.ts'

const began = new Date('2026-03-04T14:02:00Z')
const ago = (minutes: number): Date => new Date(began.getTime() - minutes * 60_000)
const DAY = 24 * 60
const page = 'https://github.com/acme/shop'

const change = (number: number, title: string, mergedAgo: number, liveAgo: number | null): ReportedChange => ({
  id: `c${number}c0ffee`,
  link: { text: `#${number}`, url: `${page}/pull/${number}` },
  title,
  mergedAt: ago(mergedAgo),
  liveAt: liveAgo === null ? null : ago(liveAgo),
  environment: liveAgo === null ? null : 'production',
  bumps: [],
})

const entry = (key: string, after: number, fact: TimelineFact, login: string, text = '', url: string | null = null): TimelineEntry => ({
  key,
  at: ago(-after),
  saidAt: ago(-after),
  by: { login, isBot: false },
  text,
  url,
  fact,
})

/** A made-up shop on a bad afternoon: every part of the comment has something to say. */
export function exampleReport(overrides: Partial<IncidentReport> = {}): IncidentReport {
  return {
    incidentId: 31,
    issueNumber: 431,
    repository: { owner: 'acme', name: 'shop', url: page },
    repositoryId: 8_589_934_592,
    status: 'triggered',
    services: ['checkout'],
    severity: 2,
    lead: null,
    duplicateOf: null,
    rolledBack: null,
    acknowledgedAt: null,
    mitigatedAt: null,
    detectedAt: began,
    detectedBy: 'form',
    computedAt: new Date('2026-03-04T14:09:00Z'),
    lookbackMs: 14 * DAY * 60_000,
    pool: 23,
    verdict: null,
    none: 0.14,
    lastWorked: null,
    liveWhenItWorked: 0,
    suspects: [
      {
        ...change(412, 'Retry ledger writes when they time out', 61, 14),
        probability: 0.62,
        contacts: [
          { name: 'octocat', roles: ['author'] },
          { name: 'monalisa', roles: ['reviewer', 'merger'] },
          { name: '@acme/payments', roles: ['owner'] },
        ],
        evidence: [
          {
            kind: 'stack-frame',
            sentence: 'changes line 88 of ledger/client.ts, named in the stack trace',
            strength: 2.1,
            url: `${page}/pull/412/files`,
          },
          { kind: 'time', sentence: 'went live 14 minutes before it began', strength: 1.2, url: null },
          { kind: 'text', sentence: 'shares “ledger” and “timeout” with the report', strength: 0.8, url: null },
        ],
        isReverted: false,
      },
      {
        ...change(409, 'Round totals per line item', 200, 14),
        probability: 0.11,
        contacts: [{ name: 'hubot-fan', roles: ['author'] }],
        evidence: [
          { kind: 'service', sentence: 'touches checkout itself', strength: 0.6, url: null },
          { kind: 'text', sentence: 'shares no rare word with the report', strength: -0.4, url: null },
        ],
        isReverted: false,
      },
      {
        ...change(407, 'Bump pg from 8.22.0 to 8.23.1', 1500, 1410),
        bumps: [{ dependency: 'pg', from: '8.22.0', to: '8.23.1' }],
        probability: 0.05,
        contacts: [{ name: 'monalisa', roles: ['merger'] }],
        evidence: [{ kind: 'dependency-bump', sentence: 'bumps a database client', strength: 0.5, url: null }],
        isReverted: false,
      },
    ],
    rollback: {
      service: 'checkout',
      environment: 'production',
      badSha: '9d4e1f27ab30',
      goodSha: '1a2b3c4d5e6f7a8b',
      goodSince: ago(3 * DAY),
      compareUrl: `${page}/compare/1a2b3c4d5e6f...9d4e1f27ab30`,
      revertUrl: `${page}/pull/412`,
      alsoUndone: [{ text: '#409', url: `${page}/pull/409` }],
    },
    pastIncidents: [
      {
        link: { text: '#302', url: `${page}/issues/302` },
        title: 'Payments hang at checkout',
        openedAt: ago(23 * DAY),
        durationMs: 42 * 60_000,
        fix: { kind: 'rollback', deploymentId: 7, service: 'checkout', toSha: '77aa12bc9001', url: null },
        cause: { text: '#297', url: `${page}/pull/297` },
        followUps: [
          {
            link: { text: '#311', url: `${page}/issues/311` },
            text: 'Alert on ledger timeouts',
            dueOn: ago(5 * DAY),
            assignees: [],
            state: 'overdue',
          },
        ],
        copies: 2,
        reason: 'same error class ECONNRESET in checkout; shares “ledger” and “timeout”',
      },
      {
        link: { text: '#244', url: `${page}/issues/244` },
        title: 'Ledger refuses connections after deploy',
        openedAt: ago(80 * DAY),
        durationMs: 118 * 60_000,
        fix: { kind: 'pull-request', changeId: 9, number: 246, title: 'Give the ledger pool room for retries', url: `${page}/pull/246` },
        cause: null,
        followUps: [],
        copies: 0,
        reason: 'shares “ledger” and “connection”',
      },
    ],
    heatmap: Array.from({ length: 26 }, (_, week) => ({
      weekStart: new Date(Date.UTC(2025, 8, 8 + 7 * week)),
      count: [0, 0, 0, 1, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 1][week] ?? 0,
    })),
    related: [
      {
        link: { text: '#429', url: `${page}/issues/429` },
        title: 'Storefront shows empty baskets',
        status: 'acknowledged',
        reason: 'storefront depends on checkout',
        openedAt: ago(9),
        services: ['storefront'],
        isUpstream: false,
      },
    ],
    graph: {
      affected: ['checkout'],
      nodes: ['checkout', 'ledger', 'storefront', 'mobile-gateway'],
      edges: [
        { from: 'storefront', to: 'checkout' },
        { from: 'mobile-gateway', to: 'storefront' },
        { from: 'checkout', to: 'ledger' },
      ],
    },
    runbooks: [
      { text: 'docs/runbooks/checkout.md', url: `${page}/blob/main/docs/runbooks/checkout.md` },
      { text: 'Payments dashboard', url: 'https://grafana.example.com/d/payments' },
    ],
    otherChanges: [
      { ...change(405, 'Cache the tax table', 3000, 2900), probability: 0.03 },
      { ...change(398, 'Show delivery dates in the basket', 5200, null), probability: 0.004 },
    ],
    otherChangesLeftOut: 18,
    ruledOut: [
      {
        ...change(414, 'Send receipts from a queue', 10, -5),
        ruledOut: { reason: 'live-after', sentence: 'went live 5 minutes after it began' },
      },
      {
        ...change(401, 'Try the new tax service', 4000, 3900),
        ruledOut: { reason: 'already-reverted', sentence: 'was reverted by #404 two days before' },
      },
    ],
    gaps: ['No deployments of ledger recorded for 6 days: its changes are placed by when they were merged.'],
    accuracy: { cases: 41, top5: 0.78, low: 0.63, high: 0.88, since: new Date('2025-05-12T00:00:00Z') },
    modelVersion: 'suspects-1',
    reportedOnly: false,
    resolvedAt: null,
    fix: null,
    timeline: [
      entry('opened', 0, { kind: 'opened', byAlert: false }, 'monalisa'),
      entry('c1', 3, { kind: 'comment' }, 'octocat', 'Looking; the ledger answers slowly', `${page}/issues/431#issuecomment-1`),
      entry('c2', 5, { kind: 'severity', severity: 2 }, 'octocat', '', `${page}/issues/431#issuecomment-2`),
    ],
    postmortem: null,
    postmortemProblem: null,
    followUps: [],
    metrics: null,
    reverts: [],
    mayRevert: false,
    timelineLength: 3,
    ...overrides,
  }
}

/** The least there can be: an incident in a repository of which nothing is known. */
export function emptyReport(overrides: Partial<IncidentReport> = {}): IncidentReport {
  return exampleReport({
    services: [],
    severity: null,
    detectedBy: 'created',
    pool: 0,
    none: 1,
    suspects: [],
    rollback: null,
    pastIncidents: [],
    heatmap: [],
    related: [],
    graph: null,
    runbooks: [],
    otherChanges: [],
    otherChangesLeftOut: 0,
    ruledOut: [],
    gaps: [],
    accuracy: null,
    timeline: [],
    timelineLength: 0,
    ...overrides,
  })
}
