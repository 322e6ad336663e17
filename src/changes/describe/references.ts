// What a change says it takes back, puts back or repeats. Words in, references out; nothing is resolved here.
// Pure. Every loop is bounded and no expression nests quantifiers, so hostile text costs linear time.
import type { ChangeReference } from '../../domain/change.ts'

type Kind = ChangeReference['kind']

export type ReferenceSource = {
  title: string
  body: string
  /** Head branch of the pull request, when known: `revert-12-…`, `backport-12-to-…`. */
  branch?: string | null
  /** Where the change lives: numbers of other repositories are then left out. */
  repository?: { owner: string; name: string } | null
}

const MAX_TITLE = 1000
const MAX_BODY = 20_000
const MAX_LINE = 1000
const MAX_REFERENCES = 40
const MAX_DEPTH = 12

const SHA = '[0-9a-f]{7,40}'
const NUMBER = String.raw`(?:([\w.-]{1,100})\/([\w.-]{1,100}))?(?:#|gh-)(\d{1,9})\b`
const PULL_URL = String.raw`https?:\/\/[\w.-]{1,200}\/([\w.-]{1,100})\/([\w.-]{1,100})\/(?:pull|pulls|-\/merge_requests)\/(\d{1,9})\b`
const REVERT_WORD = String.raw`(?:revert(?:s|ed|ing)?|back(?:s|ed|ing)?[ -]?out|rollback|roll(?:s|ed|ing)?[ -]back|undo(?:es)?)`
const RELAND_WORD = String.raw`(?:re-?land(?:s|ed|ing)?|re-?appl(?:y|ies|ied)|re-?commits?|roll-?forward)`
const PICK_WORD = String.raw`(?:cherry[- ]?pick(?:s|ed)?|backport(?:s|ed)?)`
const LINK = String.raw`(?:\s+(?:automatic|automated|manual|a|an|the|of|from|for|is|pull|request|pr|prs|commits?|changeset|changes?|merge)\b){0,8}[\s:]{0,4}`

