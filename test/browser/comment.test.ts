import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Browser } from 'playwright-core'
import { renderReport } from '../../src/render/report.ts'
import { openBrowser } from '../support/browser.ts'
import { commentPage } from '../support/comment-page.ts'
import { emptyReport, exampleReport } from '../support/example-report.ts'

const now = new Date('2026-03-04T14:09:00Z')
const example = exampleReport()
const longWords = exampleReport({
  services: ['checkout'.repeat(12)],
  suspects: example.suspects.map((suspect) => ({
    ...suspect,
    title: 'unbreakable'.repeat(20),
    contacts: [{ name: 'x'.repeat(80), roles: ['owner'] }],
  })),
  runbooks: [{ text: `docs/${'deep/'.repeat(40)}runbook.md`, url: 'https://example.com/runbook' }],
})

describe('the comment in a browser', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await openBrowser()
  })
  afterAll(() => browser.close())

  it.each([
    ['example', 800, example],
    ['example', 390, example],
    ['long words', 800, longWords],
    ['long words', 390, longWords],
    ['nothing known', 390, emptyReport()],
  ])('%s fits a page %d pixels wide; only tables may scroll', async (_, width, report) => {
    const page = await browser.newPage({ viewport: { width, height: 800 } })
    await page.setContent(commentPage(renderReport(report, now), 'light'))
    // Run as text, since the browser's own types are no part of this project.
    const tooWide = await page.evaluate<string[]>(`(() => {
      const right = document.querySelector('.markdown-body').getBoundingClientRect().right
      return [...document.querySelectorAll('.markdown-body *')]
        .filter((element) => !element.closest('table') && element.getBoundingClientRect().right > right + 1)
        .map((element) => element.outerHTML.slice(0, 80))
    })()`)
    expect(tooWide).toEqual([])
    expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width)
    await page.close()
  })

  it('shows the answer without scrolling on a phone, and folds what few need', async () => {
    const page = await browser.newPage({ viewport: { width: 390, height: 844 } })
    await page.setContent(commentPage(renderReport(example, now), 'light'))
    expect(await page.locator('h3').first().innerText()).toBe('Likely cause (62 %): #412 Retry ledger writes when they time out')
    expect((await page.locator('table').first().boundingBox())!.y).toBeLessThan(400)
    expect(await page.locator('details[open]').count()).toBe(0)
    expect(await page.locator('details').count()).toBe(4)
    await page.close()
  })
})
