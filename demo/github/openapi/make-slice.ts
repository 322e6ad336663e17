// Cuts the endpoints we use out of GitHub's published OpenAPI description, so that the fake can be checked against it.
//   cd "$(mktemp -d)" && npm pack @octokit/openapi@23.0.2 && tar xzf octokit-openapi-*.tgz
//   npx node demo/github/openapi/make-slice.ts <that directory>/package
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { SLICED_OPERATIONS } from './operations.ts'

type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
type JsonObject = { [key: string]: Json }

const PROSE = new Set([
  'description',
  'summary',
  'example',
  'examples',
  'externalDocs',
  'x-github',
  'x-multi-segment',
  'title',
  'tags',
  'links',
])

function requires(schema: Json, property: string): boolean {
  const required = schema !== null && typeof schema === 'object' && !Array.isArray(schema) ? schema.required : []
  return Array.isArray(required) && required.includes(property)
}

/**
 * Drops prose and examples. `isMap` is true for objects whose keys are names chosen by GitHub (a property may be
 * called `description`), where only the values are looked into.
 */
function withoutProse(value: Json, isMap = false): Json {
  if (Array.isArray(value)) return value.map((item) => withoutProse(item))
  if (value === null || typeof value !== 'object') return value
  const kept: JsonObject = {}
  for (const [key, child] of Object.entries(value)) {
    if (!isMap && PROSE.has(key)) continue
    const holdsNames = !isMap && (key === 'properties' || key === 'patternProperties' || key === 'responses' || key === 'content')
    kept[key] = key === 'enum' || key === 'default' || key === 'required' ? child : withoutProse(child, holdsNames)
  }
  if (isMap) return kept
  // GitHub's own slip: the account of a listed installation can't be a user and an enterprise at once.
  if (Array.isArray(kept.allOf) && kept.allOf.length === 2 && kept.allOf.every((part) => requires(part, 'html_url'))) {
    kept.anyOf = kept.allOf
    delete kept.allOf
  }
  if (kept.nullable === true && Array.isArray(kept.enum) && !kept.enum.includes(null)) kept.enum = [...kept.enum, null]
  // ajv refuses `nullable` without a type; GitHub writes it beside allOf, anyOf and $ref.
  if (kept.nullable === true && typeof kept.type !== 'string') {
    delete kept.nullable
    return { anyOf: [{ type: 'null' }, kept] }
  }
  return kept
}

function referencesIn(value: Json, found: Set<string>): void {
  if (Array.isArray(value)) for (const item of value) referencesIn(item, found)
  else if (value !== null && typeof value === 'object') {
    if (typeof value.$ref === 'string') found.add(value.$ref)
    for (const child of Object.values(value)) referencesIn(child, found)
  }
}

function at(root: Json, pointer: string): Json {
  let here: Json | undefined = root
  for (const part of pointer.replace(/^#\//, '').split('/')) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~')
    here = here !== null && typeof here === 'object' && !Array.isArray(here) ? here[key] : undefined
    if (here === undefined) throw new Error(`The description has no ${pointer}: is it the right version?`)
  }
  return here
}

/** A slice of the description: only these operations, and every component they reach. */
function slice(description: Json, version: string): Json {
  const paths: { [path: string]: JsonObject } = {}
  for (const operation of SLICED_OPERATIONS) {
    const [method = '', path = ''] = operation.split(' ')
    const pointer = `#/paths/${path.replaceAll('~', '~0').replaceAll('/', '~1')}/${method.toLowerCase()}`
    paths[path] ??= {}
    paths[path][method.toLowerCase()] = withoutProse(at(description, pointer))
  }
  const components: { [kind: string]: JsonObject } = {}
  const waiting = new Set<string>()
  referencesIn(paths, waiting)
  // A Set grows while it is iterated, so this reaches what is reached in turn.
  for (const reference of waiting) {
    const [, , kind = '', name = ''] = reference.split('/')
    if (kind === 'examples') continue
    const component = withoutProse(at(description, reference))
    components[kind] ??= {}
    components[kind][name] = component
    referencesIn(component, waiting)
  }
  return { source: `@octokit/openapi ${version}, api.github.com`, paths, components }
}

const directory = process.argv[2]
if (directory === undefined) throw new Error('Say where @octokit/openapi is unpacked: make-slice.ts <directory>')
const { version } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as { version: string }
const description = JSON.parse(readFileSync(join(directory, 'generated/api.github.com.json'), 'utf8')) as Json
const target = join(import.meta.dirname, 'slice.json')
writeFileSync(target, `${JSON.stringify(slice(description, version))}\n`)
