import fc from 'fast-check'
import type { Nodes } from 'mdast'
import type { Nodes as HtmlNodes } from 'hast'
import { describe, expect, it } from 'vitest'
import { markerFor } from '../../src/domain/comment-marker.ts'
import type { IncidentReport } from '../../src/domain/report.ts'
import { renderReport } from '../../src/render/report.ts'
import { plain } from '../../src/render/escape.ts'
import { boxBlocks } from '../../src/render/report/boxes.ts'
import { FACTS_PREFIX } from '../../src/render/report/facts.ts'
import { exampleReport } from '../support/example-report.ts'
import { commentTree, parseMarkdown } from '../support/markdown.ts'

const now = new Date('2026-03-04T14:09:00Z')
const marker = markerFor(8_589_934_592, 431)

/** What people and machines have put into titles to break out of them. */
const HOSTILE = [
  '@octocat',
  ' @acme/payments ',
  '#12',
  'GH-12',
  'acme/shop#1',
  'acme/shop@1a2b3c4d5e6f7a8b',
  'deadbeefcafe',
  'https://evil.example/x',
  'www.evil.example',
  'mail@evil.example',
  '<!--',
  '-->',
  '--!>',
  marker,
  FACTS_PREFIX,
  '</details>',
  '<details open>',
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '![x](https://evil.example/p.png)',
  '[x](javascript:alert(1))',
  '[x]: https://evil.example',
  '[^1]',
  '[^1]: note',
  '[ ] task',
  '```',
  '~~~',
  '````mermaid',
  '`',
  '``',
  '|',
  '\\|',
  '\\',
  '\\\\',
  '| --- |',
  '---',
  '===',
  '# ',
  ' ##',
  '> ',
  '- ',
  '1. ',
  '+ ',
  '* ',
  '**',
  '__',
  '_a_',
  '~~',
  '$a$',
  '$$',
  '$`a`$',
  ':tada:',
  '&lt;',
  '&#64;octocat',
  '&commat;octocat',
  '\n',
  '\r\n\r\n',
  '\n\n# ',
  '    code',
  '\t',
  '\u0000',
  '\u202E',
  '\u2066',
  '\u200B',
  '\u2028',
  '\uD800',
  '\uDC00',
  '😀',
  '👩‍👩‍👧',
  'e\u0301\u0301\u0301\u0301\u0301\u0301',
  '決済がタイムアウト',
  '"]; n9 --> n0 %%',
  '#quot;',
  'javascript:alert(1)',
  '!',
]
const hostile = fc
  .array(
    fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(...HOSTILE) },
      fc.string({ unit: 'binary', maxLength: 12 }),
      fc.string({ maxLength: 12 }),
    ),
    {
      maxLength: 12,
    },
  )
  .map((parts) => parts.join(''))

/** The same report with every text in it replaced; `kind`, `status`, `reason` and the like are our own words. */
function withTexts(report: IncidentReport, next: (key: string) => string): IncidentReport {
  const OURS = new Set(['status', 'detectedBy', 'kind', 'roles', 'id', 'verdict', 'problem'])
  const walk = (value: unknown, key: string): unknown => {
    if (typeof value === 'string') return OURS.has(key) ? value : next(key)
    if (value instanceof Date || value === null || typeof value !== 'object') return value
    if (Array.isArray(value)) return value.map((item) => walk(item, key))
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [name, key === 'ruledOut' && name === 'reason' ? item : walk(item, name)]),
    )
  }
  return walk(report, '') as IncidentReport
}

/** Parts that a report on its first day has not. */
const everything = exampleReport({
  reverts: [
    { change: { text: '#412', url: 'u' }, pull: { text: '#430', url: 'u' }, problem: null },
    { change: { text: '#409', url: 'u' }, pull: null, problem: 'conflict' },
  ],
  mayRevert: true,
  lastWorked: { at: now, name: 'v41', by: { login: 'octocat', isBot: false }, url: 'u' },
  liveWhenItWorked: 3,
  followUps: [
    { link: { text: '#440', url: 'u' }, text: 'Alert on it', dueOn: now, assignees: [], state: 'overdue' },
    { link: { text: '', url: null }, text: 'Write it down', dueOn: now, assignees: [], state: 'open' },
    { link: { text: '#441', url: 'u' }, text: 'Of no use any more', dueOn: now, assignees: ['octocat'], state: 'dropped' },
  ],
  metrics: {
    services: ['checkout'],
    detect: { ms: 60_000, median: { cases: 4, medianMs: 120_000 } },
    acknowledge: { ms: null, median: { cases: 0, medianMs: null } },
    mitigate: { ms: 60_000, median: { cases: 1, medianMs: 120_000 } },
    resolve: { ms: 60_000, median: { cases: 4, medianMs: 120_000 } },
  },
})

