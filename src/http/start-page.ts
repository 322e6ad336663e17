import { html } from 'hono/html'
import type { Page } from './page.ts'

/** What somebody sees who opens the process's address in a browser. It tells nothing about any repository. */
export function startPage(isRegistered: boolean): Page {
  return {
    title: 'Causeway',
    body: html`
      <p>
        This process listens to GitHub. When an issue is labelled <code>incident</code>, it answers there with what changed, which change is
        the likely cause and how sure it is, who knows it, and what fixed it last time.
      </p>
      ${
        isRegistered
          ? ''
          : html`<p role="alert">
              No GitHub App is registered yet. The process printed the address of its set-up page when it started: open that one.
            </p>`
      }
      <ul>
        <li><a href="/readyz">Is it ready?</a></li>
        <li><a href="/api/v1/openapi.json">The HTTP API</a> for deployments, changes and incidents that GitHub does not see</li>
      </ul>
    `,
  }
}
