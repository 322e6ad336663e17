import { describe, expect, it } from 'vitest'
import { code, commentJson, fenced, inline, link, mermaidLabel, plain, sentence, webAddress } from '../../../src/render/escape.ts'
import { commentHtml } from '../../support/markdown.ts'

const shown = (markdown: string): string => commentHtml(`x ${markdown} x`).replace(/^<p>x | x<\/p>$/g, '')

describe('plain', () => {
  it('makes one line of visible characters', () => {
    expect(plain('  a\r\n\tb\u0000\u202E\u2066c\uD800 \u200B', 50)).toBe('a bc\uFFFD')
  })

  it('cuts at a word, says so, and never inside a character', () => {
    expect(plain('one two three', 9)).toBe('one two…')
    for (let max = 1; max < 12; max++) {
      const cut = plain('😀😀😀😀😀😀', max)
      expect(cut.isWellFormed()).toBe(true)
      expect(cut.length).toBeLessThanOrEqual(max)
    }
  })

  it('keeps joined emoji and Persian words', () => {
    expect(plain('👩‍👩‍👧 می‌خواهم', 50)).toBe('👩‍👩‍👧 می‌خواهم')
  })
})

describe('inline', () => {
  it.each([
    ['a|b', 'a|b'],
    ['**bold** _it_ ~~no~~ `code` <b>x</b>', '**bold** _it_ ~~no~~ `code` &#x3C;b>x&#x3C;/b>'],
    ['\\*', '\\*'],
    ['&amp; &lt;', '&#x26;amp; &#x26;lt;'],
    ['![x](https://a.example) [y][z] [^1]', '![x](https:​//a.example) [y][z] [^1]'],
    ['costs $5 or $6', 'costs <span>$</span>5 or <span>$</span>6'],
  ])('%s is shown as written', (text, html) => expect(shown(inline(text, 200))).toBe(html))

  it('breaks mentions, references, bare addresses and emoji codes without a visible trace', () => {
    for (const text of [
      '@octocat',
      '@acme/payments',
      '#12',
      'GH-12',
      'www.evil.example',
      'https://evil.example',
      ':tada:',
      'me@evil.example',
    ]) {
      const html = shown(inline(text, 200))
      expect(html).not.toContain('<a')
      expect(html).not.toBe(text)
      expect(html.replaceAll('\u200B', '')).toBe(text)
    }
  })

  it('shows what could be a commit as code, so that it can be copied whole', () => {
    expect(inline('since deadbeef1 it fails', 200)).toBe('since `deadbeef1` it fails')
  })

  it('begins no list, heading or rule', () => {
    for (const text of ['- a', '+ a', '1. a', '12) a', '# a', '> a', '===', '---', '* a', '    a', '| a | b |']) {
      expect(commentHtml(inline(text, 50))).toMatch(/^<p>/)
    }
  })
})

describe('code', () => {
  it('is a code span, or an element where a code span would break', () => {
    expect(code('src/app.ts', 50)).toBe('`src/app.ts`')
    expect(shown(code('a`|\\<b>', 50))).toBe('<code>a`|\\&#x3C;b></code>')
    expect(code('  ', 50)).toBe('')
  })
})

describe('link', () => {
  it('links issues and pull requests on github.com without leaving a trace on them', () => {
    expect(link('#412', 'https://github.com/acme/shop/pull/412')).toBe('[#412](https://redirect.github.com/acme/shop/pull/412)')
    expect(link('#412', 'https://ghe.example/acme/shop/pull/412')).toBe('[#412](https://ghe.example/acme/shop/pull/412)')
    expect(webAddress('https://github.com/acme/shop/compare/a...b')).toBe('https://github.com/acme/shop/compare/a...b')
  })

  it('is only text where the address is none of the web', () => {
    for (const url of ['javascript:alert(1)', 'data:text/html,x', '/relative', 'https://user:pass@evil.example', '', null]) {
      expect(link('here', url)).toBe('here')
    }
  })

  it('keeps a hostile address in its place', () => {
    expect(shown(link('a](b', 'https://x.example/a) "t" <b>|`&lt;'))).toBe(
      '<a href="https://x.example/a%29%20%22t%22%20%3Cb%3E%7C%60&#x26;lt%3B">a](b</a>',
    )
  })
})

describe('mermaidLabel', () => {
  it('writes what could end a label or a line as codes', () => {
    expect(mermaidLabel('a"]; b --> `c`\n決済', 50)).toBe('a#34;#93;#59; b --#62; #96;c#96; 決済')
  })
})

describe('commentJson', () => {
  it('cannot end the comment, calls nobody, and parses back', () => {
    const value = { a: '--> --!> <!-- @octocat #1 ` & \u2028 \u202E', b: '---', c: -1.5 }
    const json = commentJson(value)
    expect(json).not.toMatch(/--|[<>@#`&\u2028\u202E]/)
    expect(JSON.parse(json)).toEqual(value)
  })
})

describe('sentence', () => {
  it('shows as code what stands between backticks, and nothing else', () => {
    expect(sentence('Changes `src/a_b.ts`, named in the stack trace', 200)).toBe('Changes `src/a_b.ts`, named in the stack trace')
    expect(sentence('`a` and `b`', 200)).toBe('`a` and `b`')
  })

  it.each(['`@octocat` and `<img src=x>` and ` #12 `', '`` ` @octocat `', '`a', '`a | b` | c', '`deadbeef1` deadbeef1', '` ` ` `'])(
    'keeps %s quiet',
    (text) => {
      const html = shown(sentence(text, 200))
      expect(html).not.toMatch(/<(?!\/?code>)|@\w/)
    },
  )
})

describe('fenced', () => {
  it('can be closed by nothing in it and stays within its length', () => {
    for (const text of ['```', '`'.repeat(5000), '~~~\n```\n', 'a\n```\n@octocat', '漢\n'.repeat(5000)]) {
      const block = fenced(text, 1000)
      expect(block.length).toBeLessThanOrEqual(1000)
      expect(commentHtml(block)).toMatch(/^<pre><code class="language-text">[^<]*<\/code><\/pre>$/)
    }
    expect(fenced(' \n\u200B\n', 100)).toBe('')
  })
})
