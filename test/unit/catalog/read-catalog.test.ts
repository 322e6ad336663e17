import { describe, expect, it } from 'vitest'
import { isCatalogPath, readCatalog } from '../../../src/catalog/read-catalog.ts'
import type { Repository } from '../../../src/domain/repository.ts'
import type { Catalog, CatalogProblem } from '../../../src/domain/service.ts'
import { RateLimited } from '../../../src/github/github.ts'
import type { CheckRun, GitHub } from '../../../src/github/github.ts'
import type { Work } from '../../../src/work.ts'

const SHOP: Repository = {
  id: 2 ** 40,
  installationId: 1,
  owner: 'acme',
  name: 'shop',
  isPrivate: true,
  isArchived: false,
  defaultBranch: 'main',
  removedAt: null,
}
const HEAD = 'b'.repeat(40)

type Refused = Partial<Record<'createCheckRun' | 'createIssue' | 'createComment', number | 'limited'>>

/** A repository's files, what was said about them, and what the store keeps. */
const world = (initial: Record<string, string>, refused: Refused = {}) => {
  const state = { files: { ...initial }, organisation: {} as Record<string, string>, refused }
  const asked: string[] = []
  const told: string[] = []
  let kept: {
    catalog: Catalog
    readAt: Date
    readAgainAt: Date | null
    problems: CatalogProblem[]
    problemIssueNumber: number | null
  } | null = null
  const checks: CheckRun[] = []
  const attempt = (verb: keyof Refused): void => {
    const status = state.refused[verb]
    if (status === 'limited') throw new RateLimited('wait', new Date())
    if (status !== undefined) throw Object.assign(new Error('refused'), { status })
    told.push(verb)
  }
  const github: Partial<GitHub> = {
    readFiles: async (repo, paths) => {
      asked.push(`files of ${repo.name}`)
      const files = repo.name === '.github' ? state.organisation : state.files
      return new Map(paths.flatMap((path) => (files[path] === undefined ? [] : [[path, files[path]] as const])))
    },
    findFiles: async (_, name) => {
      asked.push('tree')
      return Object.keys(state.files).filter((path) => path.endsWith(name))
    },
    commitFiles: async (_, sha) => {
      asked.push(`commit ${sha}`)
      return {
        commit: { sha: HEAD, parents: [], message: '', author: null, committedAt: new Date(0), url: '' },
        files: [],
        isTruncated: false,
      }
    },
    createCheckRun: async (_, check) => {
      attempt('createCheckRun')
      checks.push(check)
      return 1
    },
    createIssue: async (_, issue) => {
      attempt('createIssue')
      return {
        number: 12,
        ...issue,
        author: { login: 'x', isBot: true },
        state: 'open',
        createdAt: new Date(),
        closedAt: null,
        updatedAt: new Date(),
        appId: 1,
        url: '',
      }
    },
    createComment: async (_, __, body) => {
      attempt('createComment')
      return { id: 1, body, author: null, appId: 1, createdAt: new Date(), url: '' }
    },
  }
  const catalogs: Work['tenant']['catalogs'] = {
    get: async () => structuredClone(kept),
    save: async (_, catalog, problems, readAt, readAgainAt = null) => {
      const inForce = catalog ?? kept?.catalog
      if (inForce) kept = { catalog: inForce, problems, readAt, readAgainAt, problemIssueNumber: kept?.problemIssueNumber ?? null }
    },
    readAgain: async () => undefined,
    setProblemIssue: async (_, number) => {
      if (kept) kept.problemIssueNumber = number
    },
    of: async () => new Map(),
    declaring: async () => [],
    depending: async () => [],
  }
  const silent = { debug() {}, info() {}, warn() {}, error() {} }
  const work = { tenant: { catalogs }, github, now: () => new Date('2026-03-01T10:00:00Z'), log: silent } as unknown as Work
  return {
    state,
    asked,
    told,
    checks,
    read: ({ named = SHOP.name, ...options }: { named?: string; headSha?: string } = {}) =>
      readCatalog(work, { ...SHOP, name: named }, options),
    kept: () => kept,
  }
}

