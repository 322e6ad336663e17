// An issue as a page to look at, so that the demo can print an address. Markdown is untrusted: it passes the same
// allow-list that GitHub uses (rehype-sanitize's default schema), and the server forbids scripts besides.
import { readFileSync } from 'node:fs'
import { html, raw } from 'hono/html'
import { fileURLToPath } from 'node:url'
import rehypeRaw from 'rehype-raw'
import rehypeSanitize from 'rehype-sanitize'
import rehypeStringify from 'rehype-stringify'
import remarkGfm from 'remark-gfm'
import remarkParse from 'remark-parse'
import remarkRehype from 'remark-rehype'
import { unified } from 'unified'
import { time } from './shapes/account.ts'
import { repositoryNamed } from './state.ts'
import type { Account, State } from './state.ts'

const LAYOUT = `
body { margin: 0; background: #f6f8fa; font: 14px/1.5 -apple-system, "Segoe UI", Helvetica, Arial, sans-serif; color: #1f2328 }
main { max-width: 920px; margin: 24px auto; padding: 0 16px }
article { background: #fff; border: 1px solid #d1d9e0; border-radius: 6px; margin: 16px 0; overflow: hidden }
article > header { padding: 8px 16px; background: #f6f8fa; border-bottom: 1px solid #d1d9e0 }
article > div { padding: 16px }
.state { border-radius: 2em; padding: 4px 12px; color: #fff; background: #1a7f37 }
.state.closed { background: #8250df }
.label { border: 1px solid #d1d9e0; border-radius: 2em; padding: 0 8px }
@media (prefers-color-scheme: dark) {
  body, article > header { background: #0d1117; color: #f0f6fc }
  article { background: #0d1117; border-color: #3d444d }
}`

/** GitHub-flavoured markdown to HTML that is safe to show. */
function renderMarkdown(markdown: string): string {
  const pipeline = unified()
    .use(remarkParse)
    .use(remarkGfm)
    .use(remarkRehype, { allowDangerousHtml: true })
    .use(rehypeRaw)
    .use(rehypeSanitize)
    .use(rehypeStringify)
  return String(pipeline.processSync(markdown))
}

function styles(): string {
  return readFileSync(fileURLToPath(import.meta.resolve('github-markdown-css/github-markdown.css')), 'utf8') + LAYOUT
}

/** Null when there is no such issue, or its repository is private (a browser brings no token). */
export function issuePage(state: State, owner: string, name: string, number: number): string | null {
  const repository = repositoryNamed(state, owner, name)
  const issue = repository?.issues.get(number)
  if (repository === null || issue === undefined) return null
  const entry = (user: Account, at: Date, body: string, id: string) =>
    html`<article id="${id}">
      <header><strong>${user.login}</strong> commented on ${time(at)}</header>
      <div class="markdown-body">${raw(renderMarkdown(body))}</div>
    </article>`
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>${issue.title} · ${issue.pull === null ? 'Issue' : 'Pull request'} #${number} · ${owner}/${name}</title>
        <style>
          ${raw(styles())}
        </style>
      </head>
      <body>
        <main>
          <p>${owner}/${name}</p>
          <h1>${issue.title} <small>#${number}</small></h1>
          <p>
            <span class="state ${issue.state}">${issue.pull?.mergedAt ? 'merged' : issue.state}</span>
            ${issue.labels.map((label) => html`<span class="label">${label.name}</span> `)}
          </p>
          ${entry(issue.user, issue.createdAt, issue.body ?? '', 'issue')}
          ${issue.comments.map((comment) => entry(comment.user, comment.createdAt, comment.body, `issuecomment-${comment.id}`))}
        </main>
      </body>
    </html>`
  // hono's template is a promise only where a part of it is one.
  return page instanceof Promise ? null : page.toString()
}
