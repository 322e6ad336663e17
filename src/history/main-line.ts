// The first-parent chain of a history, with times that can be trusted for windows.
export type MainLineCommit = { sha: string; parents: string[]; at: Date }

const NEIGHBOURS = 4
const OUTLIER_MS = 7 * 86_400_000

/**
 * Reads `git rev-list --first-parent --parents --timestamp` (newest first) into the chain, oldest first. No commit landed
 * after `latest`, whatever it says: pass the present.
 */
export async function readMainLine(chunks: AsyncIterable<Buffer>, latest: Date): Promise<MainLineCommit[]> {
  const commits: { sha: string; parents: string[]; seconds: number }[] = []
  let rest = ''
  for await (const chunk of chunks) {
    const lines = (rest + chunk.toString('latin1')).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      const [seconds = '', sha = '', ...parents] = line.split(' ')
      // Only what is on the chain is kept for long: copies, since slices would keep whole chunks alive.
      if (sha !== '') commits.push({ sha: copyOf(sha), parents: parents.map(copyOf), seconds: Number(seconds) })
    }
  }
  commits.reverse()
  const times = steadyTimes(commits.map((commit) => Math.min(Math.max(0, commit.seconds * 1000), latest.getTime())))
  return commits.map(({ sha, parents }, index) => ({ sha, parents, at: new Date(times[index] ?? 0) }))
}

/**
 * Never-decreasing landing times (ms) from committer times in chain order. Clocks are wrong now and then: a time more than
 * a week off what its neighbours say is taken from them, and none may lie after a later commit's.
 */
export function steadyTimes(times: readonly number[]): number[] {
  const steady = times.map((time, index) => {
    const reach = Math.min(NEIGHBOURS, index, times.length - 1 - index)
    const window = times.slice(index - reach, index + reach + 1).sort((a, b) => a - b)
    const median = window[reach] ?? time
    return Math.abs(time - median) > OUTLIER_MS ? median : time
  })
  for (let index = steady.length - 2; index >= 0; index -= 1) steady[index] = Math.min(steady[index] ?? 0, steady[index + 1] ?? Infinity)
  return steady
}

/** Indexes [from, to) of the commits that landed in [since, until], both inclusive; null is open. */
export function rangeOf(line: readonly MainLineCommit[], since: Date | null, until: Date | null): { from: number; to: number } {
  const from = since === null ? 0 : line.findIndex((commit) => commit.at.getTime() >= since.getTime())
  const after = until === null ? -1 : line.findIndex((commit) => commit.at.getTime() > until.getTime())
  return { from: from === -1 ? line.length : from, to: after === -1 ? line.length : after }
}

function copyOf(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1')
}
