// Cuts the NUL-separated output of `git log --name-status -z` into commits. Every byte may be hostile.
export type LogCommit = {
  sha: string
  parents: string[]
  author: string
  /** Committer time: when it landed, on a main line that is merged, squashed or rebased by a machine. */
  committedAt: Date
  message: string
  paths: string[]
  fileCount: number
}

export const LOG_FORMAT = '--format=%H%x00%P%x00%an%x00%ct%x00%B%x00'
export const MAX_PATHS = 300
const FIELDS = 5
const MAX_MESSAGE = 60_000

/** Commits in the order of the stream. Invalid UTF-8 becomes U+FFFD; a NUL can't occur, git ends messages there. */
export async function* readLog(chunks: AsyncIterable<Buffer>): AsyncGenerator<LogCommit> {
  let commit: LogCommit | null = null
  let fields: string[] = []
  let pathsLeft = 0
  for await (const batch of nulTokens(chunks)) {
    for (const token of batch) {
      if (fields.length > 0 || commit === null || (pathsLeft === 0 && isSha(token))) {
        if (fields.length === 0 && commit !== null) {
          yield commit
          commit = null
        }
        fields.push(token)
        if (fields.length === FIELDS) {
          commit = commitOf(fields)
          fields = []
        }
      } else if (pathsLeft > 0) {
        pathsLeft -= 1
        if (commit.paths.length < MAX_PATHS) commit.paths.push(token)
      } else {
        const status = token.replace(/^\n+/, '')
        if (/^[RC]\d{0,3}$/.test(status)) pathsLeft = 2
        else if (/^[A-Z]\d{0,3}$/.test(status)) pathsLeft = 1
        if (pathsLeft > 0) commit.fileCount += 1
      }
    }
  }
  if (commit !== null) yield commit
}

function isSha(token: string): boolean {
  return (token.length === 40 || token.length === 64) && /^[0-9a-f]+$/.test(token)
}

function commitOf(fields: string[]): LogCommit {
  const [sha = '', parents = '', author = '', at = '', message = ''] = fields
  return {
    sha,
    parents: parents === '' ? [] : parents.split(' '),
    author: author.slice(0, 200),
    committedAt: dateOf(at),
    message: message.slice(0, MAX_MESSAGE),
    paths: [],
    fileCount: 0,
  }
}

/** Broken commits carry years far outside what a Date holds. */
function dateOf(seconds: string): Date {
  const value = Number(seconds)
  return new Date(Number.isFinite(value) ? Math.min(Math.max(value, 0), 32_503_680_000) * 1000 : 0)
}

/** Tokens between NULs, one array for each chunk. */
async function* nulTokens(chunks: AsyncIterable<Buffer>): AsyncGenerator<string[]> {
  let rest: Buffer[] = []
  for await (const chunk of chunks) {
    const cut = chunk.lastIndexOf(0)
    if (cut === -1) {
      rest.push(chunk)
      continue
    }
    const whole = rest.length === 0 ? chunk.subarray(0, cut) : Buffer.concat([...rest, chunk.subarray(0, cut)])
    // NUL bytes are never part of a longer UTF-8 sequence, so the decoded text splits where the bytes do.
    yield whole.toString('utf8').split('\0')
    rest = cut + 1 < chunk.length ? [chunk.subarray(cut + 1)] : []
  }
  if (rest.length > 0) {
    const last = Buffer.concat(rest).toString('utf8')
    if (last !== '') yield last.split('\0')
  }
}
