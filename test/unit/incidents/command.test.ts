import { describe, expect, it } from 'vitest'
import { incidentCommand } from '../../../src/incidents/command.ts'

describe('/incident', () => {
  it.each([
    ['/incident', [], null],
    ['/incident checkout 2', ['checkout'], 2],
    ['please look\r\n/INCIDENT checkout, ledger sev1\r\nthanks', ['checkout', 'ledger'], 1],
    ['/incident 3', [], 3],
    ['/incident 決済', ['決済'], null],
  ])('%j', (text, services, severity) => {
    expect(incidentCommand(text)).toEqual({ name: 'incident', services, severity })
  })

  it.each([
    '> /incident',
    '    /incident',
    '```\n/incident\n```',
    '~~~~\n/incident\n~~~\n/incident\n~~~~',
    'run /incident',
    '/incidents',
    '/incident-report',
    '`/incident`',
    '',
  ])('is not said by %j', (text) => {
    expect(incidentCommand(text)).toBeNull()
  })

  it('is heard after a fence has ended', () => {
    expect(incidentCommand('```\nlog\n```\n/incident checkout')).toEqual({ name: 'incident', services: ['checkout'], severity: null })
  })
})
