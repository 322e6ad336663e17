// Shows a comment's markdown in the terminal about as GitHub would show it: headings, tables, lists, folded parts.
import type { Nodes, Parent, Table } from 'mdast'
import remarkGfm from 'remark-gfm'
import remarkParse from 'remark-parse'
import { unified } from 'unified'

const bold = (text: string): string => `\u001b[1m${text}\u001b[22m`
const dim = (text: string): string => `\u001b[2m${text}\u001b[22m`
const underline = (text: string): string => `\u001b[4m${text}\u001b[24m`
const ANSI = new RegExp('\\u001b\\[\\d+m', 'g')

/** `columns` is the terminal's width; tables are laid out as cards when they would not fit. */
export function showMarkdown(markdown: string, columns: number): string {
  const width = Math.max(40, Math.min(columns, 110))
  const tree = unified().use(remarkParse).use(remarkGfm).parse(markdown)
  return blocks(tree, width)
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim()
}

function blocks(parent: Parent, width: number): string {
  return parent.children.map((node) => block(node, width)).join('\n\n')
}

function block(node: Nodes, width: number): string {
  switch (node.type) {
    case 'heading':
      return bold(underline(inline(node)))
    case 'paragraph':
      return wrap(inline(node), width)
    case 'table':
      return table(node, width)
    case 'list':
      return node.children.map((item) => indent(blocks(item, width - 2), '• ')).join('\n')
    case 'blockquote':
      return indent(blocks(node, width - 2), '│ ', '│ ')
    case 'code':
      return node.lang === 'mermaid' ? graph(node.value) : indent(dim(node.value), '  ', '  ')
    case 'html':
      return html(node.value)
    case 'thematicBreak':
      return dim('─'.repeat(width))
    default:
      return 'children' in node ? blocks(node, width) : inline(node)
  }
}

/** Comments vanish; a summary becomes a line to open; other tags show their text. */
function html(value: string): string {
  const text = value
    .replaceAll(/<!--[\s\S]*?-->/g, '')
    .replaceAll(/<summary>([\s\S]*?)<\/summary>/g, (_, summary: string) => `▸ ${bold(summary)}`)
    .replaceAll(/<br\s*\/?>/g, '\n')
    .replaceAll(/<[^>]*>/g, '')
  return entities(text).trim()
}

function inline(node: Nodes): string {
  switch (node.type) {
    case 'text':
      return node.value
    case 'inlineCode':
      return dim(node.value)
    case 'break':
      return '\n'
    case 'html':
      return /^<br/i.test(node.value) ? '\n' : entities(node.value.replaceAll(/<[^>]*>/g, ''))
    case 'strong':
      return bold(children(node))
    case 'emphasis':
    case 'delete':
      return dim(children(node))
    case 'link':
      return underline(children(node))
    default:
      return 'children' in node ? children(node) : 'value' in node ? node.value : ''
  }
}

function children(node: Parent): string {
  return node.children.map((child) => inline(child)).join('')
}

/** Each row as a card: the first cell is its heading, the others follow with their column's name. */
function table(node: Table, width: number): string {
  const [head, ...rows] = node.children.map((row) => row.children.map((cell) => inline(cell).trim()))
  return rows
    .map((cells) => {
      const [first = '', ...rest] = cells
      const lines = rest.flatMap((cell, index) => {
        const label = head?.[index + 1] ?? ''
        return cell === '' ? [] : [indent(wrap(cell, width - 16), `  ${dim(label.padEnd(12))}  `, ' '.repeat(16))]
      })
      return [bold(wrap(first, width)), ...lines].join('\n')
    })
    .join('\n\n')
}

function graph(source: string): string {
  const names = new Map([...source.matchAll(/(\w+)\[+\(?"?([^"\]]+)"?\)?\]+/g)].map((found) => [found[1]!, found[2]!]))
  const edges = [...source.matchAll(/(\w+)\s*-->\s*(\w+)/g)].map(
    (found) => `  ${names.get(found[1]!) ?? found[1]!} → ${names.get(found[2]!) ?? found[2]!}`,
  )
  return edges.length > 0 ? edges.join('\n') : indent(dim(source), '  ', '  ')
}

function wrap(text: string, width: number): string {
  return text
    .split('\n')
    .map((line) => {
      const lines = ['']
      for (const word of line.split(' ')) {
        const last = lines.at(-1)!
        const next = last === '' ? word : `${last} ${word}`
        if (visible(next) > width && last !== '') lines.push(word)
        else lines[lines.length - 1] = next
      }
      return lines.join('\n')
    })
    .join('\n')
}

function visible(text: string): number {
  return text.replaceAll(ANSI, '').length
}

function indent(text: string, first: string, others = ' '.repeat(visible(first))): string {
  return text
    .split('\n')
    .map((line, index) => (index === 0 ? first : others) + line)
    .join('\n')
}

function entities(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&')
}
