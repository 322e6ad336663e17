// Words that make a person the cause. A postmortem asks how the system let it happen; whoever reads "X should have" stops
// telling what really went on. Pure, and linear in the text: no pattern here can backtrack over more than a few words.

export type BlamingPhrase = { phrase: string; instead: string }

const LONGEST_TEXT = 200_000
const NAME = String.raw`@[A-Za-z\d][A-Za-z\d-]{0,38}`

const PATTERNS: { pattern: RegExp; instead: string }[] = [
  { pattern: /\b(?:human|operator|user) error\b/gi, instead: 'say what made the mistake easy to make and hard to see' },
  {
    pattern: /\b(?:should|could|ought to) (?:not )?have (?:known|noticed|checked|tested|seen|caught|realised|realized)\b/gi,
    instead: 'say what was known at that moment, and what would have shown it',
  },
  {
    pattern: /\b(?:careless(?:ly)?|negligen(?:t|ce)|sloppy|incompeten(?:t|ce)|stupid(?:ly)?|lazy)\b/gi,
    instead: 'describe what was done and what the tools said then',
  },
  {
    pattern: /\b(?:(?:his|her|their|your) (?:fault|mistake)|to blame|is at fault|was at fault|blam(?:e|ed|es) on)\b/gi,
    instead: 'name the change or the condition, not who made it',
  },
  { pattern: /\bfailed to (?:check|test|notice|follow|read|review|think)\b/gi, instead: 'say what the check would have needed to be made' },
  {
    pattern: new RegExp(String.raw`${NAME} (?:broke|caused|forgot|messed|screwed|failed|neglected|took down)\b`, 'gi'),
    instead: 'name the change or the condition, not who made it',
  },
  {
    pattern: new RegExp(String.raw`\b(?:caused|broken) by ${NAME}(?![\w/#-])`, 'gi'),
    instead: 'name the change or the condition, not who made it',
  },
]

/** Each phrase once, in the order in which they stand; at most 20. */
export function blamingPhrases(text: string): BlamingPhrase[] {
  const found = PATTERNS.flatMap(({ pattern, instead }) =>
    [...text.slice(0, LONGEST_TEXT).matchAll(pattern)].map((match) => ({ at: match.index, phrase: match[0], instead })),
  )
  const seen = new Set<string>()
  return found
    .sort((a, b) => a.at - b.at)
    .filter(({ phrase }) => !seen.has(phrase.toLowerCase()) && seen.add(phrase.toLowerCase()))
    .slice(0, 20)
    .map(({ phrase, instead }) => ({ phrase, instead }))
}
