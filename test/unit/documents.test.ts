// What the documents promise of files, commands and settings is there, and is as they say.
import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import { describe, expect, it } from 'vitest'
import { readSettings } from '../../src/settings/environment.ts'

const root = new URL('../../', import.meta.url)
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8')
const isThere = (path: string): boolean =>
  path.includes('*') ? globSync(path, { cwd: root.pathname }).length > 0 : existsSync(new URL(path, root))
const documents = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', ...globSync('docs/**/*.md', { cwd: root.pathname })]

describe('the documents', () => {
  it.each(documents)('%s names files that are there', (document) => {
    const text = read(document)
    const named = [...text.matchAll(/`((?:src|test|bench|deploy|demo|check)\/[\w./*-]+\.\w+)`/g)].map(([, path]) => path ?? '')
    const linked = [...text.matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map(
      ([, path]) => new URL(path ?? '', new URL(document, root)).pathname,
    )
    expect(named.filter((path) => !isThere(path))).toEqual([])
    expect(linked.filter((path) => !existsSync(path))).toEqual([])
  })

  it('name scripts of package.json and commands of the command line', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
    const commands = readdirSync(new URL('src/cli/', root))
      .flatMap((file) => [...read(`src/cli/${file}`).matchAll(/\.command\('([\w-]+)/g)])
      .map(([, name]) => name)
    const text = documents.map(read).join('\n')
    const ran = [...text.matchAll(/npm run (?:-s )?([a-z][\w:-]*)/g)].map(([, name]) => name ?? '')
    const called = [...text.matchAll(/(?:`|-- |^)causeway ([a-z][\w-]*)/gm)].map(([, name]) => name ?? '')
    expect(ran.filter((name) => !(name in scripts))).toEqual([])
    expect(called.filter((name) => !commands.includes(name))).toEqual([])
    expect(called.length).toBeGreaterThan(10)
  })

  it('name for each threat the test that shows what stops it', () => {
    const rows = read('docs/threat-model.md').match(/^\| (?!Through|---).*\|$/gm) ?? []
    expect(rows.length).toBeGreaterThan(20)
    expect(rows.filter((row) => !/`test\/[^`]+`[^|]*\|$/.test(row))).toEqual([])
  })
})

describe('the release', () => {
  const workflow = read('.github/workflows/release.yml')

  it('runs no action but by its commit', () => {
    const uses = [...workflow.matchAll(/uses: (\S+)/g)].map(([, action]) => action ?? '')
    expect(uses.length).toBeGreaterThan(3)
    expect(uses.filter((action) => !/@[0-9a-f]{40}$/.test(action))).toEqual([])
  })

  it('audits what is shipped, lists what is in it and signs where it comes from', () => {
    expect(workflow).toMatch(/^permissions: \{\}$/m)
    for (const step of ['npm audit --omit dev', 'npm sbom', '--sbom true', '--provenance mode=max']) expect(workflow).toContain(step)
    expect(workflow.match(/attest-build-provenance@/g)).toHaveLength(2)
    expect(read('.npmrc')).toMatch(/^ignore-scripts ?= ?true$/m)
  })
})

describe('the settings', () => {
  const commented = read('.env.example').replaceAll(/^#(?=[A-Z_]+=)/gm, '')
  const example = parseEnv(commented)

  it('are all in .env.example', () => {
    const source = read('src/settings/environment.ts')
    const known = [...source.matchAll(/^ {2}([A-Z][A-Z_]+): /gm)].map(([, name]) => name)
    expect(known.length).toBeGreaterThan(20)
    // compose.yaml reads this one.
    expect(Object.keys(example).toSorted()).toEqual([...known, 'POSTGRES_PASSWORD'].toSorted())
  })

  it('have the defaults that .env.example and docs/operations.md tell', () => {
    const { CAUSEWAY_DATABASE_URL: _url, CAUSEWAY_PUBLIC_URL: _public, GHE_HOST: _host, GITHUB_API_URL: _api, ...defaults } = example
    const { PRIVATE_KEY_PATH: _path, ...stated } = defaults
    expect(readSettings(stated)).toEqual(readSettings({}))
    const kept = [...read('docs/operations.md').matchAll(/\| (?:(\d+) days|for ever) \| `(CAUSEWAY_KEEP_\w+)`/g)]
    expect(kept).toHaveLength(4)
    for (const [, days = '0', name = ''] of kept) expect(example[name]).toBe(days)
  })
})
