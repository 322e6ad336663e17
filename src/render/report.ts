// An incident report becomes the one comment. Pure: the same report gives the same characters, so that an unchanged
// answer needs no request; for the same reason nothing here says how long ago something was from now.
import { markerFor } from '../domain/comment-marker.ts'
import type { IncidentReport } from '../domain/report.ts'
import { answerBlocks } from './report/answer.ts'
import type { Block } from './report/block.ts'
import { boxBlocks } from './report/boxes.ts'
import { followUpBlocks } from './report/follow-ups.ts'
import { factsComment } from './report/facts.ts'
import { foldBlocks } from './report/folds.ts'
import { pastBlocks, relatedBlocks } from './report/past.ts'
import { rollbackBlocks } from './report/rollback.ts'
import { suspectBlocks } from './report/suspects.ts'
import { blastRadiusBlocks, gapBlocks, runbookBlocks } from './report/surroundings.ts'
import { timelineBlocks } from './report/timeline.ts'

/** GitHub refuses comments of 65,536 characters and more (danger-js#919); the rest is for the words "left out". */
const MAX_COMMENT_LENGTH = 65_000

/**
 * The incident's comment in GitHub-flavoured markdown, shorter than 65,536 UTF-16 units: a hidden marker in the first
 * line, the answer, its grounds, and the facts as JSON in a hidden last line. What does not fit is left out in whole
 * blocks, least important first, and named.
 */
export function renderReport(report: IncidentReport, now: Date): string {
  const marker = markerFor(report.repositoryId, report.issueNumber)
  const facts = factsComment(report)
  const blocks = report.duplicateOf === null ? allBlocks(report, now) : [...answerBlocks(report), ...timelineBlocks(report)]
  return fit(blocks, (markdown) => [marker, ...markdown, facts].join('\n\n') + '\n', MAX_COMMENT_LENGTH)
}

function allBlocks(report: IncidentReport, now: Date): Block[] {
  return [
    ...answerBlocks(report),
    ...gapBlocks(report),
    ...suspectBlocks(report),
    ...rollbackBlocks(report),
    ...runbookBlocks(report),
    ...boxBlocks(report),
    ...followUpBlocks(report),
    ...pastBlocks(report),
    ...relatedBlocks(report),
    ...blastRadiusBlocks(report),
    ...foldBlocks(report, now),
  ]
}

function fit(blocks: Block[], compose: (markdown: string[]) => string, max: number): string {
  const kept = [...blocks]
  const dropped: string[] = []
  for (;;) {
    const note = dropped.length === 0 ? [] : [`*Left out, since a comment has a largest size: ${dropped.join(', ')}.*`]
    const text = compose([...kept.map((block) => block.markdown), ...note])
    const least = kept.reduce((a, b) => (b.importance < a.importance ? b : a))
    if (text.length <= max || least.importance === Infinity) return text
    kept.splice(kept.indexOf(least), 1)
    dropped.push(least.name)
  }
}
