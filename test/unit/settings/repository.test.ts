import { readFileSync } from 'node:fs'
import { Ajv } from 'ajv'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { repositoryFileJsonSchema } from '../../../src/settings/repository-file.ts'
import { readRepositoryFile, settingsOf } from '../../../src/settings/repository.ts'

const FILE = '.github/causeway.yml'
const read = (text: string) => readRepositoryFile(text, FILE)

const problemsIn = (text: string): string[] => {
  const result = read(text)
  return result.isValid ? [] : result.problems.map(({ line, column, message }) => `${line}:${column} ${message}`)
}

describe('a whole file', () => {
  const result = read(readFileSync(new URL('../../fixtures/catalog/causeway.yml', import.meta.url), 'utf8'))

  it('gives the services', () => {
    expect(result.isValid && result.services).toEqual([
      {
        name: 'checkout',
        paths: ['services/checkout/**', 'libs/money/**'],
        environments: [{ name: 'production', patterns: ['production', 'prod-*'] }],
        owners: ['@acme/payments'],
        dependsOn: ['ledger', 'acme/identity:login'],
        runbooks: ['https://runbooks.example.com/checkout', 'docs/runbooks/checkout.md'],
      },
      { name: 'ledger', paths: ['services/ledger/**'], environments: [], owners: [], dependsOn: [], runbooks: [] },
    ])
  })

  it('gives the settings', () => {
    expect(result.isValid && settingsOf(result.stated)).toEqual({
      deployments: {
        from: { kind: 'workflow_run', workflow: 'deploy.yml' },
        mapping: [{ service: 'ledger', environment: 'ledger-*' }],
        branches: ['release/*'],
      },
      incidents: { labels: ['incident', 'sev1'], lookbackMs: 36 * 3_600_000, severities: [1, 2, 3], bots: ['hubot[bot]'] },
      pullRequests: { riskCheck: false, comments: 'probable' },
      shareWith: ['acme/storefront'],
    })
  })
})

describe('defaults', () => {
  it('need nothing but the version', () => {
    const result = read('version: 1')
    expect(result).toEqual({ isValid: true, stated: {}, services: null })
    expect(settingsOf()).toEqual({
      deployments: { from: { kind: 'deployments' }, mapping: [], branches: [] },
      incidents: { labels: ['incident'], lookbackMs: 14 * 86_400_000, severities: [1, 2, 3, 4], bots: [] },
      pullRequests: { riskCheck: true, comments: 'confirmed' },
      shareWith: [],
    })
  })

  it('come from the organisation key by key, except whom to share with', () => {
    const settings = settingsOf(
      { incidents: { labels: ['outage'] }, share_with: ['acme/a'] },
      { incidents: { labels: ['incident'], lookback: '7d' }, pull_requests: { comments: 'never' }, share_with: ['acme/b'] },
    )
    expect(settings.incidents).toMatchObject({ labels: ['outage'], lookbackMs: 7 * 86_400_000 })
    expect(settings.pullRequests).toEqual({ riskCheck: true, comments: 'never' })
    expect(settings.shareWith).toEqual(['acme/a'])
  })

  it('take a service without any key', () => {
    const result = read('version: 1\nservices:\n  checkout:\n')
    expect(result.isValid && result.services?.map(({ name }) => name)).toEqual(['checkout'])
  })
})

