// A real Chromium from npm, for what only a browser can tell: whether a page lays out.
import chromium from '@sparticuz/chromium'
import { chromium as playwright, type Browser } from 'playwright-core'

/** Nothing is fetched: the pages are given as text. Whoever opens it closes it. */
export async function openBrowser(): Promise<Browser> {
  return playwright.launch({
    executablePath: await chromium.executablePath(),
    // In a single process the browser ends with its first page.
    args: [...chromium.args.filter((each) => !/^--(headless|single-process)/.test(each)), '--no-sandbox', '--disable-dev-shm-usage'],
    headless: true,
  })
}
