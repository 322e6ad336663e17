import type { ChangedFile } from '../../domain/change.ts'
import type { StackFrame } from '../mentions.ts'
import { placesOf } from '../postings.ts'
import { fileName, type PreparedCandidate, type PreparedQuery, termHash } from '../prepare.ts'
import { type EvidenceModule, type RankingContext } from './evidence-kind.ts'

/** Lines move a little between a build and the head of the branch. */
const NEAR_LINES = 10

/** A stack frame's file is changed; most telling when the very line lies in a changed range. */
export const stackFrame: EvidenceModule = {
  kind: 'stack-frame',
  features: ['stack-frame.file', 'stack-frame.near', 'stack-frame.line'],
  measure(context) {
    const columns = [0, 0, 0].map(() => new Float64Array(context.candidates.length))
    const { names } = context.pool
    for (const index of new Set([...framesIn(context.query).keys()].flatMap((name) => [...placesOf(names, termHash(name))]))) {
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
  const framesByName = framesIn(query)
  let best: FrameHit | null = null
  let bestDepth = 0
  for (const file of candidate.files) {
    const depths = framesByName.get(fileName(file.path).toLowerCase())
    if (depths === undefined) continue
    const changed = file.path.toLowerCase()
    for (const depth of depths) {
      const frame = query.mentions.frames[depth]!
      if (!isSameFile(changed, frame.path)) continue
      const hit: FrameHit = { frame, file, how: howNear(file, frame.line), depthWeight: 1 / (1 + 0.1 * depth) }
      const lead = best === null ? 1 : CERTAINTY[hit.how] * hit.depthWeight - CERTAINTY[best.how] * best.depthWeight
      if (lead < 0 || (lead === 0 && depth >= bestDepth)) continue
      best = hit
      bestDepth = depth
    }
  }
  return best
}

// File name → places of the frames in such a file: most changed files share no name with any frame.
const framesByQuery = new WeakMap<PreparedQuery, ReadonlyMap<string, number[]>>()

function framesIn(query: PreparedQuery): ReadonlyMap<string, number[]> {
  let frames = framesByQuery.get(query)
  if (frames === undefined) {
    frames = Map.groupBy(query.mentions.frames.keys(), (depth) => fileName(query.mentions.frames[depth]!.path))
    framesByQuery.set(query, frames)
  }
  return frames
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
