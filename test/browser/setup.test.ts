import { mkdtempSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Browser } from 'playwright-core'
import { setupRoutes } from '../../src/http/setup/setup-routes.ts'
import { gitHubSettings } from '../../src/settings/environment.ts'
import { openBrowser } from '../support/browser.ts'
import { silentLog } from '../support/silent-log.ts'

let browser: Browser
beforeAll(async () => {
  browser = await openBrowser()
})
afterAll(() => browser.close())

it('lets a newcomer tick what the App may do, and hands the manifest to GitHub', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'causeway-setup-'))
  const setup = setupRoutes({
    gitHub: gitHubSettings(undefined),
    publicUrl: null,
    envFile: join(folder, '.env'),
    log: silentLog,
    now: () => new Date('2026-03-14T09:00:00Z'),
    onRegistered: async () => {},
  })
  const server = serve({ fetch: new Hono().route('/setup', setup.routes).fetch, port: 0, hostname: '127.0.0.1' })
  const page = await browser.newPage({ viewport: { width: 390, height: 844 } })
  let posted = new URLSearchParams()
  await page.route('https://github.com/**', async (route) => {
    posted = new URLSearchParams(route.request().postData() ?? '')
    await route.fulfill({ contentType: 'text/html', body: '<h1>Create the App</h1>' })
  })
  try {
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}${setup.path}`)
    expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390)
    expect(await page.getByRole('checkbox', { name: /Risk of pull requests/ }).isChecked()).toBe(true)
    await page.getByLabel('Public address').fill('localhost')
    await page.getByRole('checkbox', { name: /Hold deployments/ }).check()
    await page.getByRole('checkbox', { name: /Risk of pull requests/ }).uncheck()
    await page.getByRole('button').click()
    expect(await page.getByRole('alert').innerText()).toContain('can not reach')
    // A mistake in one field loses nothing that was chosen in the others.
    expect(await page.getByRole('checkbox', { name: /Hold deployments/ }).isChecked()).toBe(true)
    expect(await page.getByRole('checkbox', { name: /Risk of pull requests/ }).isChecked()).toBe(false)
    await page.getByLabel('Public address').fill('causeway.example.com')
    await page.getByRole('button').click()
    await page.getByRole('heading', { name: 'Create the App' }).waitFor()
    expect(new URL(page.url()).pathname).toBe('/settings/apps/new')
    expect(JSON.parse(posted.get('manifest') ?? '{}')).toMatchObject({
      hook_attributes: { url: 'https://causeway.example.com/api/github/webhooks' },
      default_permissions: { deployments: 'write', actions: 'read', pull_requests: 'read' },
    })
  } finally {
    await page.close()
    server.close()
    rmSync(folder, { recursive: true })
  }
})
