import { describe, expect, it } from 'vitest'
import { addedCommands } from '../../../src/incidents/command.ts'
import { saidIn } from '../../../src/incidents/commands.ts'

const said = (text: string): string[] => saidIn(text).commands.map(({ name, rest }) => `${name}|${rest}`)

describe('a command', () => {
  it.each([
    ['/incident', ['incident|']],
    ['/incident checkout 2', ['incident|checkout 2']],
    ['please look\r\n/INCIDENT checkout, ledger sev1\r\nthanks', ['incident|checkout, ledger sev1']],
    ['/incident 決済', ['incident|決済']],
    ['/ack\n/sev 2\n/lead @octocat', ['ack|', 'sev|2', 'lead|@octocat']],
    ['/note 再起動した 😀', ['note|再起動した 😀']],
    ['  /ack', ['ack|']],
    ['> their words\n/ack', ['ack|']],
    ['```\nlog\n```\n/incident checkout', ['incident|checkout']],
    ['<!-- one line -->\n/ack', ['ack|']],
    [
      '/update Conditions: 2 % fail.\nActions: rolling back\nNeeds: a DBA\n\nThanks all',
      ['update|Conditions: 2 % fail. Actions: rolling back Needs: a DBA'],
    ],
    ['/note first\n/note second\n/ack', ['note|first', 'note|second', 'ack|']],
    ['root cause: 1a2b3c4d', ['cause|1a2b3c4d']],
    ['Root cause: #12 the retries', ['cause|#12 the retries']],
  ])('%j', (text, expected) => {
    expect(said(text)).toEqual(expected)
  })

  it.each([
    '> /incident',
    '    /incident',
    '\t/ack',
    '```\n/incident\n```',
    '```sh\n/ack\n``` not the end\n/sev 1',
    '~~~~\n/incident\n~~~\n/incident\n~~~~',
    '<!-- write\n/ack\nhere -->',
    '<pre>\n/ack\n</pre>',
    'run /incident',
    '/incidents',
    '/incident-report',
    '`/incident`',
    '- /ack',
    '/ack/now',
    '/assign @octocat',
    'root cause: the retries',
    '',
  ])('is not said by %j', (text) => {
    expect(said(text)).toEqual([])
  })

  it('leaves the words around it', () => {
    expect(saidIn('Looking.\n/ack\n> quoted\n```\ncode\n```\nIt is the ledger').words).toBe('Looking. It is the ledger')
  })

  it('is new in an edit only when it was not said before, wherever it stands then', () => {
    const added = (before: string, after: string) =>
      addedCommands(saidIn(before).commands, saidIn(after).commands).map(({ name, rest }) => `${name}|${rest}`)
    expect(added('/sev 2', 'sorry\n\n/sev 2\n/ack')).toEqual(['ack|'])
    expect(added('/sev 2', '/sev  2\r\n')).toEqual([])
    expect(added('/sev 2', '/sev 1')).toEqual(['sev|1'])
    expect(added('/note a', '/note a\n/note a')).toEqual(['note|a'])
    expect(added('```\n/ack\n```', '/ack')).toEqual(['ack|'])
  })
})
