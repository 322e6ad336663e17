import type { ChangedFile } from '../../domain/change.ts'
import type { StackFrame } from '../mentions.ts'
import type { PreparedCandidate } from '../prepare.ts'
import { type EvidenceModule, type RankingContext } from './evidence-kind.ts'
import { candidatesNamed } from './named-path.ts'

/** Lines move a little between a build and the head of the branch. */
const NEAR_LINES = 10

/** A stack frame's file is changed; most telling when the very line lies in a changed range. */
export const stackFrame: EvidenceModule = {
  kind: 'stack-frame',
  features: ['stack-frame.file', 'stack-frame.near', 'stack-frame.line'],
  measure(context) {
    const columns = [0, 0, 0].map(() => new Float64Array(context.candidates.length))
    if (context.query.mentions.frames.length === 0) return columns
    for (const index of candidatesNamed(context).byPath) {
      const hit = bestFrame(context, context.candidates[index]!)
      if (hit === null) continue
      for (let certainty = 0; certainty < CERTAINTY[hit.how]; certainty++) columns[certainty]![index] = hit.depthWeight
    }
    return columns
  },
  sentence(context, index) {
    const hit = bestFrame(context, context.candidates[index]!)
    if (hit === null) return null
    const where = {
      line: `line ${hit.frame.line} lies in a changed range`,
      near: `line ${hit.frame.line} is next to a changed range`,
      file: `line ${hit.frame.line}`,
    }
    return `Changes \`${hit.file.path}\`, named in the stack trace (${where[hit.how]})`
  },
}

type FrameHit = { frame: StackFrame; file: ChangedFile; how: 'file' | 'near' | 'line'; depthWeight: number }

const CERTAINTY = { file: 1, near: 2, line: 3 }

function bestFrame({ query }: RankingContext, { candidate }: PreparedCandidate): FrameHit | null {
  let best: FrameHit | null = null
  for (const [depth, frame] of query.mentions.frames.entries()) {
    for (const file of candidate.files) {
      if (!isSameFile(file.path.toLowerCase(), frame.path)) continue
      const hit: FrameHit = { frame, file, how: howNear(file, frame.line), depthWeight: 1 / (1 + 0.1 * depth) }
      if (best === null || CERTAINTY[hit.how] * hit.depthWeight > CERTAINTY[best.how] * best.depthWeight) best = hit
    }
  }
  return best
}

/** Frames carry build folders that the repository doesn't have, or only the end of the path. */
function isSameFile(changed: string, framed: string): boolean {
  return changed === framed || framed.endsWith(`/${changed}`) || changed.endsWith(`/${framed}`)
}

function howNear(file: ChangedFile, line: number): FrameHit['how'] {
  const isWithin = (margin: number): boolean =>
    file.ranges.some(({ start, count }) => line >= start - margin && line <= start + Math.max(0, count - 1) + margin)
  if (isWithin(0)) return 'line'
  return isWithin(NEAR_LINES) ? 'near' : 'file'
}
