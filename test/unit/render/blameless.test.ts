import { describe, expect, it } from 'vitest'
import { blamingPhrases } from '../../../src/render/blameless.ts'

describe('words that make a person the cause', () => {
  it.each([
    ['It was human error.', 'human error'],
    ['@octocat broke the build', '@octocat broke'],
    ['caused by @octocat', 'caused by @octocat'],
    ['They should have tested it', 'should have tested'],
    ['nobody could have known', 'could have known'],
    ['a careless change', 'careless'],
    ['It is her fault', 'her fault'],
    ['The reviewer failed to notice', 'failed to notice'],
  ])('%j holds one', (text, phrase) => {
    const found = blamingPhrases(text)
    expect(found.map((each) => each.phrase)).toEqual([phrase])
    expect(found[0]?.instead).toMatch(/^(?:say|describe|name) /)
  })

  it.each([
    'The change broke checkout: retries had no limit.',
    '@octocat knows this change and is looking at it',
    'caused by #12',
    'caused by @acme/shop#12',
    'The check failed to start',
    'faulty hardware, default settings',
    'users were stuck; the error said nothing',
  ])('%j holds none', (text) => {
    expect(blamingPhrases(text)).toEqual([])
  })

  it('names each phrase once, and reads hostile lengths in no time', () => {
    expect(blamingPhrases('human error, Human Error')).toHaveLength(1)
    const started = process.cpuUsage()
    blamingPhrases('@a'.repeat(400_000))
    blamingPhrases('should have '.repeat(60_000))
    expect(process.cpuUsage(started).user / 1000).toBeLessThan(2_000)
  })
})
