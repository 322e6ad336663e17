// Which commits each merge of the main line brought along, and what they say.
import type { MergedCommit } from './describe-commit.ts'

const MAX_PER_MERGE = 250

/**
 * Main-line commit → the side commits it brought, newest first. `parents` holds every commit (topological order does not
 * matter), `mainLine` the first-parent chain, oldest first. A side commit belongs to the first merge that reaches it.
 */
export function assignSideCommits(parents: ReadonlyMap<string, readonly string[]>, mainLine: readonly string[]): Map<string, string[]> {
  const taken = new Set(mainLine)
  const brought = new Map<string, string[]>()
  for (const sha of mainLine) {
    const stack = [...(parents.get(sha) ?? [])].slice(1)
    if (stack.length === 0) continue
    const side: string[] = []
    for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
      const above = parents.get(next)
      if (taken.has(next) || above === undefined) continue
      taken.add(next)
      if (side.length < MAX_PER_MERGE) side.push(next)
      stack.push(...above)
    }
    brought.set(sha, side)
  }
  return brought
}

/** Reads `git cat-file --batch` of commits: sha and message of each, in the order asked. */
export async function* readMessages(chunks: AsyncIterable<Buffer>): AsyncGenerator<MergedCommit> {
  let held: Buffer = Buffer.alloc(0)
  for await (const chunk of chunks) {
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk])
    let at = 0
    for (;;) {
      const line = held.indexOf(10, at)
      if (line === -1) break
      const [sha = '', kind = '', size = ''] = held.toString('latin1', at, line).split(' ')
      if (kind !== 'commit') {
        at = line + 1
        if (kind === 'missing') yield { sha, message: '' }
        continue
      }
      const end = line + 1 + Number(size)
      if (end + 1 > held.length) break
      yield { sha, message: messageOf(held.subarray(line + 1, end)) }
      at = end + 1
    }
    held = held.subarray(at)
  }
}

function messageOf(commit: Buffer): string {
  const blank = commit.indexOf('\n\n')
  return blank === -1 ? '' : commit.toString('utf8', blank + 2, Math.min(commit.length, blank + 20_000)).replaceAll('\0', '')
}
