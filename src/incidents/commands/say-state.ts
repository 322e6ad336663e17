// Where the incident stands: declared, acknowledged, mitigated, resolved; how grave, who leads, which services.
import { utc } from '../../render/words.ts'
import { statedTime, wordsAfterTime } from '../stated-time.ts'
import type { CommandKind, Saying, Told, ToldFact } from './command-kind.ts'

export const incident: CommandKind = {
  form: '/incident [service …] [severity]',
  does: 'makes the issue an incident, or takes it up again',
  run: ({ rest, catalog }) => {
    const byName = namesOf(catalog)
    const facts: ToldFact[] = [{ fact: { kind: 'declared' } }]
    const services = new Set<string>()
    let severity: number | null = null
    // What is no service is prose here: somebody in a hurry describes what is wrong.
    for (const word of rest.split(/[\s,]+/)) {
      const level = levelOf(word)
      if (level !== null) severity = level
      const service = byName.get(word.toLowerCase())
      if (service !== undefined) services.add(service)
    }
    if (services.size > 0) facts.push({ fact: { kind: 'services', only: [...services], add: [], remove: [] } })
    if (severity !== null) facts.push({ fact: { kind: 'severity', severity } })
    return { facts }
  },
}

export const ack: CommandKind = {
  form: '/ack [when]',
  does: 'says that somebody is on it',
  run: (saying) => {
    const told = momentIn(saying)
    if ('mistake' in told) return told
    return { facts: [{ fact: { kind: 'acknowledged', how: told.isStated ? 'stated' : 'command' }, at: told.at, text: told.text }] }
  },
}

export const mitigated: CommandKind = {
  form: '/mitigated [when] [how]',
  does: 'says that users no longer notice it; again, with a time, corrects it',
  run: (saying) => ended(saying, 'mitigated'),
}

export const resolved: CommandKind = {
  form: '/resolved [when] [how]',
  does: 'says that it is over; again, with a time, corrects it',
  run: (saying) => ended(saying, 'resolved'),
}

export const sev: CommandKind = {
  form: '/sev 2',
  does: 'sets the severity',
  run: ({ rest, catalog }) => {
    const { severities } = catalog.settings.incidents
    const severity = levelOf(rest)
    if (severity === null || !severities.includes(severity)) return { mistake: `The severity is one of ${severities.join(', ')}.` }
    return { facts: [{ fact: { kind: 'severity', severity } }] }
  },
}

export const lead: CommandKind = {
  form: '/lead @login',
  does: 'says who leads the response; `me` is whoever writes it',
  run: ({ rest, by }) => {
    const login = rest.toLowerCase() === 'me' ? by.login : /^@?([a-z0-9](?:[a-z0-9-]{0,37}[a-z0-9])?)$/i.exec(rest)?.[1]
    return login === undefined ? { mistake: 'It needs one GitHub login.' } : { facts: [{ fact: { kind: 'lead', login } }] }
  },
}

export const service: CommandKind = {
  form: '/service +checkout -ledger',
  does: 'adds and takes away affected services; without signs, exactly those',
  run: ({ rest, catalog, incident: { services } }) => {
    const byName = namesOf(catalog)
    const words = rest.split(/[\s,]+/).filter((word) => word !== '')
    const unknown = words.map((word) => word.replace(/^[+-]/, '')).filter((name) => !byName.has(name.toLowerCase()))
    if (words.length === 0 || unknown.length > 0) {
      const known = catalog.services.slice(0, 20).map(({ name }) => name)
      return { mistake: `${unknown.length > 0 ? `No service here is called ${unknown.join(', ')}. ` : ''}Services: ${known.join(', ')}.` }
    }
    const named = (sign: string): string[] =>
      words.filter((word) => word.startsWith(sign)).flatMap((word) => byName.get(word.slice(1).toLowerCase()) ?? [])
    const bare = words.filter((word) => !/^[+-]/.test(word)).flatMap((word) => byName.get(word.toLowerCase()) ?? [])
    const isOnly = bare.length === words.length
    const fact = { kind: 'services' as const, only: isOnly ? bare : null, add: isOnly ? [] : [...named('+'), ...bare], remove: named('-') }
    const left = [...(fact.only ?? services), ...fact.add].filter((name) => !fact.remove.includes(name))
    return left.length === 0 ? { mistake: 'An incident is of one service at least.' } : { facts: [{ fact }] }
  },
}

function ended(saying: Saying, kind: 'mitigated' | 'resolved'): Told {
  const told = momentIn(saying)
  return 'mistake' in told ? told : { facts: [{ fact: { kind }, at: told.at, text: told.text }] }
}

/** The moment that the words name, and the words; without one it is now. */
function momentIn({ rest, saidAt, incident: { detectedAt } }: Saying): { at: Date; text: string; isStated: boolean } | { mistake: string } {
  const stated = rest === '' ? null : statedTime(rest, saidAt)
  if (stated === null) {
    // "by rolling back" says how; "25:00" is a slip that must not silently mean now.
    if (/^(?:at\s+)?\d|^(?:yesterday|today|last|this)\b/i.test(rest)) {
      return {
        mistake: 'I read no time in it. Write `14:05`, `14:05 CET`, `20 minutes ago` or `2026-03-04T14:05Z`; without a zone it is UTC.',
      }
    }
    return { at: saidAt, text: rest, isStated: false }
  }
  if (stated < detectedAt) {
    return {
      mistake: `${utc(stated)} is before the incident began (${utc(detectedAt)}). If it began earlier, say so in the issue: “started at …”.`,
    }
  }
  // Another clock may be ahead of ours by a little.
  return { at: stated > saidAt ? saidAt : stated, text: wordsAfterTime(rest), isStated: true }
}

function namesOf(catalog: Saying['catalog']): Map<string, string> {
  return new Map(catalog.services.map(({ name }) => [name.toLowerCase(), name]))
}

function levelOf(word: string): number | null {
  const level = /^(?:sev(?:erity)?[-: ]?)?([0-9])$/i.exec(word)?.[1]
  return level === undefined ? null : Number(level)
}