describe('mistakes', () => {
  const cases: [string, string][] = [
    ['', '1:1 The file is empty: write `version: 1`, or delete the file.'],
    ['services: {}', '1:1 version is missing: add it as 1.'],
    ['version: 2', '1:10 version must be 1, not 2.'],
    ['version: 1\nservises:\n  a: {}', '2:1 Unknown key "servises". Did you mean "services"?'],
    ['version: 1\npull-requests: {}', '2:1 Unknown key "pull-requests". Did you mean "pull_requests"?'],
    ['version: 1\nservices:\n  shop:\n    dependsOn: []', '4:5 Unknown key "dependsOn" in services.shop. Did you mean "depends_on"?'],
    [
      'version: 1\nzzz: 1',
      '2:1 Unknown key "zzz". Known here: version, services, deployments, incidents, postmortems, pull_requests, share_with.',
    ],
    ['version: 1\nservices:\n  shop:\n    paths: src/**', '4:12 services.shop.paths must be a list, not "src/**".'],
    ['version: 1\nservices:\n  shop:\n    paths: [a, 3]', '4:16 services.shop.paths[2] must be text, not 3.'],
    [
      'version: 1\nservices:\n  _: {}',
      '3:3 "_" can\'t be a name here: use letters, digits, spaces, `.`, `_` and `-`, at most 80, beginning with a letter or digit.',
    ],
    ['version: 1\nincidents:\n  lookback: 14', '3:13 incidents.lookback must be text, not 14.'],
    ['version: 1\nincidents:\n  lookback: 400d', '3:13 incidents.lookback must be between 1h and 90d.'],
    [
      'version: 1\npull_requests:\n  comments: always',
      '3:13 pull_requests.comments must be "never" or "confirmed" or "probable", not "always".',
    ],
    [
      'version: 1\ndeployments:\n  from: jenkins',
      '3:9 deployments.from must be deployments, releases, api, or `workflow_run: { workflow: deploy.yml }`.',
    ],
    [
      'version: 1\ndeployments:\n  mapping:\n    - service: a',
      '4:7 deployments.mapping[1] needs at least one of environment, task and workflow.',
    ],
    ['version: 1\nshare_with: [storefront]', '2:14 share_with[1] must be written as owner/repository.'],
    ['version: 1\nversion: 1', '2:1 "version" is written twice: keep one of them.'],
    ['- version: 1', '1:1 The file must be a mapping (`key: value` lines), not a list.'],
    ['version: 1\n---\nversion: 1', '3:1 The file holds more than one YAML document: keep one, without a `---` line in it.'],
  ]
  it.each(cases)('%j', (text, expected) => {
    expect(problemsIn(text)).toContain(expected)
  })

  it('says where YAML itself is broken', () => {
    expect(problemsIn('version: 1\nservices:\n  a: "open')).toEqual([
      expect.stringMatching(/^3:\d+ This is not valid YAML: Missing closing "quote/),
    ])
  })

  it('names all of them, in the order of the file', () => {
    expect(problemsIn('version: 2\nservises: 1\nincidents:\n  lable: x').map((problem) => problem.split(' ')[0])).toEqual([
      '1:10',
      '2:1',
      '4:3',
    ])
  })

  it('shows foreign keys without the characters that would act on the reader', () => {
    expect(problemsIn('version: 1\n"a\\u202Eb\\u0007": 1')[0]).toContain('"a\uFFFDb\uFFFD"')
  })
})

describe('hostile files', () => {
  it.each([']', '}', 'a: ]\n', '- }\n'])('made of %j are refused at once', (unit) => {
    const startedAt = performance.now()
    expect(readRepositoryFile(unit.repeat(Math.floor(131_000 / unit.length)), 'causeway.yml').isValid).toBe(false)
    expect(performance.now() - startedAt).toBeLessThan(500)
  })

  const timed = (text: string): string[] => {
    const startedAt = performance.now()
    const problems = problemsIn(text)
    expect(performance.now() - startedAt).toBeLessThan(15_000)
    return problems
  }
  const bomb = [
    'a: &a [x,x,x,x,x,x,x,x,x]',
    ...'bcdefgh'.split('').map((name, i) => `${name}: &${name} [${`*${'abcdefgh'[i]},`.repeat(9)}]`),
  ].join('\n')
  const cases: [string, string][] = [
    ['too large', `version: 1 # ${'x'.repeat(300 * 1024)}`],
    ['nested brackets', `a: ${'['.repeat(5000)}`],
    ['nested dashes', '- '.repeat(5000)],
    ['nested by indentation', Array.from({ length: 500 }, (_, i) => `${' '.repeat(i)}a:`).join('\n')],
    ['aliases of aliases', bomb],
    ['many aliases', `a: &a x\nb: [${'*a,'.repeat(1000)}]`],
    ['an alias to itself', 'version: &a [*a]'],
    ['many keys', Array.from({ length: 25_000 }, (_, i) => `k${i}: 1`).join('\n')],
    ['many services', `version: 1\nservices:\n${Array.from({ length: 2001 }, (_, i) => `  s${i}: {}`).join('\n')}`],
    ['a key named like a prototype', 'version: 1\n__proto__: {a: 1}\nconstructor: 1'],
    ['many broken lines', '"\n'.repeat(20_000)],
    ['many anchors', Array.from({ length: 10_000 }, (_, i) => `k${i}: &a${i} 1`).join('\n')],
  ]
  it.each(cases)('%s is refused within seconds', (_, text) => {
    expect(timed(text).length).toBeGreaterThan(0)
  })

  const line = fc.oneof(
    fc.constantFrom(
      'version: 1',
      'services:',
      '  checkout:',
      '    paths: ["a/**"]',
      '- x',
      '  - y',
      '---',
      '...',
      '&a',
      '*a',
      '<<: *a',
      '? [a]',
      ': b',
    ),
    fc.constantFrom('incidents: {labels: [a]}', '!!binary x', '!tag {a: b}', '"\\u0000"', '%YAML 1.1', '\t', '|', '>-', '  text', '#'),
    fc.string({ unit: 'binary', maxLength: 30 }),
  )
  it('never throws, and every problem has a place', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
        const result = read(lines.join('\n'))
        if (result.isValid) return
        expect(result.problems.length).toBeGreaterThan(0)
        for (const { line: at, column, message, path } of result.problems) {
          expect(at).toBeGreaterThanOrEqual(1)
          expect(column).toBeGreaterThanOrEqual(1)
          expect(message).not.toBe('')
          expect(path).toBe(FILE)
        }
      }),
      { numRuns: 3000 },
    )
  })
})

