import { html } from 'hono/html'

/** What somebody sees who opens the process's address in a browser. It tells nothing about any repository. */
export function startPage() {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Causeway</title>
      </head>
      <body>
        <main>
          <h1>Causeway</h1>
          <p>
            This process listens to GitHub. When an issue is labelled <code>incident</code>, it answers there with what changed, which
            change is the likely cause and how sure it is, who knows it, and what fixed it last time.
          </p>
          <ul>
            <li><a href="/readyz">Is it ready?</a></li>
            <li><a href="/api/v1/openapi.json">The HTTP API</a> for deployments, changes and incidents that GitHub does not see</li>
          </ul>
        </main>
      </body>
    </html>`
}
