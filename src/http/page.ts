import { randomBytes } from 'node:crypto'
import type { Context } from 'hono'
import { html } from 'hono/html'
import type { HtmlEscapedString } from 'hono/utils/html'

type Fragment = HtmlEscapedString | Promise<HtmlEscapedString>

export type Page = {
  title: string
  body: Fragment
  /** Where forms may go besides this server. */
  formTarget?: string
  /** Sends the page's only form at once; its button remains for browsers that don't. */
  submits?: boolean
}

/** A whole page. It loads nothing from elsewhere, can't be framed, and tells no other site its address. */
export function respondWithPage(
  c: Context,
  page: Page,
  status: 200 | 400 | 403 | 404 | 409 | 410 | 502 = 200,
): Response | Promise<Response> {
  const nonce = randomBytes(16).toString('base64url')
  const policy = [
    "default-src 'none'",
    `style-src 'nonce-${nonce}'`,
    `script-src 'nonce-${nonce}'`,
    `form-action 'self'${page.formTarget ? ` ${page.formTarget}` : ''}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ]
  c.header('content-security-policy', policy.join('; '))
  c.header('referrer-policy', 'no-referrer')
  c.header('x-content-type-options', 'nosniff')
  c.header('cache-control', 'no-store')
  return c.html(
    html`<!doctype html>
      <html lang="en">
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <title>${page.title} · Causeway</title>
          <style nonce="${nonce}">
            :root {
              color-scheme: light dark;
              font:
                16px/1.5 system-ui,
                sans-serif;
            }
            main {
              max-width: 40rem;
              margin: 3rem auto;
              padding: 0 1rem;
            }
            label {
              display: block;
              margin: 1rem 0 0.25rem;
              font-weight: 600;
            }
            input {
              width: 100%;
              box-sizing: border-box;
              padding: 0.5rem;
              font: inherit;
            }
            fieldset {
              margin: 1.5rem 0 0;
              padding: 0;
              border: 0;
            }
            legend {
              padding: 0;
              font-weight: 600;
            }
            label.choice {
              display: grid;
              grid-template-columns: max-content 1fr;
              column-gap: 0.5rem;
              font-weight: 400;
            }
            .choice input {
              width: auto;
              align-self: start;
              margin: 0.35rem 0 0;
            }
            .choice small {
              grid-column: 2;
            }
            small {
              display: block;
              opacity: 0.8;
            }
            button {
              margin-top: 1.5rem;
              padding: 0.6rem 1.2rem;
              font: inherit;
              font-weight: 600;
            }
            pre {
              overflow-x: auto;
              padding: 0.75rem;
              border: 1px solid;
            }
            [role='alert'] {
              border-left: 4px solid #c00;
              padding-left: 0.75rem;
            }
          </style>
        </head>
        <body>
          <main>
            <h1>${page.title}</h1>
            ${page.body}
          </main>
          ${
            page.submits
              ? html`<script nonce="${nonce}">
                  document.forms[0].submit()
                </script>`
              : ''
          }
        </body>
      </html>`,
    status,
  )
}
