// A comment on a page that looks like GitHub's, for pictures and layout checks.
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { commentHtml } from './markdown.ts'
import { mermaidSketch } from './mermaid-sketch.ts'

export type Theme = 'light' | 'dark'

const FRAME: Record<Theme, { page: string; header: string; border: string; text: string }> = {
  light: { page: '#ffffff', header: '#f6f8fa', border: '#d1d9e0', text: '#59636e' },
  dark: { page: '#0d1117', header: '#151b23', border: '#3d444d', text: '#9198a1' },
}

/** Chromium's package brings Open Sans and unpacks it when the browser starts; without it any sans-serif does. */
function font(): string {
  const faces = [
    ['OpenSans-Regular', 400],
    ['OpenSans-Bold', 600],
  ] as const
  return faces
    .map(([file, weight]) => [join(tmpdir(), 'fonts', 'fonts', 'Open_Sans', `${file}.ttf`), weight] as const)
    .filter(([path]) => existsSync(path))
    .map(([path, weight]) => {
      const data = readFileSync(path).toString('base64')
      return `@font-face { font-family: "Open Sans"; font-weight: ${weight}; src: url(data:font/ttf;base64,${data}) }\n`
    })
    .join('')
}

/** A whole HTML page; it loads nothing. */
export function commentPage(markdown: string, theme: Theme): string {
  return pageOf(theme, '<b>causeway</b><i>bot</i> commented', markdown)
}

/** A check run as its own page shows it: the name, the outcome, the title, and the summary below. */
export function checkPage(check: { name: string; conclusion: string; title: string; summary: string }): string {
  const text = ({ name, conclusion }: typeof check): string => `<b>${plainHtml(name)}</b><i>${plainHtml(conclusion)}</i>`
  return pageOf('light', text(check), `## ${check.title}\n\n${check.summary}`)
}

const plainHtml = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')

function pageOf(theme: Theme, head: string, markdown: string): string {
  const css = readFileSync(createRequire(import.meta.url).resolve(`github-markdown-css/github-markdown-${theme}.css`), 'utf8')
  const { page, header, border, text } = FRAME[theme]
  const body = commentHtml(markdown).replace(/<pre><code class="language-mermaid">([^]*?)<\/code><\/pre>/, (_, source: string) =>
    mermaidSketch(source.replaceAll('&#x3C;', '<').replaceAll('&#x26;', '&'), { line: border, text, fill: header }),
  )
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><style>${font()}${css}
body { margin: 0; padding: 16px; background: ${page}; }
.comment { border: 1px solid ${border}; border-radius: 6px; overflow: hidden; font: 14px -apple-system, "Segoe UI", "Noto Sans", Helvetica, Arial, sans-serif; }
.comment header { background: ${header}; border-bottom: 1px solid ${border}; color: ${text}; padding: 8px 16px; }
.comment header b { font-weight: 600; }
.comment header i { font-style: normal; border: 1px solid ${border}; border-radius: 2em; padding: 0 7px; font-size: 12px; margin-left: 4px; }
.comment, .markdown-body { font-family: "Noto Sans", "Open Sans", sans-serif; }
.markdown-body { padding: 16px; font-size: 14px; }
.markdown-body table { font-variant: normal; }
</style></head><body><div class="comment"><header>${head}</header><article class="markdown-body">${body}</article></div></body></html>`
}