const GOOD = 'version: 1\nservices:\n  checkout: { paths: ["services/checkout/**"] }\n'
const BROKEN = 'version: 1\nservises: {}\n'

describe('where services come from', () => {
  it('causeway.yml, in two requests', async () => {
    const { read, asked, told } = world({ '.github/causeway.yml': GOOD, 'catalog-info.yaml': 'kind: Component\nmetadata: { name: other }' })
    const catalog = await read()
    expect(catalog).toMatchObject({ source: 'causeway.yml', services: [{ name: 'checkout', repositoryId: SHOP.id }] })
    expect(asked.sort()).toEqual(['files of .github', 'files of shop'])
    expect(told).toEqual([])
  })

  it('else catalog-info.yaml wherever it stands', async () => {
    const { read, asked } = world({
      '.github/causeway.yml': 'version: 1\nincidents: { labels: [outage] }',
      'services/ledger/catalog-info.yaml': 'kind: Component\nmetadata: { name: ledger }',
      'skeleton/catalog-info.yaml': 'kind: Component\nmetadata: { name: "{{ name }}" }',
    })
    const catalog = await read()
    expect(catalog).toMatchObject({ source: 'catalog-info.yaml', services: [{ name: 'ledger', paths: ['services/ledger/**'] }] })
    expect(catalog.settings.incidents.labels).toEqual(['outage'])
    expect(asked).toHaveLength(4)
  })

  it('else the repository is the service', async () => {
    const { read, kept } = world({})
    const catalog = await read()
    expect(catalog).toMatchObject({ source: 'repository', services: [{ name: 'shop', paths: [] }], codeowners: [] })
    expect(kept()?.catalog).toEqual(catalog)
  })

  it('keeps the name of that service when the repository gets another', async () => {
    const { state, read } = world({})
    await read()
    expect((await read({ named: 'store' })).services.map((service) => service.name)).toEqual(['shop'])
    state.files = { '.github/causeway.yml': GOOD }
    expect((await read({ named: 'store' })).services.map((service) => service.name)).toEqual(['checkout'])
    state.files = {}
    expect((await read({ named: 'store' })).services.map((service) => service.name)).toEqual(['store'])
  })

  it.each([
    ['.github/CODEOWNERS', { '.github/CODEOWNERS': '* @octocat', CODEOWNERS: '* @hubot', 'docs/CODEOWNERS': '* @monalisa' }, '@octocat'],
    ['the root', { CODEOWNERS: '* @hubot', 'docs/CODEOWNERS': '* @monalisa' }, '@hubot'],
    ['docs', { 'docs/CODEOWNERS': '* @monalisa' }, '@monalisa'],
  ])('owners come from the first CODEOWNERS: %s', async (_, files: Record<string, string>, owner) => {
    expect((await world(files).read()).codeowners).toEqual([{ pattern: '*', owners: [owner], line: 1 }])
  })
})

describe('the organisation’s file', () => {
  it('fills in settings, not services', async () => {
    const { state, read } = world({ '.github/causeway.yml': 'version: 1\nincidents: { labels: [outage] }' })
    state.organisation = {
      '.github/causeway.yml': 'version: 1\nservices: { other: {} }\nincidents: { labels: [x], lookback: 7d }\nshare_with: [acme/a]',
    }
    const catalog = await read()
    expect(catalog.services.map(({ name }) => name)).toEqual(['shop'])
    expect(catalog.settings.incidents).toMatchObject({ labels: ['outage'], lookbackMs: 7 * 86_400_000 })
    expect(catalog.settings.shareWith).toEqual([])
  })

  it('is not used, and not complained of here, when it has mistakes', async () => {
    const { state, read, told } = world({})
    state.organisation = { '.github/causeway.yml': BROKEN }
    expect((await read()).settings.incidents.labels).toEqual(['incident'])
    expect(told).toEqual([])
  })
})

