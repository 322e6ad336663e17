import { describe, expect, it } from 'vitest'
import type { Service } from '../../../src/domain/service.ts'
import { formFields, readReport } from '../../../src/incidents/read-report.ts'

const service = (name: string, paths: string[] = []): Service => ({
  name,
  repositoryId: 1,
  paths,
  environments: [],
  owners: [],
  dependsOn: [],
  runbooks: [],
})
const shop = [service('checkout', ['services/checkout/**']), service('ledger', ['services/ledger/**'])]
const openedAt = new Date('2026-03-10T14:30:00Z')
const issue = (change: Partial<{ title: string; body: string; labels: string[] }>) => ({
  title: 'Payments fail',
  body: '',
  labels: ['incident'],
  openedAt,
  ...change,
})

const FORM = `### Service\n\ncheckout\n\n### Severity\n\n2 – major\n\n### Started at\n\n14:05 UTC\n\n### What is seen\n\nHTTP 502 from /pay\n`

describe('what an incident issue says about itself', () => {
  it('reads the issue form', () => {
    expect(readReport(issue({ body: FORM }), shop)).toEqual({
      services: ['checkout'],
      servicesBy: 'form',
      severity: 2,
      detectedAt: new Date('2026-03-10T14:05:00Z'),
      detectedBy: 'form',
    })
  })

  it('reads a form with CRLF line ends, and leaves out what was not answered', () => {
    const fields = formFields(FORM.replaceAll('\n', '\r\n').replace('checkout', '_No response_'))
    expect(fields.has('service')).toBe(false)
    expect(fields.get('severity')).toBe('2 – major')
  })

  it('takes services from labels before mentions', () => {
    const read = readReport(issue({ labels: ['incident', 'service:ledger'], body: 'checkout is slow' }), shop)
    expect(read).toMatchObject({ services: ['ledger'], servicesBy: 'label' })
  })

  it('takes services from their name or path in the text, as whole words', () => {
    expect(readReport(issue({ body: 'The Checkout page is slow' }), shop)).toMatchObject({ services: ['checkout'], servicesBy: 'mention' })
    expect(readReport(issue({ body: 'at services/ledger/post.ts:8' }), shop)).toMatchObject({ services: ['ledger'], servicesBy: 'mention' })
    expect(readReport(issue({ body: 'checkouts are slow' }), shop)).toMatchObject({
      servicesBy: 'repository',
      services: ['checkout', 'ledger'],
    })
  })

  it('falls back to every service of the repository, and to the time of creation', () => {
    expect(readReport(issue({}), shop)).toEqual({
      services: ['checkout', 'ledger'],
      servicesBy: 'repository',
      severity: null,
      detectedAt: openedAt,
      detectedBy: 'created',
    })
  })

  it('reads the severity from a label or the title', () => {
    expect(readReport(issue({ labels: ['incident', 'sev-1'] }), shop).severity).toBe(1)
    expect(readReport(issue({ title: 'SEV3: slow' }), shop).severity).toBe(3)
    expect(readReport(issue({ title: 'HTTP 502 everywhere' }), shop).severity).toBeNull()
  })

  it('reads a start stated in free text', () => {
    expect(readReport(issue({ body: 'Everything is down since 14:10 UTC.' }), shop)).toMatchObject({
      detectedAt: new Date('2026-03-10T14:10:00Z'),
      detectedBy: 'body',
    })
  })
})
