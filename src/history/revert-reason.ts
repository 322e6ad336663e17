// What a revert says about why: its message without the boilerplate and without anything that names the culprit.
// Pure. Used to ask old incidents again, so a leak here would flatter the ranker: when in doubt, words are taken out.

/** A change that was taken back. */
export type Culprit = { title: string; number: number | null }

const MIN_WORDS = 5
const SHARED_RUN = 4
const MAX_REASON = 4000

const QUOTED_MESSAGE = /^(?:original (?:change'?s?|commit|cl|pr|issue'?s?)(?:['’]s)? (?:description|message|text)|original message|> )/i
const TRAILER =
  /^(?:change-id|reviewed-(?:by|on)|signed-off-by|co-authored-by|tested-by|acked-by|approved-by|commit-queue|auto-submit|bot-commit|cr-[\w-]+|bug|b|fixed|issue|test|tests|tbr|no-[\w-]+|git-svn-id|llvm-svn|differential revision|fbshipit-source-id|reviewers?|subscribers|review url|cc|pull request resolved|depends-on|related-bug|closes-bug|partial-bug|piperorigin-revid|(?:original-)?(?:change-id|commit-position|reviewed-on)|cq-include-trybots|skipped|presubmit|task-number|pick-to|closes|fixes|refs|see-also|conflicts)\s*[:=]/i
const BOILERPLATE = [
  /\[(?:ci|skip)[^\]\n]{0,60}\]/gi,
  /\(?cherry[- ]picked from commit [0-9a-f]{7,40}\)?/gi,
  /\b(?:this )?(?:is a )?(?:(?:partial(?:ly)?|manual(?:ly)?|automatic|automated|clean|temporar(?:y|ily)|speculative(?:ly)?) )?(?:revert(?:s|ed|ing)?|roll(?:s|ing|ed)?[ -]?back|back(?:s|ing|ed)?[ -]?out)(?: of)?(?: the)?(?: (?:pr|pull request|commits?|change(?:set|list)?s?|cl|revisions?|svn|patch))? ?[`"'(<[]*(?:[0-9a-f]{7,40}\b|\b[rd]\d{3,9}\b|[\w./-]{0,100}#\d{1,9}\b|i[0-9a-f]{8,40}\b|https?:\/\/\S{1,300})[`"')>\]]*(?:[ ,;&]{1,3}(?:and )?(?:#?[0-9a-f]{7,40}|r\d{3,9}|#\d{1,9})\b){0,30}(?:, reversing changes made to [0-9a-f]{7,40})?/gi,
  /\breversing\s+changes made to [0-9a-f]{7,40}\b/gi,
  /\b(?:reason|rationale) for (?:the )?(?:revert(?:ing)?|rollback)\s*:?/gi,
  /\b(?:original commit changeset|original phabricator diff|initiated by|original pr author|reviewed by)\s*:?[^\n]{0,200}/gi,
]
const REVERT_TITLE =
  /^(?:\[[^\]]{0,80}\]\s*)*(?:\w{1,20}(?:\([^)]{0,60}\))?!?:\s*)?(?:partial(?:ly)? )?(?:revert(?:s|ed|ing)?|back(?:ed|ing)?[ -]?out|roll(?:ing|ed)?[ -]?back)\b/i
const NAMES = [
  /\b[0-9a-f]{7,40}\b(?<=[0-9a-f]*\d[0-9a-f]*)/gi,
  /(?:[\w.-]{1,80}\/[\w.-]{1,80})?(?:#|gh-)\d{1,9}\b/gi,
  /\b[rRD]\d{3,9}\b/g,
  /\bI[0-9a-f]{8,40}\b/g,
  /\b(?:pull|commit|merge_requests|c)\/\+?\/?[0-9a-f]{1,40}\b/gi,
]
const WORD = /[\p{L}\p{N}_]+/gu

/**
 * The revert's own words on why, or null when it has fewer than five words of its own. Titles (any four words in a row of
 * them), numbers and shas of what it takes back are removed, as are quoted messages, trailers and set phrases.
 */
export function reasonOf(revert: { title: string; body: string }, culprits: readonly Culprit[]): string | null {
  const kept: string[] = []
  if (!isOnlyTitle(revert.title)) kept.push(withoutLead(revert.title))
  for (const line of revert.body.split('\n')) {
    const text = line.trim()
    if (QUOTED_MESSAGE.test(text)) {
      if (text.startsWith('>')) continue
      break
    }
    if (TRAILER.test(text) || (REVERT_TITLE.test(text) && isOnlyTitle(text))) continue
    kept.push(withoutLead(text))
  }
  let reason = kept.join('\n').slice(0, MAX_REASON)
  for (const phrase of BOILERPLATE) reason = reason.replace(phrase, ' ')
  for (const { title } of culprits) reason = withoutSharedRuns(reason, title)
  for (const name of NAMES) reason = reason.replace(name, ' ')
  for (const { number } of culprits) if (number !== null) reason = reason.replace(new RegExp(`\\b${number}\\b`, 'g'), ' ')
  reason = reason
    .replace(/[ \t]+/g, ' ')
    .replace(/(?: ?\n ?)+/g, '\n')
    .replace(/^[ .,;:)\]}-]+/gm, '')
    .trim()
  return ownWords(reason) < MIN_WORDS ? null : reason
}

