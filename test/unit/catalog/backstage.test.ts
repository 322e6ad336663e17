import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { isOwnCatalogInfo, readBackstage } from '../../../src/catalog/backstage.ts'

const SHOP = { owner: 'acme', name: 'shop', defaultBranch: 'main' }
const fixture = (name: string): string => readFileSync(new URL(`../../fixtures/catalog/${name}`, import.meta.url), 'utf8')
const component = (name: string, more = ''): string => `kind: Component\nmetadata:\n  name: ${name}\n${more}`

describe('readBackstage', () => {
  const { services, problems } = readBackstage(
    new Map([
      ['services/ledger/catalog-info.yaml', fixture('ledger.catalog-info.yaml')],
      ['catalog-info.yaml', fixture('root.catalog-info.yaml')],
    ]),
    SHOP,
  )

  it('reads the components of every document and file, and nothing else', () => {
    expect(problems).toEqual([])
    expect(services.map(({ name }) => name)).toEqual(['storefront', 'checkout', 'ledger'])
  })

  it('takes owner, dependencies, runbooks and the folder of the file', () => {
    expect(services[2]).toEqual({
      name: 'ledger',
      paths: ['services/ledger/**'],
      environments: [],
      owners: ['@acme/payments'],
      dependsOn: ['storefront', 'mailer'],
      runbooks: ['https://runbooks.example.com/ledger'],
    })
  })

  it('takes the folder that the source location names', () => {
    expect(services[1]).toMatchObject({ paths: ['services/check out/**'], owners: ['payments'] })
  })

  it('gives the root’s component every path', () => {
    expect(services[0]).toMatchObject({ paths: [], owners: ['monalisa'] })
  })
})

describe('what is left out', () => {
  const read = (text: string) => readBackstage(new Map([['catalog-info.yaml', text]]), SHOP)

  it('components of another repository', () => {
    expect(read(component('a', '  annotations: { github.com/project-slug: acme/other }')).services).toEqual([])
    expect(
      read(component('a', '  annotations: { backstage.io/source-location: "url:https://github.com/acme/other/tree/main/a/" }')).services,
    ).toEqual([])
    expect(read(component('a', '  annotations: { github.com/project-slug: Acme/Shop }')).services).toHaveLength(1)
  })

  it('components without a usable name, with a warning at its place', () => {
    expect(read('kind: Component\nmetadata:\n  name: "${{ values.name }}"')).toEqual({
      services: [],
      problems: [expect.objectContaining({ line: 3, column: 9, severity: 'warning' })],
    })
  })

  it('a second component of the same name, with a warning', () => {
    const { services, problems } = read(`${component('a')}\n---\n${component('a')}`)
    expect(services).toHaveLength(1)
    expect(problems).toEqual([expect.objectContaining({ line: 8, severity: 'warning' })])
  })

  it('files that are not YAML, with an error', () => {
    expect(read('kind: "Component').problems).toEqual([expect.objectContaining({ path: 'catalog-info.yaml', severity: 'error' })])
  })

  it.each([
    ['services/a/catalog-info.yaml', true],
    ['templates/node/skeleton/catalog-info.yaml', false],
    ['node_modules/x/catalog-info.yaml', false],
  ])('%s is ours: %s', (path, isOurs) => {
    expect(isOwnCatalogInfo(path)).toBe(isOurs)
  })
})
