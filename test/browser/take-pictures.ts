// `npm run pictures`: the pictures of the README, made from the example report.
import { mkdir } from 'node:fs/promises'
import { renderReport } from '../../src/render/report.ts'
import { openBrowser } from '../support/browser.ts'
import { commentPage } from '../support/comment-page.ts'
import { exampleReport } from '../support/example-report.ts'

const folder = new URL('../../docs/images/', import.meta.url)
await mkdir(folder, { recursive: true })
const browser = await openBrowser()
for (const [theme, name] of [
  ['light', 'comment.png'],
  ['dark', 'comment-dark.png'],
] as const) {
  const page = await browser.newPage({ viewport: { width: 900, height: 800 }, deviceScaleFactor: 1.5 })
  await page.setContent(commentPage(renderReport(exampleReport(), new Date('2026-03-04T14:09:00Z')), theme))
  await page.screenshot({ path: new URL(name, folder).pathname, fullPage: true })
  await page.close()
}
await browser.close()
