import { describe, expect, it } from 'vitest'
import type { GateFacts, GatePolicy } from '../../../src/domain/gate.ts'
import { gateDecision } from '../../../src/deployments/gate-decision.ts'

const policy = (over: Partial<GatePolicy> = {}): GatePolicy => ({
  environments: ['production'],
  severities: [1, 2],
  maxRisk: 0.2,
  quietHours: [],
  action: 'hold',
  longestHoldMs: 4 * 3_600_000,
  fixLabels: ['hotfix'],
  ...over,
})
const incident = (over: Partial<GateFacts['incidents'][number]> = {}): GateFacts['incidents'][number] => ({
  name: '#7',
  url: 'https://github.com/acme/shop/issues/7',
  severity: 1,
  services: ['checkout'],
  isFixedByIt: false,
  ...over,
})
const facts = (over: Partial<GateFacts> = {}): GateFacts => ({
  services: ['checkout'],
  isRollback: false,
  incidents: [],
  risk: 0.05,
  heldMs: 0,
  ...over,
})
const NOON = new Date('2026-03-11T12:00:00Z')
const decided = (over: Partial<GateFacts> = {}, rules: Partial<GatePolicy> = {}, now = NOON): string => {
  const { decision, reason } = gateDecision(policy(rules), facts(over), now)
  expect(reason).not.toBe('')
  return decision
}

describe('the gate', () => {
  it.each([
    ['approves when nothing speaks against it', 'approve', {}, {}],
    ['holds while a grave incident is open', 'hold', { incidents: [incident()] }, {}],
    ['rejects instead where the file says so', 'reject', { incidents: [incident()] }, { action: 'reject' }],
    ['lets through for a lesser incident', 'approve', { incidents: [incident({ severity: 3 })] }, {}],
    ['lets through for one whose severity nobody said', 'approve', { incidents: [incident({ severity: null })] }, {}],
    ['never holds a rollback', 'approve', { isRollback: true, incidents: [incident()], risk: 0.9 }, {}],
    ['never holds the fix of the incident', 'approve', { incidents: [incident({ isFixedByIt: true })], risk: 0.9 }, {}],
    ['holds the fix of one incident for another', 'hold', { incidents: [incident({ isFixedByIt: true }), incident({ name: '#8' })] }, {}],
    ['holds above the risk of the file', 'hold', { risk: 0.21 }, {}],
    ['lets through when the risk is not known', 'approve', { risk: null }, {}],
    ['lets through after the longest hold', 'approve', { incidents: [incident()], heldMs: 4 * 3_600_000 }, {}],
  ] as [string, string, Partial<GateFacts>, Partial<GatePolicy>][])('%s', (_what, decision, known, rules) => {
    expect(decided(known, rules)).toBe(decision)
  })

  it('keeps quiet hours in their time zone, also over midnight and on the day they began', () => {
    const night = { days: ['fri' as const], from: '22:00', to: '06:00', timezone: 'Europe/Berlin' }
    const at = (time: string): string => decided({}, { quietHours: [night] }, new Date(time))
    expect(at('2026-03-13T20:59:00Z')).toBe('approve')
    expect(at('2026-03-13T21:00:00Z')).toBe('hold')
    expect(at('2026-03-14T04:59:00Z')).toBe('hold')
    expect(at('2026-03-14T05:00:00Z')).toBe('approve')
    expect(at('2026-03-14T22:00:00Z')).toBe('approve')
    const day = { days: [], from: '11:00', to: '13:00', timezone: 'UTC' }
    expect(decided({}, { quietHours: [day] })).toBe('hold')
  })
})
