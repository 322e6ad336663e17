import { describe, expect, it } from 'vitest'
import { END_OF_ANSWER, readPatches, unquoted } from '../../../src/history/read-patches.ts'

const answer = (path: string, lines: number) =>
  `0123456789012345678901234567890123456789\ndiff --git a/${path} b/${path}\nindex 1..2 100644\n--- a/${path}\n+++ b/${path}\n` +
  `@@ -0,0 +1,${lines} @@ enclosingName\n${'+some_word déjà\n'.repeat(lines)}`

async function read(text: string, size: number) {
  const bytes = Buffer.from(text)
  async function* chunks() {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
  }
  return Array.fromAsync(readPatches(chunks()))
}

describe('answers of git diff-tree', () => {
  it('are the same however the bytes arrive', async () => {
    const text = [answer('a.ts', 2), '', answer('b.ts', 1)].map((one) => `${one}${END_OF_ANSWER}`).join('')
    const whole = await read(text, 1_000_000)
    expect(whole.map(({ files, added }) => [files.map(({ path }) => path), added])).toEqual([
      [['a.ts'], 2],
      [[], 0],
      [['b.ts'], 1],
    ])
    expect(whole[0]).toMatchObject({
      identifiers: ['some_word'],
      files: [{ symbols: ['enclosingName'], ranges: [{ start: 1, count: 2 }] }],
    })
    for (const size of [1, 2, 7, 64]) expect(await read(text, size)).toEqual(whole)
  })

  it('that are very long are cut and marked, and the next one is whole', async () => {
    const [long, next] = await read(`${answer('a.ts', 400_000)}${END_OF_ANSWER}${answer('b.ts', 1)}${END_OF_ANSWER}`, 65_536)
    expect(long).toMatchObject({ filesTruncated: true, fileCount: 1 })
    expect(next).toMatchObject({ filesTruncated: false, added: 1 })
  })

  it('quote names as C does', () => {
    expect(unquoted('"a/\\346\\261\\272 \\"x\\" \\t\\\\"')).toBe('a/決 "x" \t\\')
    expect(unquoted('a/plain')).toBe('a/plain')
  })
})
