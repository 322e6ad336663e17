// What an incident issue says about itself: services, severity, when it began. Pure; issue text is hostile.
import type { DetectedBy, IncidentFacts } from '../domain/incident.ts'
import type { Service } from '../domain/service.ts'
import { startPhrase, statedTime } from './stated-time.ts'

export type ReadReport = Pick<IncidentFacts, 'services' | 'servicesBy' | 'severity' | 'detectedAt' | 'detectedBy'>

/** GitHub writes an issue form as `### Label`, an empty line, and the answer. */
export function formFields(body: string): Map<string, string> {
  const fields = new Map<string, string>()
  const parts = body.slice(0, 65_536).replaceAll('\r\n', '\n').split(/^### /m)
  for (const part of parts.slice(1)) {
    const newline = part.indexOf('\n')
    if (newline < 0) continue
    const value = part.slice(newline).trim()
    if (value !== '' && value !== '_No response_') fields.set(part.slice(0, newline).trim().toLowerCase(), value)
  }
  return fields
}

export function readReport(issue: { title: string; body: string; labels: string[]; openedAt: Date }, services: Service[]): ReadReport {
  const fields = formFields(issue.body)
  return { ...readServices(issue, fields, services), severity: readSeverity(issue, fields), ...readStart(issue, fields) }
}

function readStart(issue: { body: string; openedAt: Date }, fields: Map<string, string>): { detectedAt: Date; detectedBy: DetectedBy } {
  const field = [...fields].find(([label]) => /\b(started|start|began|since|detected)\b/.test(label))?.[1]
  const fromForm = field ? statedTime(field, issue.openedAt) : null
  if (fromForm) return { detectedAt: fromForm, detectedBy: 'form' }
  const phrase = startPhrase(issue.body)
  const fromBody = phrase ? statedTime(phrase, issue.openedAt) : null
  if (fromBody) return { detectedAt: fromBody, detectedBy: 'body' }
  return { detectedAt: issue.openedAt, detectedBy: 'created' }
}

function readSeverity(issue: { title: string; labels: string[] }, fields: Map<string, string>): number | null {
  const said = [fields.get('severity') ?? '', ...issue.labels.filter((label) => /^(sev|severity|priority)/i.test(label))]
  for (const text of said) {
    const digit = /(?:^|sev(?:erity)?[-: ]?|\b)([1-5])\b/i.exec(text)?.[1]
    if (digit) return Number(digit)
  }
  const inTitle = /\bsev[- ]?([1-5])\b/i.exec(issue.title.slice(0, 500))?.[1]
  return inTitle ? Number(inTitle) : null
}

function readServices(
  issue: { title: string; body: string; labels: string[] },
  fields: Map<string, string>,
  services: Service[],
): Pick<ReadReport, 'services' | 'servicesBy'> {
  const byName = new Map(services.map((service) => [service.name.toLowerCase(), service.name]))
  const known = (names: string[]): string[] => [...new Set(names.flatMap((name) => byName.get(name.trim().toLowerCase()) ?? []))]

  const field = [...fields].find(([label]) => /^(affected )?services?\b/.test(label))?.[1] ?? ''
  const fromForm = known(field.split(/[,\n]/).map((name) => name.replace(/^[-*\s]+(\[.\]\s*)?/, '')))
  if (fromForm.length > 0) return { services: fromForm, servicesBy: 'form' }

  const fromLabels = known(issue.labels.flatMap((label) => /^service[:/]\s*(.+)$/i.exec(label)?.[1] ?? []))
  if (fromLabels.length > 0) return { services: fromLabels, servicesBy: 'label' }

  const mentioned = services.length > 1 ? mentionedServices(`${issue.title}\n${issue.body}`, services) : []
  if (mentioned.length > 0) return { services: mentioned, servicesBy: 'mention' }
  return { services: services.map((service) => service.name), servicesBy: 'repository' }
}

/** Services whose name stands in the text as a word, or one of whose literal path prefixes does. */
function mentionedServices(text: string, services: Service[]): string[] {
  const haystack = text.slice(0, 65_536).toLowerCase()
  return services
    .filter((service) => {
      if (standsAlone(haystack, service.name.toLowerCase())) return true
      return service.paths.some((glob) => {
        const prefix = glob.split(/[*?[{(!]/, 1)[0] ?? ''
        return prefix.length >= 4 && prefix.includes('/') && haystack.includes(prefix.toLowerCase())
      })
    })
    .map((service) => service.name)
}

function standsAlone(haystack: string, name: string): boolean {
  if (name.length < 2) return false
  for (let from = haystack.indexOf(name); from >= 0; from = haystack.indexOf(name, from + 1)) {
    const before = haystack[from - 1] ?? ' '
    const after = haystack[from + name.length] ?? ' '
    if (!/[\p{L}\p{N}_-]/u.test(before) && !/[\p{L}\p{N}_-]/u.test(after)) return true
  }
  return false
}
