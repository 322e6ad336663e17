// What a title says about how a change came to be. Read once, when a candidate is prepared.

const ROLL =
  /^\W*(?:roll|bump|upgrade|update|uprev|rev)\b.{0,80}(?:\b(?:to|from|deps?|version|dependenc)|\.\.|→|@)|^\W*(?:roll|bump)\b|\bauto-?roll/i
const RELAND =
  /^\W*(?:re-?(?:land|apply|commit|introduce|submit|do)|roll(?:ing)?[ -]?forward|(?:un|de)-?revert|revert\W+"?revert)|\b(?:take|attempt|try) (?:two|three|[2-9])\b|\(?\btry #?[2-9]\b/i
const REPAIR = /\b(?:fix(?:es|ed|ing|up)?|follow[ -]?up|repair|unbreak|correct|hotfix|oops|typo|missing)\b/i
const FLAG = /feature[ _-]?(?:flag|toggle|gate)|killswitch|kill[ _-]switch|launchdarkly|enable[ds]? by default|turn(?:s|ed)? on|experiment/i
const MAX_TITLE_LENGTH = 300

export type TitleTraits = {
  /** Brings in another version of a dependency. */
  isRoll: boolean
  /** Puts back what was taken back. */
  isReland: boolean
  /** Mends something. */
  isRepair: boolean
  /** Switches a feature or an experiment. */
  isFlag: boolean
}

export function titleTraits(title: string): TitleTraits {
  const start = title.slice(0, MAX_TITLE_LENGTH)
  return { isRoll: ROLL.test(start), isReland: RELAND.test(start), isRepair: REPAIR.test(start), isFlag: FLAG.test(start) }
}