/** `Revert "x"` and nothing else. */
function isOnlyTitle(line: string): boolean {
  if (!REVERT_TITLE.test(line)) return false
  const rest = line.replace(REVERT_TITLE, '').trim()
  return /^[:\s]*["'“`].*["'”`]\s*(?:\((?:#|!)\d+\))?\.?$/.test(rest) || /^:\s/.test(rest)
}

/** A line without its leading `Revert r123 "title":`, so that only what follows is left. */
function withoutLead(line: string): string {
  const lead = REVERT_TITLE.exec(line)
  if (lead === null) return line
  const rest = line.slice(lead[0].length).replace(/^[\s:]+/, '')
  const quoted = /^(?:(?:commit |change )?(?:r?\d{3,9}|[0-9a-f]{7,40})[\s,:-]*)?["“][^"”\n]{1,400}["”]/.exec(rest)
  return quoted === null ? rest : rest.slice(quoted[0].length)
}

/** Takes out every run of four or more words that also stands in the title, and the title itself when it is shorter. */
function withoutSharedRuns(text: string, title: string): string {
  const wanted = [...title.toLowerCase().matchAll(WORD)].map(([word]) => word)
  if (wanted.length === 0) return text
  const length = Math.min(SHARED_RUN, wanted.length)
  // A title of one word is an everyday word as often as a name.
  if (length < 2) return text
  const runs = new Set<string>()
  for (let at = 0; at + length <= wanted.length; at += 1) runs.add(wanted.slice(at, at + length).join(' '))
  const words = [...text.matchAll(WORD)]
  const isShared = new Array<boolean>(words.length).fill(false)
  for (let at = 0; at + length <= words.length; at += 1) {
    const run = words.slice(at, at + length).map(([word]) => word.toLowerCase())
    if (runs.has(run.join(' '))) isShared.fill(true, at, at + length)
  }
  let left = ''
  let from = 0
  for (const [at, word] of words.entries()) {
    if (isShared[at] !== true) continue
    left += `${text.slice(from, word.index)} `
    from = word.index + word[0].length
  }
  return left + text.slice(from)
}

const EMPTY = new Set(
  'the this that and for was were has have had are not but with from into its it is be by on in of to as at an or we i revert reverts reverted reverting commit change patch see due because'.split(
    ' ',
  ),
)

function ownWords(reason: string): number {
  const plain = reason.replace(/https?:\/\/\S+/g, ' ')
  return [...plain.matchAll(/\p{L}[\p{L}\p{N}_]+/gu)].filter(([word]) => !EMPTY.has(word.toLowerCase())).length
}

const PLANNED =
  /\b(?:accidental(?:ly)?|by (?:mistake|accident)|unintention(?:al|ally)|inadvertent(?:ly)?|wrong (?:branch|commit|repo|version|patch|change)|(?:landed|merged|committed|submitted|pushed|approved) (?:too (?:early|soon)|premature(?:ly)?|before)|premature(?:ly)?|not (?:yet )?(?:ready|approved|reviewed)|(?:per|at|on) (?:the )?(?:author|request|popular)|(?:before|for|after|until|during) (?:the )?(?:next )?(?:release|freeze|branch(?:ing)? (?:point|cut)|branch)|no longer (?:needed|required|necessary|used)|superseded|will be (?:replaced|superseded)|in favou?r of|(?:test|testing|demo|drill) (?:of )?(?:the )?revert|experiment (?:is )?(?:over|done|finished|ended|complete)|was (?:only )?(?:temporary|meant to be temporary|a temporary)|to (?:re-?land|re-?commit|recommit) (?:it |this )?(?:with|as)|(?:bad|wrong|missing|incorrect|typo in) (?:the )?(?:commit|change) (?:message|log|description)|attribution)\b/i

/** True when the revert was planned or a matter of procedure: nothing had broken. */
export function isPlanned(reason: string): boolean {
  return (
    PLANNED.test(reason) &&
    !/\b(?:break|breaks|broke|broken|breaking|fail|fails|failed|failing|failures?|crash(?:es|ed|ing)?|regress(?:es|ed|ion|ions)?|error|errors|leak|hang|timeout|flak[ey]\w*|red)\b/i.test(
      reason,
    )
  )
}

/** True for a change that held something back for a while: taking it away again means that all is well. */
export function isStopgap(title: string): boolean {
  return /^\W*(?:\w{1,30}[\]:]\s*)?(?:temporar(?:y|ily)\b|(?:disable|skip|mute|quarantine|turn off)\b)/i.test(title)
}

/** True when words said on putting the change back clear it. */
export function clears(message: string): boolean {
  return /\b(?:(?:was|is|were|wasn't|isn't)(?: not|n't)? (?:actually )?(?:innocent|unrelated|(?:the )?(?:wrong|cause|culprit|reason|problem|to blame))|not (?:the|at) (?:cause|culprit|fault|reason|problem)|(?:failure|breakage|problem|issue|bots?)s? (?:was|were|is|are) unrelated|(?:didn't|did not|doesn't|does not) (?:help|fix|resolve))\b/i.test(
    message,
  )
}
