// `npm run pictures`: the pictures of the README and the documents, made from the example reports.
import { mkdir } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { renderRiskCheck, RISK_CHECK } from '../../src/render/check-run.ts'
import { renderImplicated } from '../../src/render/implicated.ts'
import { renderPostmortem } from '../../src/render/postmortem.ts'
import { renderReport } from '../../src/render/report.ts'
import { renderShipsCheck, shipsCheckName } from '../../src/render/ships-check.ts'
import { openBrowser } from '../support/browser.ts'
import { checkPage, commentPage, type Theme } from '../support/comment-page.ts'
import { exampleImplicated, exampleMerged, exampleReview, exampleRisk } from '../support/example-checks.ts'
import { examplePostmortem, exampleResolved } from '../support/example-lifecycle.ts'
import { exampleReport } from '../support/example-report.ts'

type Picture = { name: string; html: string; prepare?: (page: Page) => Promise<unknown>; of?: string }

const now = new Date('2026-03-04T14:09:00Z')
const answer = renderReport(exampleReport(), now)
const over = renderReport(exampleResolved(), now)
const review = exampleReview()
const comment = (markdown: string, theme: Theme = 'light'): string => commentPage(markdown, theme)
/** Run as text, since the browser's own types are no part of this project. */
const unfold = (summary: string) => (page: Page) =>
  page.evaluate(`for (const each of document.querySelectorAll('details')) each.open = each.innerText.includes(${JSON.stringify(summary)})`)

const pictures: Picture[] = [
  { name: 'comment.png', html: comment(answer) },
  { name: 'comment-dark.png', html: comment(answer, 'dark') },
  { name: 'comment-resolved.png', html: comment(over), prepare: unfold('How long it took') },
  { name: 'timeline.png', html: comment(over), prepare: unfold('Timeline'), of: 'details[open]' },
  { name: 'postmortem.png', html: comment(renderPostmortem(examplePostmortem())) },
  { name: 'risk-check.png', html: checkPage({ name: RISK_CHECK, ...renderRiskCheck(exampleRisk()) }) },
  { name: 'where-is-it.png', html: checkPage({ name: RISK_CHECK, ...renderRiskCheck(exampleMerged()) }) },
  { name: 'implicated.png', html: comment(renderImplicated(exampleImplicated())) },
  { name: 'ships-check.png', html: checkPage({ name: shipsCheckName(review), ...renderShipsCheck(review) }) },
]

const folder = new URL('../../docs/images/', import.meta.url)
await mkdir(folder, { recursive: true })
const browser = await openBrowser()
for (const { name, html, prepare, of } of pictures) {
  const page = await browser.newPage({ viewport: { width: 900, height: 300 }, deviceScaleFactor: 1.5 })
  await page.setContent(html)
  await prepare?.(page)
  const path = new URL(name, folder).pathname
  if (of === undefined) await page.screenshot({ path, fullPage: true })
  else await page.locator(of).screenshot({ path })
  await page.close()
}
await browser.close()
