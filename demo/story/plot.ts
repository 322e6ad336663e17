// Two weeks in the shop, told as data: what was merged, what was deployed, what broke. Hours count from the story's
// beginning; the last entry is the incident that the demo is about.

type Service = 'storefront' | 'checkout' | 'ledger' | 'catalog' | 'notifications'
export type Edit = { path: string; find: string; put: string }

export type Scene =
  | {
      kind: 'merge'
      hour: number
      /** A name by which later scenes speak of it. */
      name: string
      title: string
      body?: string
      by: string
      mergedBy?: string
      reviewer?: string
      method?: 'merge' | 'squash' | 'rebase'
      edits: Edit[]
    }
  | { kind: 'revert'; hour: number; of: string; by: string; reason: string; fixes?: string }
  | { kind: 'deploy'; hour: number; service: Service; environment?: 'production' | 'staging'; to?: string; fails?: boolean }
  | { kind: 'rollback'; hour: number; service: Service; before: string }
  | { kind: 'incident'; hour: number; name: string; title: string; body: string; by: string; labels?: string[] }
  | { kind: 'say'; hour: number; on: string; by: string; words: string }
  | { kind: 'close'; hour: number; name: string; by: string }

/** The change that the last incident is about. */
export const PLANTED = 'retry-authorization'
/** The incident whose comment is shown. */
export const ASKED = 'charged-twice'

const CHECKOUT = 'services/checkout/src'
const note = (path: string, line: string): Edit => ({ path, find: '', put: `// ${line}\n` })