/** `Revert "…"`, `Revert^2 "…"`, `Reapply "…"`, `[release] revert: …`; group 1 is the word, 2 the power, 3 the rest. */
const TITLE = new RegExp(
  String.raw`^(?:\[[^\]]{0,80}\]\s*){0,4}(?:[\w./-]{1,40}(?:\([^)]{0,60}\))?!?:\s*){0,2}(${REVERT_WORD}|${RELAND_WORD})(?:\^(\d{1,2}))?(?:\([^)]{0,60}\))?!?(?:\s*:\s*|\s+|(?=["'“]))(.*)$`,
  'i',
)
const QUOTED = /^["'“”‘’`«]/
const CLOSING = /["'“”‘’`»]\s*(?:\([^()]{0,80}\)\s*){0,3}\.?\s*$/
const TAIL_NUMBER = /\s*\((?:#|gh-|!)(\d{1,9})\)\s*$/i
const SHA_LIST = new RegExp(String.raw`^${SHA}\b(?:[\s,;&.]{1,4}(?:and\s+)?${SHA}\b){0,30}`, 'i')
const NUMBER_LIST = new RegExp(String.raw`^${NUMBER}(?:[\s,;&]{1,4}(?:and\s+)?${NUMBER}){0,30}`, 'i')

/**
 * References of one change, without repeats, at most 40, in the order found. Sources: GitHub's revert pull requests,
 * `git revert` and `git cherry-pick -x`, Gerrit, Phabricator, Mercurial, Subversion (`Revert r123` gives the title `r123`).
 */
export function referencesOf(source: ReferenceSource): ChangeReference[] {
  const found = new Map<string, ChangeReference>()
  const add = (reference: ChangeReference): void => {
    const value = reference.by === 'sha' ? reference.sha : String(reference.by === 'number' ? reference.number : reference.title)
    const key = `${reference.kind} ${reference.by} ${value}`
    if (value !== '' && !found.has(key) && found.size < MAX_REFERENCES) found.set(key, reference)
  }
  const title = source.title.slice(0, MAX_TITLE).trim()
  fromTitle(title, source, add)
  const body = source.body.slice(0, MAX_BODY)
  for (const line of WORDS.test(body) ? body.split('\n') : []) {
    // Quoted lines are an earlier change's message (Gerrit's "Original change's description").
    const text = line.slice(0, MAX_LINE).trim()
    if (!text.startsWith('>') && WORDS.test(text)) fromLine(text, source, add)
  }
  fromBranch((source.branch ?? '').slice(0, 300), add)
  return [...found.values()]
}

function fromTitle(title: string, source: ReferenceSource, add: (reference: ChangeReference) => void): void {
  const opening = unwrap(title)
  if (opening === null) {
    const port =
      /\bbackport(?:\s+of)?\s+(?:(?:pr|pull request)\s+)?#(\d{1,9})\b/i.exec(title) ??
      /\bcherry[- ]?pick(?:\s+of)?\s+#(\d{1,9})\b/i.exec(title)
    if (port?.[1] !== undefined) add({ kind: 'cherry-picks', by: 'number', number: Number(port[1]) })
    return
  }
  if (!opening.isQuoted && fromTargets(opening.kind, opening.inner, source, add)) return
  if (!opening.isQuoted && !opening.isColon) return
  named(opening.kind, opening.inner, add)
  // Revert of a revert: the innermost title comes back. Revert of a re-land: only the re-land is taken out.
  let depth = 1
  let reverts = opening.kind === 'reverts' ? 1 : 0
  for (let layer = unwrap(opening.inner); layer !== null && layer.isQuoted && depth < MAX_DEPTH; layer = unwrap(layer.inner)) {
    if (layer.kind !== 'reverts') return
    depth += 1
    reverts += 1
    if (opening.kind === 'reverts' && reverts % 2 === 0) named('relands', layer.inner, add)
  }
}

/** Adds a title, and the number that a squash merge wrote behind it. */
function named(kind: 'reverts' | 'relands', text: string, add: (reference: ChangeReference) => void): void {
  const number = TAIL_NUMBER.exec(text)
  if (number?.[1] !== undefined) add({ kind, by: 'number', number: Number(number[1]) })
  add({ kind, by: 'title', title: number === null ? text : text.slice(0, number.index).trim() })
}

type Opening = { kind: 'reverts' | 'relands'; inner: string; isQuoted: boolean; isColon: boolean }

/** One layer of `Revert "…"`; null when the title has none. */
function unwrap(title: string): Opening | null {
  const match = TITLE.exec(title)
  if (match === null) return null
  const word = (match[1] ?? '').toLowerCase()
  const power = match[2] === undefined ? 1 : Number(match[2])
  let inner = (match[3] ?? '').trim()
  const isQuoted = QUOTED.test(inner)
  if (isQuoted) {
    inner = inner.slice(1)
    const closing = CLOSING.exec(inner)
    // GitHub cuts long titles with an ellipsis and then closes no quote.
    inner = (closing === null ? inner : inner.slice(0, closing.index)).replace(/(?:…|\.{3})$/, '').trim()
  }
  const isReland = word.startsWith('re-') || /^(?:reland|reappl|recommit|roll-?forward)/.test(word)
  const kind = isReland || (power > 0 && power % 2 === 0) ? 'relands' : 'reverts'
  return inner === ''
    ? null
    : { kind, inner, isQuoted, isColon: /^[^"'“]{0,200}?:\s/.test(title) && !isQuoted && word.startsWith('revert') }
}

/** What every rule below begins with: most messages hold none of these and need no closer look. */
const WORDS = /rever|back|roll|undo|land|appl|commit|pick/i

const BODY_RULES: { kind: Kind; at: RegExp }[] = [
  { kind: 'relands', at: new RegExp(String.raw`\b(?:this\s+)?(?:is\s+)?(?:a\s+)?(?:manual\s+)?${RELAND_WORD}${LINK}`, 'gi') },
  { kind: 'reverts', at: new RegExp(String.raw`\b${REVERT_WORD}${LINK}`, 'gi') },
  { kind: 'reverts', at: /\boriginal commit changeset:\s*/gi },
  { kind: 'cherry-picks', at: new RegExp(String.raw`\b${PICK_WORD}${LINK}`, 'gi') },
]

function fromLine(line: string, source: ReferenceSource, add: (reference: ChangeReference) => void): void {
  for (const rule of BODY_RULES) {
    let tries = 0
    for (const match of line.matchAll(rule.at)) {
      tries += 1
      if (tries > 10) break
      // "would revert", "don't revert", "was reverted in": talk about another revert, not this one.
      const before = line.slice(Math.max(0, match.index - 30), match.index)
      if (
        /\b(?:not|n't|never|was|were|been|be|being|which|would|could|may|might|will|if|to|already|previously|until|before|after)\s*$/i.test(
          before,
        )
      )
        continue
      const after = line.slice(match.index + match[0].length)
      if (/^\s*(?:in|by|with)\b/i.test(after)) continue
      fromTargets(rule.kind, after, source, add)
    }
  }
}

/** Reads the list of commits or pull requests at the start of `text`; false when there is none. */
function fromTargets(kind: Kind, text: string, source: ReferenceSource, add: (reference: ChangeReference) => void): boolean {
  const target = text.replace(/^(?:commits?|pr|pull request|changeset|change)\s+/i, '').replace(/^[`"'(<[]{1,3}/, '')
  const shas = SHA_LIST.exec(target)?.[0]
  if (shas !== undefined && /\d/.test(shas)) {
    for (const sha of shas.match(new RegExp(SHA, 'gi')) ?? []) add({ kind, by: 'sha', sha: sha.toLowerCase() })
    return true
  }
  const commit = /^https?:\/\/[\w.-]{1,200}\/[\w./-]{1,300}\/commit\/([0-9a-f]{7,40})\b/i.exec(target)
  if (commit?.[1] !== undefined) {
    add({ kind, by: 'sha', sha: commit[1].toLowerCase() })
    return true
  }
  const numbers = NUMBER_LIST.exec(target)?.[0] ?? new RegExp(`^${PULL_URL}`, 'i').exec(target)?.[0]
  if (numbers !== undefined) {
    for (const match of numbers.matchAll(new RegExp(`${PULL_URL}|${NUMBER}`, 'gi'))) {
      const [owner, name, number] = match[3] === undefined ? [match[4], match[5], match[6]] : [match[1], match[2], match[3]]
      if (isHere(owner, name, source)) add({ kind, by: 'number', number: Number(number) })
    }
    return true
  }
  const names = /^(?:r\d{3,9}|I[0-9a-f]{8,40}|D\d{2,9})\b(?:[\s,;&]{1,4}(?:and\s+)?(?:r\d{3,9})\b){0,30}/.exec(target)?.[0]
  if (names === undefined || kind === 'cherry-picks') return false
  for (const [name] of names.matchAll(/\b[rID][0-9a-f]{2,40}\b/g)) add({ kind, by: 'title', title: name })
  return true
}

function isHere(owner: string | undefined, name: string | undefined, { repository }: ReferenceSource): boolean {
  if (owner === undefined || name === undefined || repository === null || repository === undefined) return true
  return owner.toLowerCase() === repository.owner.toLowerCase() && name.toLowerCase() === repository.name.toLowerCase()
}

function fromBranch(branch: string, add: (reference: ChangeReference) => void): void {
  const revert = /^(?:[\w.-]{1,60}\/)?revert-(\d{1,9})-/.exec(branch)
  if (revert?.[1] !== undefined) add({ kind: 'reverts', by: 'number', number: Number(revert[1]) })
  const backport =
    /^(?:[\w.-]{1,60}\/)?(?:backport|cherry-pick)[-/](?:pr-)?(\d{1,9})(?:[-/]|$)/.exec(branch) ??
    /^mergify\/bp\/.{1,120}\/pr-(\d{1,9})$/.exec(branch)
  if (backport?.[1] !== undefined) add({ kind: 'cherry-picks', by: 'number', number: Number(backport[1]) })
}
