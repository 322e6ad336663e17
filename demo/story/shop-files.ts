// The made-up shop: five services in one repository. Its files are only as real as the story needs.

const CAUSEWAY_YML = `version: 1
services:
  storefront:
    paths: ["services/storefront/**"]
    environments: { production: ["production"], staging: ["staging"] }
    owners: ["@acme/web"]
    depends_on: ["catalog", "checkout"]
  checkout:
    paths: ["services/checkout/**", "libs/money/**"]
    environments: { production: ["production"], staging: ["staging"] }
    owners: ["@acme/payments"]
    depends_on: ["ledger", "notifications"]
    runbooks: ["docs/runbooks/checkout.md"]
  ledger:
    paths: ["services/ledger/**"]
    environments: { production: ["production"], staging: ["staging"] }
    owners: ["@acme/payments"]
  catalog:
    paths: ["services/catalog/**"]
    environments: { production: ["production"], staging: ["staging"] }
    owners: ["@acme/web"]
  notifications:
    paths: ["services/notifications/**"]
    environments: { production: ["production"], staging: ["staging"] }
    owners: ["@acme/web"]
incidents:
  labels: ["incident"]
  lookback: 14d
`

const CODEOWNERS = `*                       @acme/web
/services/checkout/     @acme/payments
/services/ledger/       @acme/payments
`

/** A module of named functions, each long enough that a hunk header can name it. */
function source(functions: Record<string, string[]>): string {
  return Object.entries(functions)
    .map(([signature, body]) => [`export async function ${signature} {`, ...body.map((line) => `  ${line}`), '}', ''].join('\n'))
    .join('\n')
}

const AUTHORIZE = {
  'authorizePayment(order: Order, card: Card): Promise<Authorization>': [
    'const amount = total(order.lines)',
    'const key = idempotencyKey(order.id, order.attempt)',
    'const request = { amount, currency: order.currency, card: card.token, key }',
    'const response = await gateway.authorize(request, { timeoutMs: 2_000 })',
    "if (response.status === 'declined') throw new Declined(order.id, response.reason)",
    'await ledger.record({ order: order.id, amount, authorization: response.id })',
    'return { id: response.id, amount, expiresAt: response.expiresAt }',
  ],
  'capturePayment(authorization: Authorization): Promise<void>': [
    'const capture = await gateway.capture(authorization.id)',
    "if (capture.status !== 'captured') throw new CaptureFailed(authorization.id)",
    'await ledger.settle(authorization.id, capture.amount)',
  ],
}

const CART = {
  'addLine(cart: Cart, product: Product, quantity: number): Promise<Cart>': [
    'const price = await catalog.priceOf(product.id)',
    'const line = { product: product.id, quantity, price }',
    'return save({ ...cart, lines: [...cart.lines, line] })',
  ],
  'applyVoucher(cart: Cart, code: string): Promise<Cart>': [
    'const voucher = await vouchers.find(code)',
    'if (!voucher || voucher.expiresAt < now()) throw new VoucherExpired(code)',
    'return save({ ...cart, discount: voucher.discount })',
  ],
}

const LEDGER_CLIENT = {
  'record(entry: Entry): Promise<void>': [
    "const response = await post('/entries', entry, { timeoutMs: 5_000 })",
    'if (!response.ok) throw new LedgerUnavailable(response.status)',
  ],
  'settle(authorization: string, amount: Money): Promise<void>': [
    "await post('/settlements', { authorization, amount }, { timeoutMs: 5_000 })",
  ],
}

const POSTING = {
  'post(entry: Entry): Promise<Posting>': [
    'const accounts = await accountsOf(entry.order)',
    'const posting = balance(entry, accounts)',
    'await db.insert(postings).values(posting)',
    'return posting',
  ],
  'closeDay(day: CalendarDay): Promise<Report>': [
    'const open = await openPostings(day)',
    'for (const posting of open) await settle(posting)',
    'return report(day, open)',
  ],
}

const SEARCH = {
  'search(query: Query): Promise<Product[]>': [
    'const words = tokenize(query.text)',
    'const hits = await index.lookup(words, { limit: query.limit })',
    'return hydrate(hits)',
  ],
  'reindex(products: Product[]): Promise<void>': [
    'await index.clear()',
    'for (const batch of chunks(products, 500)) await index.add(batch)',
  ],
}

const MAILER = {
  'sendConfirmation(order: Order): Promise<void>': [
    "const body = template('confirmation', order)",
    'await queue.publish({ to: order.email, body, dedupe: order.id })',
  ],
  'drain(limit: number): Promise<number>': [
    'const batch = await queue.take(limit)',
    'for (const mail of batch) await smtp.send(mail)',
    'return batch.length',
  ],
}

const PAGE = {
  'renderHome(visitor: Visitor): Promise<Html>': [
    'const featured = await catalog.featured()',
    'const banner = await experiments.bannerFor(visitor)',
    'return html`<main>${banner}${featured.map(card)}</main>`',
  ],
  'renderCart(cart: Cart): Promise<Html>': ['const lines = cart.lines.map(lineRow)', 'return html`<table>${lines}</table>`'],
}

/** The first commit. */
export const FIRST_FILES: Record<string, string> = {
  '.github/causeway.yml': CAUSEWAY_YML,
  '.github/CODEOWNERS': CODEOWNERS,
  'README.md': '# The shop\n\nA made-up shop for a demonstration.\n',
  'docs/runbooks/checkout.md': '# Checkout\n\n1. Look at the gateway status.\n2. Roll back to the last good version.\n',
  'services/checkout/src/authorize.ts': source(AUTHORIZE),
  'services/checkout/src/cart.ts': source(CART),
  'services/checkout/src/ledger-client.ts': source(LEDGER_CLIENT),
  'services/checkout/package.json': '{ "name": "checkout", "dependencies": { "undici": "7.1.0", "zod": "4.1.0" } }\n',
  'services/ledger/src/posting.ts': source(POSTING),
  'services/ledger/migrations/0001_postings.sql': 'create table postings (id bigint primary key, amount bigint not null);\n',
  'services/catalog/src/search.ts': source(SEARCH),
  'services/catalog/package.json': '{ "name": "catalog", "dependencies": { "lunr": "2.3.8" } }\n',
  'services/notifications/src/mailer.ts': source(MAILER),
  'services/storefront/src/pages.ts': source(PAGE),
  'libs/money/src/rounding.ts': source({
    'total(lines: Line[]): Money': ['return lines.reduce((sum, line) => add(sum, times(line.price, line.quantity)), ZERO)'],
  }),
}