describe('what follows an incident', () => {
  const postmortems = (text: string) => {
    const result = read(`version: 1\npostmortems: ${text}`)
    return result.isValid ? settingsOf(result.stated).postmortems : null
  }

  it('is read with its folder, label and usual day, or switched off', () => {
    expect(postmortems('{ as: pull-request, folder: docs/notes/, follow_ups: { due: 2w, label: todo } }')).toEqual({
      as: 'pull-request',
      folder: 'docs/notes',
      followUps: { dueMs: 14 * 86_400_000, label: 'todo' },
    })
    expect(postmortems('{ follow_ups: false }')).toEqual({ followUps: false })
    const rollback = read('version: 1\nincidents: { rollback: pull-request }')
    expect(rollback.isValid && settingsOf(rollback.stated).incidents.rollback).toBe('pull-request')
  })

  it.each(['../docs', '/docs', 'docs/../..', './docs', 'docs\\\\notes', '""'])(
    'may not be written outside of the repository: %s',
    (folder) => {
      expect(postmortems(`{ folder: ${folder} }`)).toBeNull()
    },
  )
})

describe('the published JSON Schema', () => {
  it('is the one that this version of the code makes (`npx vitest run -u` of this file writes it)', async () => {
    await expect(repositoryFileJsonSchema()).toMatchFileSnapshot('../../../schema/causeway.schema.json')
  })

  it('accepts the fixture and names the keys that an editor offers', () => {
    const schema = JSON.parse(repositoryFileJsonSchema()) as { properties: object; additionalProperties: boolean; required: string[] }
    expect(Object.keys(schema.properties)).toEqual([
      'version',
      'services',
      'deployments',
      'incidents',
      'postmortems',
      'pull_requests',
      'share_with',
    ])
    expect(schema.additionalProperties).toBe(false)
    expect(schema.required).toEqual(['version'])
    const accepts = new Ajv({ strict: false, unicodeRegExp: true }).compile(schema)
    expect(accepts(parse(readFileSync(new URL('../../fixtures/catalog/causeway.yml', import.meta.url), 'utf8')))).toBe(true)
    expect(accepts({ version: 1, servises: {} })).toBe(false)
  })
})
