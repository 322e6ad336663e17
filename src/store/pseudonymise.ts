// Takes a login out of any value: people by their login, mentions, addresses. Pure; it asks for each login that it finds.

/** The pseudonym of a login, in lower case, that was forgotten; null for everybody else. */
export type Forgotten = (login: string) => string | null

const LOGIN = '[a-z\\d](?:[a-z\\d-]{0,37}[a-z\\d])?'
/** `@login`, the page of a profile, and the address that GitHub makes up for commits. Not `owner/name` of a repository. */
const MENTION = new RegExp(
  `((?<![\\w/.-])@|https?://[\\w.:-]{1,100}/(?=${LOGIN}(?![\\w/-]))|\\b(?:\\d{1,12}\\+)?(?=${LOGIN}@users\\.noreply\\.))(${LOGIN})(?![\\w-])`,
  'gi',
)

/** The same value, copied where something was replaced. Dates, bytes and numbers are left as they are. */
export function pseudonymise<T>(value: T, forgotten: Forgotten): T {
  return replaced(value, forgotten) as T
}

function replaced(value: unknown, forgotten: Forgotten): unknown {
  if (typeof value === 'string') return withoutMentions(value, forgotten)
  if (Array.isArray(value)) return mapped(value, (part) => replaced(part, forgotten))
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value
  const entries = Object.entries(value)
  // Who knows a change stands by name and roles; an incident's lead by the bare login.
  const isContact = 'roles' in value
  const next = entries.map(([key, part]): [string, unknown] => {
    const isLogin = key === 'login' || key === 'lead' || (isContact && key === 'name')
    const pseudonym = isLogin && typeof part === 'string' ? forgotten(part.toLowerCase()) : null
    return [key, pseudonym ?? replaced(part, forgotten)]
  })
  return next.every(([, part], index) => part === entries[index]?.[1]) ? value : Object.fromEntries(next)
}

function withoutMentions(text: string, forgotten: Forgotten): string {
  if (!/[@/]/.test(text)) return text
  return text.replaceAll(MENTION, (whole: string, before: string, login: string) => {
    const pseudonym = forgotten(login.toLowerCase())
    return pseudonym === null ? whole : before + pseudonym
  })
}

function mapped(values: unknown[], map: (value: unknown) => unknown): unknown[] {
  const next = values.map(map)
  return next.every((value, index) => value === values[index]) ? values : next
}