export const PLOT: Scene[] = [
  ...(['ledger', 'checkout', 'catalog', 'notifications', 'storefront'] as const).map((service, index): Scene => ({
    kind: 'deploy',
    hour: index * 0.1,
    service,
  })),

  {
    kind: 'merge',
    hour: 3,
    name: 'featured',
    title: 'Show featured products on the home page first',
    by: 'monalisa',
    reviewer: 'octocat',
    edits: [{ path: 'services/storefront/src/pages.ts', find: 'catalog.featured()', put: 'catalog.featured({ limit: 12 })' }],
  },
  {
    kind: 'merge',
    hour: 5,
    name: 'ledger-index',
    title: 'Add an index on postings by order',
    by: 'hubot-fan',
    reviewer: 'monalisa',
    method: 'merge',
    edits: [
      {
        path: 'services/ledger/migrations/0002_index.sql',
        find: '',
        put: 'create index concurrently postings_order on postings (order_id);\n',
      },
    ],
  },
  { kind: 'deploy', hour: 6, service: 'ledger' },
  { kind: 'deploy', hour: 8, service: 'storefront' },
  {
    kind: 'merge',
    hour: 22,
    name: 'voucher-message',
    title: 'Say when a voucher has expired',
    by: 'octocat',
    reviewer: 'defunkt',
    method: 'rebase',
    edits: [
      { path: `${CHECKOUT}/cart.ts`, find: 'throw new VoucherExpired(code)', put: 'throw new VoucherExpired(code, voucher?.expiresAt)' },
    ],
  },
  {
    kind: 'merge',
    hour: 26,
    name: 'bump-undici',
    title: 'Bump undici from 7.1.0 to 7.2.0 in /services/checkout',
    body: 'Bumps [undici](https://example.com/undici) from 7.1.0 to 7.2.0.',
    by: 'dependabot[bot]',
    mergedBy: 'octocat',
    edits: [{ path: 'services/checkout/package.json', find: '"undici": "7.1.0"', put: '"undici": "7.2.0"' }],
  },
  { kind: 'deploy', hour: 28, service: 'checkout', environment: 'staging' },
  { kind: 'deploy', hour: 30, service: 'checkout' },
  {
    kind: 'merge',
    hour: 47,
    name: 'ledger-timeout',
    title: 'Wait longer for the ledger before giving up',
    body: 'The ledger is slow at the end of the day.',
    by: 'defunkt',
    reviewer: 'octocat',
    edits: [
      {
        path: `${CHECKOUT}/ledger-client.ts`,
        find: "'/entries', entry, { timeoutMs: 5_000 }",
        put: "'/entries', entry, { timeoutMs: 60_000 }",
      },
    ],
  },
  { kind: 'deploy', hour: 49, service: 'checkout' },
  {
    kind: 'incident',
    hour: 50,
    name: 'checkout-hangs',
    title: 'Checkout hangs: requests pile up behind the ledger',
    body: '### Service\n\ncheckout\n\n### Severity\n\n2 - a main function is broken\n\n### Started at\n\n20 minutes ago\n\n### What is seen\n\nAll workers wait in record() of ledger-client; the pool is exhausted, customers see HTTP 504 from /pay.',
    by: 'monalisa',
    labels: ['incident'],
  },
  {
    kind: 'revert',
    hour: 51,
    of: 'ledger-timeout',
    by: 'octocat',
    reason: 'A slow ledger now takes every checkout worker with it.',
    fixes: 'checkout-hangs',
  },
  { kind: 'deploy', hour: 52, service: 'checkout' },
  {
    kind: 'merge',
    hour: 70,
    name: 'mail-batch',
    title: 'Send mails in batches of fifty',
    by: 'hubot-fan',
    reviewer: 'octocat',
    edits: [{ path: 'services/notifications/src/mailer.ts', find: 'queue.take(limit)', put: 'queue.take(Math.min(limit, 50))' }],
  },
  { kind: 'deploy', hour: 72, service: 'notifications' },
  {
    kind: 'merge',
    hour: 75,
    name: 'docs-oncall',
    title: 'Describe the on-call hand-over',
    by: 'monalisa',
    edits: [{ path: 'docs/on-call.md', find: '', put: '# On call\n\nHand over on Monday.\n' }],
  },
  {
    kind: 'merge',
    hour: 95,
    name: 'search-stems',
    title: 'Search by word stems',
    body: 'Finds "lamp" for "lamps".',
    by: 'defunkt',
    reviewer: 'monalisa',
    method: 'merge',
    edits: [{ path: 'services/catalog/src/search.ts', find: 'tokenize(query.text)', put: 'stem(tokenize(query.text))' }],
  },
  {
    kind: 'merge',
    hour: 97,
    name: 'bump-lunr',
    title: 'Bump lunr from 2.3.8 to 2.3.9 in /services/catalog',
    by: 'dependabot[bot]',
    mergedBy: 'monalisa',
    edits: [{ path: 'services/catalog/package.json', find: '2.3.8', put: '2.3.9' }],
  },
  { kind: 'deploy', hour: 98, service: 'catalog' },
  {
    kind: 'incident',
    hour: 99,
    name: 'search-empty',
    title: 'Search finds nothing',
    body: '### Service\n\ncatalog\n\n### What is seen\n\nsearch() returns an empty list for every word; the index was not rebuilt with stems.',
    by: 'octocat',
    labels: ['incident'],
  },
  { kind: 'rollback', hour: 99.5, service: 'catalog', before: 'search-stems' },
  {
    kind: 'say',
    hour: 100,
    on: 'search-empty',
    by: 'defunkt',
    words: 'Rolled back; search works. The index has to be rebuilt before stems go live.',
  },
  { kind: 'close', hour: 100.2, name: 'search-empty', by: 'defunkt' },
  {
    kind: 'merge',
    hour: 120,
    name: 'reindex-first',
    title: 'Rebuild the index before the new search goes live',
    by: 'defunkt',
    reviewer: 'monalisa',
    edits: [{ path: 'services/catalog/src/search.ts', find: 'await index.clear()', put: 'await index.swap(await index.build(products))' }],
  },
  { kind: 'deploy', hour: 122, service: 'catalog' },
  {
    kind: 'merge',
    hour: 143,
    name: 'cart-rounding',
    title: 'Round totals once, at the end',
    by: 'monalisa',
    reviewer: 'defunkt',
    edits: [
      { path: 'libs/money/src/rounding.ts', find: 'return lines.reduce', put: 'return round(lines.reduce' },
      { path: 'libs/money/src/rounding.ts', find: ', ZERO)', put: ', ZERO))' },
    ],
  },
  { kind: 'deploy', hour: 145, service: 'checkout' },
  {
    kind: 'merge',
    hour: 166,
    name: 'banner',
    title: 'Show the autumn banner',
    by: 'hubot-fan',
    edits: [
      { path: 'services/storefront/src/pages.ts', find: 'experiments.bannerFor(visitor)', put: "experiments.bannerFor(visitor, 'autumn')" },
    ],
  },
  { kind: 'deploy', hour: 168, service: 'storefront' },
  {
    kind: 'merge',
    hour: 190,
    name: 'mail-twice',
    title: 'Publish confirmations without a dedupe key',
    by: 'hubot-fan',
    reviewer: 'octocat',
    edits: [{ path: 'services/notifications/src/mailer.ts', find: ', dedupe: order.id', put: '' }],
  },
  { kind: 'deploy', hour: 192, service: 'notifications' },
  {
    kind: 'incident',
    hour: 194,
    name: 'mails-twice',
    title: 'Customers get the order confirmation twice',
    body: '### Service\n\nnotifications\n\n### Severity\n\n3 - degraded, with a way around\n\n### Started at\n\n1 hour ago\n\n### What is seen\n\nDuplicate confirmation mails for one order: every retry of the queue sends again.',
    by: 'defunkt',
    labels: ['incident'],
  },
  {
    kind: 'merge',
    hour: 195,
    name: 'mail-dedupe',
    title: 'Give confirmations their dedupe key back',
    body: 'Fixes {mails-twice}',
    by: 'hubot-fan',
    reviewer: 'octocat',
    edits: [{ path: 'services/notifications/src/mailer.ts', find: 'body })', put: 'body, dedupe: order.id })' }],
  },
  { kind: 'deploy', hour: 196, service: 'notifications' },
  {
    kind: 'merge',
    hour: 214,
    name: 'close-day',
    title: 'Close the day in parallel',
    by: 'octocat',
    reviewer: 'defunkt',
    edits: [
      {
        path: 'services/ledger/src/posting.ts',
        find: 'for (const posting of open) await settle(posting)',
        put: 'await Promise.all(open.map(settle))',
      },
    ],
  },
  { kind: 'deploy', hour: 216, service: 'ledger' },
  {
    kind: 'merge',
    hour: 238,
    name: 'cart-table',
    title: 'Align prices in the cart',
    by: 'monalisa',
    edits: [{ path: 'services/storefront/src/pages.ts', find: 'html`<table>', put: 'html`<table class="cart">' }],
  },
  { kind: 'deploy', hour: 240, service: 'storefront' },
  {
    kind: 'merge',
    hour: 262,
    name: 'price-cache',
    title: 'Cache prices for a minute',
    by: 'hubot-fan',
    reviewer: 'monalisa',
    edits: [
      {
        path: `${CHECKOUT}/cart.ts`,
        find: 'catalog.priceOf(product.id)',
        put: "cached('price', product.id, () => catalog.priceOf(product.id))",
      },
    ],
  },
  { kind: 'deploy', hour: 264, service: 'checkout' },
  {
    kind: 'merge',
    hour: 286,
    name: 'gateway-timeout',
    title: 'Wait three seconds for the gateway',
    by: 'octocat',
    reviewer: 'defunkt',
    edits: [{ path: `${CHECKOUT}/authorize.ts`, find: 'timeoutMs: 2_000', put: 'timeoutMs: 3_000' }],
  },
  { kind: 'deploy', hour: 288, service: 'checkout' },
  {
    kind: 'merge',
    hour: 310,
    name: 'ledger-metrics',
    title: 'Count postings a second',
    by: 'defunkt',
    edits: [note('services/ledger/src/metrics.ts', 'postings_total')],
  },
  { kind: 'deploy', hour: 312, service: 'ledger' },
  {
    kind: 'merge',
    hour: 328,
    name: 'storefront-copy',
    title: 'Correct a spelling mistake on the cart page',
    by: 'monalisa',
    edits: [note('services/storefront/src/copy.ts', 'Your basket')],
  },
  {
    kind: 'merge',
    hour: 330,
    name: PLANTED,
    title: 'Try again when the gateway does not answer in time',
    body: 'Authorisations time out under load. A second attempt usually succeeds.',
    by: 'defunkt',
    mergedBy: 'octocat',
    reviewer: 'octocat',
    edits: [
      {
        path: `${CHECKOUT}/authorize.ts`,
        find: 'const key = idempotencyKey(order.id, order.attempt)',
        put: 'const key = () => idempotencyKey(order.id, randomUUID())',
      },
      { path: `${CHECKOUT}/authorize.ts`, find: 'card: card.token, key }', put: 'card: card.token, key: key() }' },
      {
        path: `${CHECKOUT}/authorize.ts`,
        find: 'const response = await gateway.authorize(request, { timeoutMs: 3_000 })',
        put: 'const response = await withRetry(() => gateway.authorize({ ...request, key: key() }, { timeoutMs: 3_000 }))',
      },
    ],
  },
  {
    kind: 'merge',
    hour: 331,
    name: 'voucher-case',
    title: 'Accept vouchers in lower case',
    by: 'monalisa',
    reviewer: 'octocat',
    edits: [{ path: `${CHECKOUT}/cart.ts`, find: 'vouchers.find(code)', put: 'vouchers.find(code.toUpperCase())' }],
  },
  { kind: 'deploy', hour: 332, service: 'ledger', fails: true },
  { kind: 'deploy', hour: 334.4, service: 'checkout' },
  { kind: 'deploy', hour: 334.7, service: 'storefront' },
  {
    kind: 'merge',
    hour: 335,
    name: 'catalog-typo',
    title: 'Name the search metric right',
    by: 'hubot-fan',
    edits: [note('services/catalog/src/metrics.ts', 'searches_total')],
  },
  { kind: 'deploy', hour: 335.1, service: 'catalog' },
  {
    kind: 'incident',
    hour: 335.6,
    name: ASKED,
    title: 'Customers are charged twice',
    body: '### Service\n\ncheckout\n\n### Severity\n\n1 - everything is down\n\n### Started at\n\n35 minutes ago\n\n### What is seen\n\nTwo authorizations for one order when the payment gateway is slow. Duplicate charges on the card, the ledger holds one entry only.\n\n```\nTimeoutError: gateway did not answer within 3000 ms\n    at authorizePayment (services/checkout/src/authorize.ts:5:26)\n    at async pay (services/checkout/src/routes.ts:41:5)\n```',
    by: 'monalisa',
    labels: ['incident', 'service:checkout'],
  },
]
