// `npm run pictures`: the pictures of the README and the documents, made from the example reports.
import { mkdir } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { renderPostmortem } from '../../src/render/postmortem.ts'
import { renderReport } from '../../src/render/report.ts'
import { openBrowser } from '../support/browser.ts'
import { commentPage, type Theme } from '../support/comment-page.ts'
import { examplePostmortem, exampleResolved } from '../support/example-lifecycle.ts'
import { exampleReport } from '../support/example-report.ts'

type Picture = { name: string; markdown: string; theme?: Theme; prepare?: (page: Page) => Promise<unknown>; of?: string }

const now = new Date('2026-03-04T14:09:00Z')
const answer = renderReport(exampleReport(), now)
const over = renderReport(exampleResolved(), now)
/** Run as text, since the browser's own types are no part of this project. */
const unfold = (summary: string) => (page: Page) =>
  page.evaluate(`for (const each of document.querySelectorAll('details')) each.open = each.innerText.includes(${JSON.stringify(summary)})`)

const pictures: Picture[] = [
  { name: 'comment.png', markdown: answer },
  { name: 'comment-dark.png', markdown: answer, theme: 'dark' },
  { name: 'comment-resolved.png', markdown: over, prepare: unfold('How long it took') },
  { name: 'timeline.png', markdown: over, prepare: unfold('Timeline'), of: 'details[open]' },
  { name: 'postmortem.png', markdown: renderPostmortem(examplePostmortem()) },
]

const folder = new URL('../../docs/images/', import.meta.url)
await mkdir(folder, { recursive: true })
const browser = await openBrowser()
for (const { name, markdown, theme = 'light', prepare, of } of pictures) {
  const page = await browser.newPage({ viewport: { width: 900, height: 800 }, deviceScaleFactor: 1.5 })
  await page.setContent(commentPage(markdown, theme))
  await prepare?.(page)
  const path = new URL(name, folder).pathname
  if (of === undefined) await page.screenshot({ path, fullPage: true })
  else await page.locator(of).screenshot({ path })
  await page.close()
}
await browser.close()
