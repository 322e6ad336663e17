// Markdown as GitHub shows it in a comment: GFM, line breaks kept, raw HTML sanitised by GitHub's own list, alerts.
import type { Element, ElementContent, Root as HtmlRoot } from 'hast'
import type { Root } from 'mdast'
import rehypeRaw from 'rehype-raw'
import rehypeSanitize from 'rehype-sanitize'
import rehypeStringify from 'rehype-stringify'
import remarkGfm from 'remark-gfm'
import remarkParse from 'remark-parse'
import remarkRehype from 'remark-rehype'
import { unified } from 'unified'

export function parseMarkdown(markdown: string): Root {
  return unified().use(remarkParse).use(remarkGfm).parse(markdown)
}

/** HTML of a comment's body, without the page around it. */
export function commentHtml(markdown: string): string {
  const html = unified()
    .use(remarkParse)
    .use(remarkGfm)
    .use(remarkRehype, { allowDangerousHtml: true })
    .use(rehypeRaw)
    .use(rehypeSanitize)
    .use(() => alerts)
    .use(rehypeStringify)
    .processSync(markdown)
  return String(html)
}

/** The same as a tree, after sanitising: what a reader and GitHub's own filters see. */
export function commentTree(markdown: string): HtmlRoot {
  const processor = unified()
    .use(remarkParse)
    .use(remarkGfm)
    .use(remarkRehype, { allowDangerousHtml: true })
    .use(rehypeRaw)
    .use(rehypeSanitize)
  return processor.runSync(processor.parse(markdown))
}

function alerts(tree: HtmlRoot): void {
  for (const quote of tree.children) {
    if (quote.type !== 'element' || quote.tagName !== 'blockquote') continue
    const first = quote.children.find((child): child is Element => child.type === 'element')
    const text = first?.children[0]
    if (first === undefined || text?.type !== 'text' || !text.value.startsWith('[!NOTE]')) continue
    text.value = text.value.slice('[!NOTE]'.length).trimStart()
    const title: ElementContent = {
      type: 'element',
      tagName: 'p',
      properties: { className: ['markdown-alert-title'] },
      children: [{ type: 'text', value: 'ⓘ Note' }],
    }
    quote.tagName = 'div'
    quote.properties = { className: ['markdown-alert', 'markdown-alert-note'] }
    quote.children = [title, ...quote.children.filter((child) => child !== first || text.value !== '' || first.children.length > 1)]
  }
}