/** Addresses are hostile too: sometimes in whole, sometimes behind a host. */
const hostileReport = fc.array(hostile, { minLength: 1, maxLength: 30 }).map((texts) => {
  let at = 0
  return withTexts(everything, (key) => {
    const text = texts[at++ % texts.length] ?? ''
    return /url$/i.test(key) && at % 3 > 0 ? `https://github.com/${text}` : text
  })
})

/** The same, where no text is empty and no link leads nowhere: then nothing has a reason to be left out. */
const fullReport = fc
  .array(
    hostile.filter((text) => plain(text, 100) !== ''),
    { minLength: 1, maxLength: 30 },
  )
  .map((texts) => {
    let at = 0
    return withTexts(exampleReport(), (key) => {
      const text = texts[at++ % texts.length] ?? ''
      return /url$/i.test(key) ? `https://github.com/${encodeURIComponent(text.toWellFormed())}` : text
    })
  })

/** Block kinds and table shapes; inline content is looked at elsewhere. */
function skeleton(node: Nodes): unknown {
  switch (node.type) {
    case 'table':
      return ['table', node.children.map((row) => row.children.length)]
    case 'html':
      return ['html', node.value.startsWith(FACTS_PREFIX) ? FACTS_PREFIX : node.value.replace(/<summary>.*<\/summary>/, '<summary>')]
    case 'code':
      return ['code', node.lang]
    case 'root':
    case 'blockquote':
    case 'list':
    case 'listItem':
      return [node.type, node.children.map(skeleton)]
    default:
      return node.type
  }
}

function* walk(node: Nodes): Generator<Nodes> {
  yield node
  if ('children' in node) for (const child of node.children) yield* walk(child)
}

/** Text that GitHub's filters look into: not in code, not in links. */
function* filteredText(node: HtmlNodes): Generator<string> {
  if (node.type === 'text') yield node.value
  if (node.type === 'element' && ['code', 'pre', 'a'].includes(node.tagName)) return
  if ('children' in node) for (const child of node.children) yield* filteredText(child)
}

const expected = skeleton(parseMarkdown(renderReport(exampleReport(), now)))
const UNWANTED = new Set(['image', 'imageReference', 'linkReference', 'definition', 'footnoteReference', 'footnoteDefinition'])
/** What GitHub would make a mention, a reference, an address, an emoji or a formula of. */
const REFERRING = [
  /(?:^|[^\p{L}\p{N}_])@[\p{L}\p{N}]/u,
  /#\d/,
  /\bGH-\d/i,
  /\b[0-9a-f]{7,40}\b/,
  /:\/\/|www\./i,
  /:[a-z0-9_+-]+:/i,
  /\$[^$]+\$/,
]
const ALLOWED_HTML = /^(?:<br>|<\/?code>|<\/?span>|<!-- causeway:(?:caused|did-not-cause) [0-9a-f]{7,64} -->)$/

