// Chooses which identifiers of a change are worth keeping: the rare ones, since common ones find everything.

export type IdentifierFrequency = {
  /** Number of changes the frequencies were counted over. */
  documentCount: number
  /** Identifier → number of changes that hold it. */
  documentFrequency: ReadonlyMap<string, number>
}

const MAX_CHOSEN = 120

/**
 * At most `limit` (120) identifiers of changed lines, rarest first, ties in code-unit order.
 * `occurrences`: identifier → times seen in the change, e.g. merged from `parsePatch` of every file.
 * With `frequency` the repository's own past decides; without it a background guess from the word's shape does:
 * compound names (`retryBudget`, `retry_budget`) and names with digits are rarer than single words, long ones than short.
 */
export function chooseIdentifiers(
  occurrences: ReadonlyMap<string, number>,
  frequency: IdentifierFrequency | null = null,
  limit = MAX_CHOSEN,
): string[] {
  const scored: { word: string; rarity: number }[] = []
  for (const [word, times] of occurrences) {
    const shape = rarityOfShape(word)
    const past = frequency === null ? 0 : inverseFrequency(word, frequency)
    // A name repeated in the change is what the change is about; the logarithm keeps loops from winning.
    scored.push({ word, rarity: past * 10 + shape + Math.log2(1 + Math.min(times, 16)) * 0.5 })
  }
  scored.sort((a, b) => b.rarity - a.rarity || (a.word < b.word ? -1 : a.word > b.word ? 1 : 0))
  return scored.slice(0, limit).map((entry) => entry.word)
}

/** Sums the identifier counts of several files. */
export function sumIdentifiers(counts: Iterable<ReadonlyMap<string, number>>): Map<string, number> {
  const sum = new Map<string, number>()
  for (const count of counts) for (const [word, times] of count) sum.set(word, (sum.get(word) ?? 0) + times)
  return sum
}

function inverseFrequency(word: string, frequency: IdentifierFrequency): number {
  return Math.log((frequency.documentCount + 1) / ((frequency.documentFrequency.get(word) ?? 0) + 0.5))
}

function rarityOfShape(word: string): number {
  let parts = 1
  let digits = 0
  let upper = 0
  for (let index = 0; index < word.length; index += 1) {
    const code = word.charCodeAt(index)
    if (code === 95 || code === 36) parts += index > 0 && index < word.length - 1 ? 1 : 0
    else if (code >= 48 && code <= 57) digits += 1
    else if (code >= 65 && code <= 90) {
      upper += 1
      const before = word.charCodeAt(index - 1)
      if (index > 0 && before >= 97 && before <= 122) parts += 1
    }
  }
  // Hashes, base64 and other noise is rare in every corpus and means nothing.
  const isNoise = digits * 3 > word.length || word.length > 48 || (upper > 4 && digits > 4)
  return isNoise ? 0 : Math.min(parts, 4) * 1.5 + Math.min(word.length, 24) * 0.15 + (digits > 0 ? 0.3 : 0)
}
