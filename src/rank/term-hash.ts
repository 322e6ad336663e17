/**
 * A term as 32 bits (FNV-1a). Among the few hundred terms of a change and the eighty of a report, two different
 * ones meet once in about ten million pairs: too rare to matter to a ranking.
 */
export function termHash(term: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < term.length; at++) hash = Math.imul(hash ^ term.charCodeAt(at), 0x01000193)
  return hash >>> 0
}
