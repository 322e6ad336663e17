// `npm run pictures`: the pictures of the README and the documents. Those of an incident show what the App wrote when the
// demo's shop was played to its end, those of checks the example reports.
import { mkdir } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { renderRiskCheck, RISK_CHECK } from '../../src/render/check-run.ts'
import { renderShipsCheck, shipsCheckName } from '../../src/render/ships-check.ts'
import { openBrowser } from '../support/browser.ts'
import { checkPage, commentPage, type Theme } from '../support/comment-page.ts'
import { exampleMerged, exampleReview, exampleRisk } from '../support/example-checks.ts'
import { playShopToItsEnd } from './play-shop.ts'

type Picture = { name: string; html: string; prepare?: (page: Page) => Promise<unknown>; of?: string }

const { asked, over, postmortem, implicated } = await playShopToItsEnd((line) => process.stderr.write(`${line}\n`))
const review = exampleReview()
const comment = (markdown: string, theme: Theme = 'light'): string => commentPage(markdown, theme)
/** Run as text, since the browser's own types are no part of this project. */
const unfold = (summary: string) => (page: Page) =>
  page.evaluate(`for (const each of document.querySelectorAll('details')) each.open = each.innerText.includes(${JSON.stringify(summary)})`)

const pictures: Picture[] = [
  { name: 'comment.png', html: comment(asked) },
  { name: 'comment-dark.png', html: comment(asked, 'dark') },
  { name: 'comment-resolved.png', html: comment(over), prepare: unfold('How long it took') },
  { name: 'timeline.png', html: comment(over), prepare: unfold('Timeline'), of: 'details[open]' },
  { name: 'postmortem.png', html: comment(postmortem) },
  { name: 'risk-check.png', html: checkPage({ name: RISK_CHECK, ...renderRiskCheck(exampleRisk()) }) },
  { name: 'where-is-it.png', html: checkPage({ name: RISK_CHECK, ...renderRiskCheck(exampleMerged()) }) },
  { name: 'implicated.png', html: comment(implicated) },
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