describe('a report full of hostile text', () => {
  const check = (property: (markdown: string, report: IncidentReport) => void, runs = 60): void => {
    fc.assert(
      fc.property(hostileReport, (report) => {
        property(renderReport(report, now), report)
      }),
      { numRuns: runs },
    )
  }

  it('keeps its structure', () => {
    fc.assert(
      fc.property(fullReport, (report) => {
        expect(skeleton(parseMarkdown(renderReport(report, now)))).toEqual(expected)
      }),
      { numRuns: 100 },
    )
  })

  it('holds no image, no footnote, no task and no HTML but ours', () => {
    check((markdown, report) => {
      const tree = parseMarkdown(markdown)
      const nodes = [...walk(tree)]
      const boxes = boxBlocks(report).flatMap((block) => block.markdown.split('\n').filter((line) => line.startsWith('- [ ] ')))
      expect(nodes.map(({ type }) => type).filter((type) => UNWANTED.has(type))).toEqual([])
      const ticks = nodes.flatMap((node) => (node.type === 'listItem' && typeof node.checked === 'boolean' ? [node.checked] : []))
      // A box asks for a person's tick: none stands there ticked.
      expect(ticks).toEqual(boxes.filter((box) => markdown.includes(box)).map(() => false))
      const within = tree.children.filter(({ type }) => type !== 'html').flatMap((block) => [...walk(block)])
      expect(within.flatMap((node) => (node.type === 'html' && !ALLOWED_HTML.test(node.value) ? [node.value] : []))).toEqual([])
    })
  })

  it('links only to web addresses', () => {
    check((markdown) => {
      const links = [...walk(parseMarkdown(markdown))].filter((node) => node.type === 'link')
      expect(links.filter(({ url, children }) => !/^https?:\/\/[^\s<>()]+$/.test(url) || children.length === 0)).toEqual([])
    })
  })

  it('notifies nobody and refers to nothing by accident', () => {
    check((markdown) => {
      expect([...filteredText(commentTree(markdown))].filter((text) => REFERRING.some((pattern) => pattern.test(text)))).toEqual([])
      // A reply by e-mail quotes the source, where code and comments protect nobody.
      expect(markdown).not.toMatch(/@[\p{L}\p{N}]/u)
    })
  })

  it('is bounded, well-formed and free of invisible controls', () => {
    check((markdown) => {
      expect(markdown.length).toBeLessThan(65_536)
      expect(markdown.isWellFormed()).toBe(true)

      expect(markdown).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u061C\u200E\u200F\u2028-\u202E\u2060-\u206F\uFEFF]/)
    })
  })

  it('begins with its marker, has it once, and its facts parse back', () => {
    check((markdown) => {
      const lines = markdown.trimEnd().split('\n')
      expect(lines[0]).toBe(marker)
      expect(markdown.split(marker)).toHaveLength(2)
      const last = lines.at(-1) ?? ''
      expect(last.startsWith(FACTS_PREFIX) && last.endsWith(' -->')).toBe(true)
      const json = last.slice(FACTS_PREFIX.length, -' -->'.length)
      expect(json).not.toMatch(/--|[<>]/)
      expect(JSON.parse(json)).toMatchObject({ version: 1, issue: 431 })
    })
  })

  it('says the same for the same report', () => {
    check((markdown, report) => expect(renderReport(report, now)).toBe(markdown), 20)
  })
})

describe('a report of any size', () => {
  it('fits, at a block, whatever is in it', () => {
    const big = fc.record({
      text: hostile.map((text) => `${text}$@#*&`.repeat(200)),
      suspects: fc.nat(8),
      others: fc.nat(200),
      ruledOut: fc.nat(200),
      past: fc.nat(20),
      services: fc.nat(60),
      gaps: fc.nat(30),
    })
    fc.assert(
      fc.property(big, ({ text, suspects, others, ruledOut, past, services, gaps }) => {
        const base = exampleReport()
        const repeat = <T>(items: readonly T[], times: number): T[] => Array.from({ length: times }, (_, i) => items[i % items.length] as T)
        const names = Array.from({ length: services }, (_, i) => `${text}${i}`)
        const report = withTexts(
          exampleReport({
            suspects: repeat(base.suspects, suspects),
            otherChanges: repeat(base.otherChanges, others),
            ruledOut: repeat(base.ruledOut, ruledOut),
            pastIncidents: repeat(base.pastIncidents, past),
            gaps: repeat(base.gaps, gaps),
          }),
          (key) => (key === 'url' ? `https://example.com/${'a'.repeat(1_900)}` : text),
        )
        const markdown = renderReport({ ...report, services: names, graph: { affected: names.slice(0, 2), nodes: names, edges: [] } }, now)
        expect(markdown.length).toBeLessThan(65_536)
        const tree = parseMarkdown(markdown)
        const open = tree.children.filter((node) => node.type === 'html' && node.value.startsWith('<details>')).length
        const closed = tree.children.filter((node) => node.type === 'html' && node.value === '</details>').length
        expect(open).toBe(closed)
        expect(tree.children.at(-1)).toMatchObject({ type: 'html' })
      }),
      { numRuns: 40 },
    )
  })

  it('reads a title of a megabyte in no time', () => {
    for (const part of ['a', '@', '`', '<!--', ':a', '\u202E', 'e\u0301', '$', '[', 'www.', '\uD800']) {
      const long = part.repeat(1_000_000 / part.length)
      const from = performance.now()
      const markdown = renderReport(
        withTexts(exampleReport(), () => long),
        now,
      )
      expect(markdown.length).toBeLessThan(65_536)
      expect(performance.now() - from).toBeLessThan(1_000)
    }
  })
})
