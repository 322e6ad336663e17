import type { CheckRun, GitHub, GitHubFile, GitHubIssue, IssueComment, Permission, PullRequestSummary } from '../../src/github/github.ts'

export type MemoryGitHub = GitHub & {
  comments: Map<number, IssueComment[]>
  labels: Map<number, string[]>
  permissions: Map<string, Permission>
  closing: Awaited<ReturnType<GitHub['closers']>>
  files: Map<string, string>
  /** Check runs by id. */
  checks: Map<number, CheckRun>
  /** What each pull request touches, as GitHub lists it. */
  pullFiles: Map<number, GitHubFile[]>
  /** Files that were written, by `branch:path`, and pull requests that were opened. */
  written: Map<string, string>
  pulls: { number: number; url: string; head: string; title: string; body: string }[]
  branches: Set<string>
  /** What others committed to a branch: a path each. */
  foreign: Map<string, string[]>
  /** Issues that were opened through it. */
  opened: GitHubIssue[]
  calls: string[]
}

const APP_ID = 42

/** The port in memory, for use cases: what it was asked stands in `calls`; a verb that nothing needs here throws. */
export function memoryGitHub(): MemoryGitHub {
  const comments = new Map<number, IssueComment[]>()
  const labels = new Map<number, string[]>()
  const calls: string[] = []
  let nextId = 2 ** 40
  const state = {
    comments,
    labels,
    calls,
    permissions: new Map<string, Permission>(),
    files: new Map<string, string>(),
    foreign: new Map<string, string[]>(),
    checks: new Map<number, CheckRun>(),
    pullFiles: new Map<number, GitHubFile[]>(),
    written: new Map<string, string>(),
    pulls: [] as MemoryGitHub['pulls'],
    branches: new Set<string>(),
    opened: [] as GitHubIssue[],
    closing: { pullRequests: [], lastComment: null } as MemoryGitHub['closing'],
  }
  function openPull(head: string, title: string, body: string): MemoryGitHub['pulls'][number] {
    const number = 800 + state.pulls.length
    const pull = { number, url: `https://github.com/acme/shop/pull/${number}`, head, title, body }
    state.pulls.push(pull)
    return pull
  }
  const verbs: Partial<GitHub> = {
    appId: () => APP_ID,
    permission: async (_repo, login) => {
      calls.push(`permission ${login}`)
      return state.permissions.get(login) ?? 'read'
    },
    addLabels: async (_repo, number, added) => {
      calls.push(`addLabels ${number}`)
      labels.set(number, [...new Set([...(labels.get(number) ?? []), ...added])])
    },
    ensureLabel: async (_repo, label) => {
      calls.push(`ensureLabel ${label.name}`)
    },
    removeLabel: async (_repo, number, label) => {
      calls.push(`removeLabel ${number} ${label}`)
      labels.set(
        number,
        (labels.get(number) ?? []).filter((each) => each !== label),
      )
    },
    addReaction: async (_repo, id, reaction) => {
      calls.push(`addReaction ${id} ${reaction}`)
    },
    addIssueReaction: async (_repo, number, reaction) => {
      calls.push(`addIssueReaction ${number} ${reaction}`)
    },
    createComment: async (_repo, number, body) => {
      calls.push(`createComment ${number}`)
      const comment: IssueComment = {
        id: nextId++,
        body,
        author: { login: 'causeway[bot]', isBot: true },
        appId: APP_ID,
        createdAt: new Date(),
        url: `https://github.com/acme/shop/issues/${number}#issuecomment-1`,
      }
      comments.set(number, [...(comments.get(number) ?? []), comment])
      return comment
    },
    updateComment: async (_repo, id, body) => {
      calls.push(`updateComment ${id}`)
      const comment = [...comments.values()].flat().find((each) => each.id === id)
      if (comment) comment.body = body
      return comment !== undefined
    },
    listComments: async (_repo, number) => {
      calls.push(`listComments ${number}`)
      return comments.get(number) ?? []
    },
    deleteComment: async (_repo, id) => {
      calls.push(`deleteComment ${id}`)
      for (const [number, listed] of comments)
        comments.set(
          number,
          listed.filter((each) => each.id !== id),
        )
    },
    pullRequestFiles: async (_repo, number, maxPages = 30) => {
      calls.push(`pullRequestFiles ${number}`)
      const files = state.pullFiles.get(number) ?? []
      return { files: files.slice(0, maxPages * 100), isTruncated: files.length > maxPages * 100 }
    },
    createCheckRun: async (_repo, check) => {
      calls.push(`createCheckRun ${check.externalId}`)
      state.checks.set(nextId, check)
      return nextId++
    },
    updateCheckRun: async (_repo, id, check) => {
      calls.push(`updateCheckRun ${check.externalId}`)
      const known = state.checks.get(id)
      if (known) state.checks.set(id, { ...check, annotations: [...known.annotations, ...check.annotations] })
      return known !== undefined
    },
    checkRuns: async (_repo, headSha, name) => {
      calls.push(`checkRuns ${headSha}`)
      return [...state.checks].flatMap(([id, run]) =>
        run.headSha === headSha && run.name === name ? [{ id, externalId: run.externalId ?? '' }] : [],
      )
    },
    createIssue: async (_repo, { title, body, labels: given }) => {
      calls.push(`createIssue ${title}`)
      const number = 900 + state.opened.length
      const at = new Date()
      const author = { login: 'causeway[bot]', isBot: true }
      const url = `https://github.com/acme/shop/issues/${number}`
      const times = { createdAt: at, closedAt: null, updatedAt: at }
      const issue: GitHubIssue = { number, title, body, labels: given, author, state: 'open', ...times, appId: APP_ID, url }
      state.opened.push(issue)
      return issue
    },
    recentIssues: async () => {
      calls.push('recentIssues')
      return state.opened
    },
    readFile: async (_repo, path, ref) => {
      calls.push(`readFile ${path}`)
      const text = ref === undefined ? state.files.get(path) : state.written.get(`${ref}:${path}`)
      return text === undefined ? null : { text, sha: 'f'.repeat(40) }
    },
    createBranch: async (_repo, branch) => {
      calls.push(`createBranch ${branch}`)
      const isNew = !state.branches.has(branch)
      state.branches.add(branch)
      return isNew
    },
    compare: async (_repo, _base, head) => {
      calls.push(`compare ${head}`)
      const paths = [...[...state.written.keys()].flatMap((place) => place.split(`${head}:`)[1] ?? []), ...(state.foreign.get(head) ?? [])]
      const commits = paths.map((path) => commitOf(path))
      return { status: 'ahead', aheadBy: commits.length, behindBy: 0, mergeBaseSha: '', commits, isTruncated: false }
    },
    commitFiles: async (_repo, sha) => {
      calls.push(`commitFiles ${sha}`)
      const file = { path: sha, previousPath: null, status: 'added' as const, added: 1, deleted: 0, patch: null }
      return { commit: commitOf(sha), files: [file], isTruncated: false }
    },
    deleteBranch: async (_repo, branch) => {
      calls.push(`deleteBranch ${branch}`)
      state.branches.delete(branch)
      for (const place of state.written.keys()) if (place.startsWith(`${branch}:`)) state.written.delete(place)
    },
    createFile: async (_repo, { branch, path, text }) => {
      calls.push(`createFile ${branch}:${path}`)
      if (state.written.has(`${branch}:${path}`)) throw Object.assign(new Error('"sha" wasn\'t supplied.'), { status: 422 })
      state.written.set(`${branch}:${path}`, text)
    },
    openPullRequest: async (_repo, { head, title, body }) => {
      calls.push(`openPullRequest ${head}`)
      return openPull(head, title, body)
    },
    pullRequestFrom: async (_repo, head) => {
      calls.push(`pullRequestFrom ${head}`)
      return state.pulls.find((pull) => pull.head === head) ?? null
    },
    pullRequest: async (_repo, number) => {
      calls.push(`pullRequest ${number}`)
      return { number, headRef: `change-${number}` } as PullRequestSummary
    },
    revertPullRequest: async (_repo, number, body) => {
      calls.push(`revertPullRequest ${number}`)
      return openPull(`revert-${number}-change-${number}`, `Revert "Change ${number}"`, body)
    },
    closers: async (_repo, number) => {
      calls.push(`closers ${number}`)
      return state.closing
    },
    readFiles: async (_repo, paths) => {
      calls.push('readFiles')
      return new Map(paths.flatMap((path) => (state.files.has(path) ? [[path, state.files.get(path)!] as const] : [])))
    },
    findFiles: async () => {
      calls.push('findFiles')
      return []
    },
  }
  return new Proxy(Object.assign(state, verbs) as MemoryGitHub, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key)
      if (value === undefined && typeof key === 'string' && key !== 'then') throw new Error(`GitHub.${key} was not expected here`)
      return value
    },
  })
}

/** Its sha is the one path that it touches. */
const commitOf = (path: string) => ({ sha: path, parents: [''], message: '', author: null, committedAt: new Date(0), url: '' })
