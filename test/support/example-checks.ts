// What Causeway says on a made-up shop's pull requests and deployments, for pictures: every part has something to say.
import type { DeploymentReview } from '../../src/domain/deployment-review.ts'
import type { RiskReport } from '../../src/domain/pull-request.ts'

const page = 'https://github.com/acme/shop'
const link = (number: number, kind: 'pull' | 'issues' = 'pull') => ({ text: `#${number}`, url: `${page}/${kind}/${number}` })
const day = (date: number, hour = 9, minute = 0): Date => new Date(Date.UTC(2026, 2, date, hour, minute))

export function exampleRisk(overrides: Partial<RiskReport> = {}): RiskReport {
  return {
    number: 418,
    assessment: {
      probability: 0.074,
      baseRate: 0.021,
      reasons: [
        {
          kind: 'file-history',
          sentence: 'ledger/client.ts: 3 of 41 earlier changes were taken back or caused an incident',
          strength: 0.9,
          url: link(412).url,
        },
        {
          kind: 'folder-history',
          sentence: 'In ledger/ 5 of 96 earlier changes were taken back or caused an incident',
          strength: 0.5,
          url: link(371).url,
        },
        { kind: 'size', sentence: 'Changes 318 lines in 9 files', strength: 0.3, url: null },
        { kind: 'file-kind', sentence: 'Changes tests along with the code', strength: -0.2, url: null },
      ],
      context: [
        {
          kind: 'coupling',
          sentence: 'ledger/schema.sql is not touched, but was in 9 of the last 12 changes of ledger/client.ts',
          strength: 0,
          url: null,
        },
      ],
      modelVersion: 'risk-1',
      adjustedBy: { changes: 4_120, harms: 97 },
    },
    failAbove: null,
    services: ['checkout'],
    incidents: [
      {
        link: link(431, 'issues'),
        cause: link(412),
        title: 'Checkout: payments time out',
        severity: 2,
        detectedAt: day(4, 14, 2),
        resolvedAt: day(4, 14, 49),
        paths: ['ledger/client.ts'],
      },
    ],
    open: [],
    contacts: [
      { name: 'acme/payments', roles: ['owner'] },
      { name: 'monalisa', roles: ['fixer', 'reviewer'] },
    ],
    files: { read: 9, all: 9 },
    whereabouts: [],
    annotations: [],
    ...overrides,
  }
}

export const exampleMerged = (): RiskReport =>
  exampleRisk({
    whereabouts: [
      'Live in checkout in staging since 2026-03-10 09:12 UTC, by deployment 9041.',
      'Merged; waits for deployment 9043 of checkout to production, which is under way.',
    ],
  })

export function exampleReview(): DeploymentReview {
  const shipped = (number: number, title: string, probability: number, ...reasons: string[]): DeploymentReview['changes'][number] => ({
    name: `#${number}`,
    url: link(number).url,
    title,
    probability,
    reasons,
    migrations: [],
    flags: [],
  })
  return {
    deploymentId: 77,
    externalId: '9043',
    repository: 'acme/shop',
    service: 'checkout',
    environment: 'production',
    sha: '6dcb09b5b57875f334f61aebed695e2e4193db5e',
    previousSha: '7638417db6d59f3c431d3e1f261cc637155684cd',
    kind: 'forward',
    liveAt: null,
    changes: [
      shipped(
        418,
        'Batch ledger writes',
        0.074,
        'ledger/client.ts: 3 of 41 earlier changes were taken back or caused an incident',
        'Changes 318 lines in 9 files',
      ),
      {
        ...shipped(416, 'Keep carts for 30 days', 0.031, 'Changes the database schema or its data'),
        migrations: ['db/migrations/0042_carts.sql'],
      },
      { ...shipped(415, 'Enable coupons for everyone', 0.028, 'Switches a feature or an experiment'), flags: ['config/flags/coupons.yml'] },
      shipped(414, 'Say what a coupon is', 0.006, 'Changes documentation only'),
    ],
    leftOut: 0,
    isTruncated: false,
    risk: { probability: 0.133, split: { apart: ['#418'], rest: 0.064 } },
    blastRadius: ['storefront', 'acme/mobile:app'],
    contacts: [
      { name: 'acme/payments', roles: ['owner'] },
      { name: 'octocat', roles: ['author'] },
      { name: 'monalisa', roles: ['reviewer', 'merger'] },
    ],
    verdict: { state: 'pending', reasons: [], until: null },
  }
}
