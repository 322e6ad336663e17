// A repository as GitHub would tell of it: commits with parents, merged pull requests, and every request counted.
import type { GitHub, GitHubCommit, GitHubFile, PullRequestSummary } from '../../src/github/github.ts'
import type { Repository } from '../../src/domain/repository.ts'

export const REPOSITORY: Repository = {
  id: 2 ** 40 + 7,
  installationId: 4_294_967_297,
  owner: 'acme',
  name: 'shop',
  isPrivate: true,
  isArchived: false,
  defaultBranch: 'main',
  removedAt: null,
}

export type CommitGraph = ReturnType<typeof commitGraph>

export const shaOf = (name: string | number): string => Buffer.from(`${name}`).toString('hex').padEnd(40, '0').slice(0, 40)

export function commitGraph() {
  const commits = new Map<string, GitHubCommit & { files: GitHubFile[] }>()
  const pulls = new Map<number, PullRequestSummary & { files: GitHubFile[]; landed: string[] }>()
  const asked: { verb: string; detail: string }[] = []
  let failFiles: Error | null = null
  let failOnly: number | null = null
  const forgotten = new Set<string>()

  function commit(name: string | number, parents: string[], options: { message?: string; paths?: string[]; at?: Date } = {}): string {
    const sha = shaOf(name)
    const files = (options.paths ?? [`src/${name}.ts`]).map((path) => fileAt(path, `${name}`))
    const committedAt = options.at ?? new Date(Date.UTC(2026, 0, 1) + commits.size * 60_000)
    const message = options.message ?? `Change ${name}`
    const author = { login: 'octocat', isBot: false }
    commits.set(sha, { sha, parents, message, author, committedAt, url: `https://github.com/acme/shop/commit/${sha}`, files })
    return sha
  }

  /** `landed`: what of it stands on the branch, the last one being its merge sha. */
  function pull(
    number: number,
    landed: string[],
    own: string[] = landed,
    options: Partial<PullRequestSummary> & { paths?: string[] } = {},
  ): PullRequestSummary {
    const mergeSha = landed.at(-1) ?? null
    const { paths, ...overrides } = options
    const files = paths ? paths.map((path) => fileAt(path, `pull${number}`)) : own.flatMap((sha) => commits.get(sha)?.files ?? [])
    const summary: PullRequestSummary = {
      number,
      title: `Pull request ${number}`,
      body: '',
      author: { login: 'octocat', isBot: false },
      mergedBy: { login: 'hubot', isBot: false },
      reviewers: [{ login: 'monalisa', isBot: false }],
      labels: [],
      baseRef: 'main',
      baseSha: commits.get(landed[0] ?? '')?.parents[0] ?? null,
      headRef: `change-${number}`,
      headSha: own.at(-1) ?? shaOf(`head${number}`),
      mergeSha,
      mergedAt: commits.get(mergeSha ?? '')?.committedAt ?? new Date(0),
      updatedAt: commits.get(mergeSha ?? '')?.committedAt ?? new Date(0),
      url: `https://github.com/acme/shop/pull/${number}`,
      commits: own.map((sha) => ({ sha, message: commits.get(sha)?.message ?? 'a commit' })),
      commitCount: own.length,
      fileCount: files.length,
      added: files.length,
      deleted: 0,
      ...overrides,
    }
    pulls.set(number, { ...summary, files, landed: [...landed, ...own] })
    return summary
  }

  function ancestors(sha: string): Set<string> {
    const seen = new Set<string>()
    const open = [sha]
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      if (seen.has(at)) continue
      seen.add(at)
      open.push(...(commits.get(at)?.parents ?? []))
    }
    return seen
  }

  const listed = (shas: Iterable<string>) => {
    const wanted = new Set(shas)
    return [...commits.values()].filter((one) => wanted.has(one.sha)).map(({ files: _, ...one }) => one)
  }
  const note = (verb: string, detail: string | number) => asked.push({ verb, detail: String(detail) })
  const without = <T extends { files: unknown; landed?: unknown } | undefined>(one: T): PullRequestSummary | null => {
    if (!one) return null
    const { files: _f, landed: _l, ...rest } = one
    return rest as unknown as PullRequestSummary
  }

  const github = {
    async commitsWithPullRequests(_repo, shas) {
      for (let i = 0; i < shas.length; i += 100) note('commitsWithPullRequests', shas.length)
      return listed(shas).map((one) => ({
        commit: one,
        pullRequest: without([...pulls.values()].find((each) => each.landed.includes(one.sha))),
      }))
    },
    async pullRequest(_repo, number) {
      note('pullRequest', number)
      const found = pulls.get(number)
      return without(found)
    },
    async pullRequestFiles(_repo, number) {
      note('pullRequestFiles', number)
      if (failFiles && (failOnly ?? number) === number) throw failFiles
      return { files: pulls.get(number)?.files ?? [], isTruncated: false }
    },
    async commitFiles(_repo, ref) {
      note('commitFiles', ref)
      if (failFiles) throw failFiles
      const found = commits.get(ref)
      if (!found) return null
      const { files, ...one } = found
      return { commit: one, files, isTruncated: false }
    },
    async compare(_repo, base, head) {
      note('compare', `${base}...${head}`)
      if (forgotten.has(base) || forgotten.has(head) || !commits.has(base) || !commits.has(head)) return null
      const [inBase, inHead] = [ancestors(base), ancestors(head)]
      const [ahead, behind] = [inHead.difference(inBase), inBase.difference(inHead)]
      const status = ahead.size > 0 ? (behind.size > 0 ? 'diverged' : 'ahead') : behind.size > 0 ? 'behind' : 'identical'
      return { status, aheadBy: ahead.size, behindBy: behind.size, mergeBaseSha: base, commits: listed(ahead), isTruncated: false }
    },
  } satisfies Partial<GitHub>

  return {
    commit,
    pull,
    ancestors,
    commits,
    pulls,
    asked,
    github: github as unknown as GitHub,
    forget: (sha: string) => void forgotten.add(sha),
    /** `only`: of this pull request. */
    failFilesWith: (error: Error | null, only: number | null = null) => {
      failFiles = error
      failOnly = only
    },
    count: (verb: string) => asked.filter((one) => one.verb === verb).length,
  }
}

function fileAt(path: string, word: string): GitHubFile {
  const patch = `@@ -1,1 +1,2 @@ function price()\n context\n+const ${word.replace(/\W/g, '')}Value = 1`
  return { path, previousPath: null, status: 'modified', added: 1, deleted: 0, patch }
}