describe('mistakes', () => {
  it('leave the last good version in force, with fresh owners, and are told once', async () => {
    const { state, read, told, checks, kept } = world({ '.github/causeway.yml': GOOD })
    await read()
    state.files = { '.github/causeway.yml': BROKEN, CODEOWNERS: '* @octocat' }
    const catalog = await read({ headSha: 'c'.repeat(40) })
    expect(catalog).toMatchObject({ source: 'causeway.yml', services: [{ name: 'checkout' }], codeowners: [{ owners: ['@octocat'] }] })
    await read()
    expect(told).toEqual(['createCheckRun'])
    expect(checks[0]).toMatchObject({
      headSha: 'c'.repeat(40),
      conclusion: 'neutral',
      title: '1 mistake in .github/causeway.yml: the last good version stays in force',
      annotations: [
        {
          path: '.github/causeway.yml',
          startLine: 2,
          endLine: 2,
          level: 'failure',
          message: 'Unknown key "servises". Did you mean "services"?',
        },
      ],
    })
    expect(checks[0]?.summary).toContain('.github/causeway.yml:2:1 error: Unknown key "servises". Did you mean "services"?')
    expect(kept()?.problems).toHaveLength(1)
  })

  it('without a good version, leave the repository as one service', async () => {
    const { read, asked, checks } = world({ '.github/causeway.yml': BROKEN })
    expect((await read()).source).toBe('repository')
    expect(asked).toContain('commit main')
    expect(checks[0]?.headSha).toBe(HEAD)
  })

  it('are told again when they change', async () => {
    const { state, read, told } = world({ '.github/causeway.yml': BROKEN })
    await read()
    state.files = { '.github/causeway.yml': `${BROKEN}zzz: 1\n` }
    await read()
    expect(told).toEqual(['createCheckRun', 'createCheckRun'])
  })

  it('go to one issue when checks are not allowed, and so does their end', async () => {
    const { state, read, told, kept } = world({ '.github/causeway.yml': BROKEN }, { createCheckRun: 403 })
    await read()
    expect(kept()?.problemIssueNumber).toBe(12)
    state.files = { '.github/causeway.yml': `${BROKEN}zzz: 1\n` }
    await read()
    state.files = { '.github/causeway.yml': GOOD }
    expect((await read()).source).toBe('causeway.yml')
    await read()
    expect(told).toEqual(['createIssue', 'createComment', 'createComment'])
    expect(kept()).toMatchObject({ problemIssueNumber: null, problems: [] })
  })

  it('stop nothing when there is no way to tell them', async () => {
    const { read, told, kept } = world({ '.github/causeway.yml': BROKEN }, { createCheckRun: 403, createIssue: 410 })
    expect((await read()).source).toBe('repository')
    expect(told).toEqual([])
    expect(kept()?.problems).toHaveLength(1)
  })

  it('are told later when GitHub asks to wait', async () => {
    const { state, read, told } = world({ '.github/causeway.yml': BROKEN }, { createCheckRun: 'limited' })
    await expect(read()).rejects.toBeInstanceOf(RateLimited)
    state.refused = {}
    await read()
    await read()
    expect(told).toEqual(['createCheckRun'])
  })

  it('are quoted so that nothing in them is markup', async () => {
    const { read, checks } = world({ '.github/causeway.yml': 'version: 1\n"```@octocat <!--": 1\n' })
    await read()
    expect(checks[0]?.summary).toMatch(/\n````text\n.*```@\u200Boctocat <!--.*\n````\n/)
  })
})

describe('isCatalogPath', () => {
  it.each([
    ['.github/causeway.yml', true],
    ['docs/CODEOWNERS', true],
    ['services/a/catalog-info.yaml', true],
    ['services/CODEOWNERS', false],
    ['src/causeway.yml', false],
  ])('%s: %s', (path, expected) => {
    expect(isCatalogPath(path)).toBe(expected)
  })
})
