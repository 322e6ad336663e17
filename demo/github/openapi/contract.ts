// GitHub's own description of its API, asked about single requests and answers.
import { Ajv } from 'ajv'
import type { ValidateFunction } from 'ajv'
import addFormats from 'ajv-formats'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

type Schema = { [keyword: string]: unknown }
type Parameter = { name: string; in: string; required?: boolean; schema?: { type?: string; items?: { type?: string } } }
type Body = { required?: boolean; content?: { [type: string]: { schema?: Schema } } }
type Operation = {
  parameters?: (Parameter | { $ref: string })[]
  requestBody?: Body
  responses: { [status: string]: Body | { $ref: string } }
}
type Slice = {
  source: string
  paths: { [path: string]: { [method: string]: Operation } }
  components: { [kind: string]: { [name: string]: unknown } }
}

type Matched = { operation: string; params: { [name: string]: string } }
export type Contract = {
  /** The operation that a method and path (still percent-encoded) belong to. */
  match(method: string, path: string): Matched | null
  /** One sentence for each thing that GitHub's description doesn't allow. */
  checkRequest(matched: Matched, query: URLSearchParams, body: unknown): string[]
  checkResponse(operation: string, status: number, body: unknown): string[]
}

/** Path parameters that hold slashes: GitHub marks them in prose only. */
const MULTI_SEGMENT = new Set(['path', 'basehead', 'ref', 'tree_sha', 'name'])

function compileRoute(operation: string) {
  const [method = '', path = ''] = operation.split(' ')
  const names: string[] = []
  const source = path.replaceAll(/\/\{(\w+)\}/g, (_, name: string) => {
    names.push(name)
    // The root directory has an empty path, and clients drop the slash before it.
    if (name === 'path') return '(?:/(.*))?'
    return MULTI_SEGMENT.has(name) ? '/(.+)' : '/([^/]+)'
  })
  return { operation, method, names, pattern: new RegExp(`^${source}$`) }
}

function escapePointer(part: string): string {
  return encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))
}

/** Loads the checked-in slice; schemas are compiled when first needed, so that a start costs little. */
export function loadContract(): Contract {
  const slice = JSON.parse(readFileSync(join(import.meta.dirname, 'slice.json'), 'utf8')) as Slice
  const ajv = new Ajv({ strict: false, allErrors: true })
  addFormats.default(ajv)
  // GitHub's own default for some addresses is the empty text.
  ajv.addFormat('repo.nwo', /^[^/\s]+\/[^/\s]+$/)
  ajv.addFormat('uri', (value) => value === '' || URL.canParse(value))
  ajv.addSchema(slice, 'github')

  const operations = Object.entries(slice.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  )
  // Literal segments win over parameters: `issues/comments` before `issues/{issue_number}`.
  const routes = operations.map(compileRoute).toSorted((a, b) => a.names.length - b.names.length || b.operation.length - a.operation.length)

  function resolved<T>(value: T | { $ref: string }): { value: T; pointer: string | null } {
    if (typeof value !== 'object' || value === null || !('$ref' in value)) return { value: value, pointer: null }
    const [, , kind = '', name = ''] = value.$ref.split('/')
    return { value: slice.components[kind]?.[name] as T, pointer: `/components/${escapePointer(kind)}/${escapePointer(name)}` }
  }

  function locate(operation: string): { pointer: string; description: Operation } {
    const [method = '', path = ''] = operation.split(' ')
    const description = slice.paths[path]?.[method.toLowerCase()]
    if (description === undefined) throw new Error(`${operation} is not in the slice: add it to operations.ts and run make-slice.ts.`)
    return { pointer: `/paths/${escapePointer(path)}/${method.toLowerCase()}`, description }
  }

  function validator(pointer: string): ValidateFunction | undefined {
    return ajv.getSchema(`github#${pointer}`)
  }

  function complaints(pointer: string, value: unknown, where: string): string[] {
    const validate = validator(pointer)
    if (validate === undefined) return [`${where}: no schema at ${pointer}`]
    if (validate(value)) return []
    return (validate.errors ?? []).map((error) => `${where}${error.instancePath} ${error.message} ${JSON.stringify(error.params)}`)
  }

  function parameterComplaints(parameter: Parameter, raw: string | null): string[] {
    const where = `${parameter.in} parameter ${parameter.name}`
    if (raw === null) return parameter.required === true ? [`${where} is missing`] : []
    const type = parameter.schema?.type
    let value: unknown = raw
    if (type === 'integer' || type === 'number') value = /^-?\d+$/.test(raw) ? Number(raw) : raw
    else if (type === 'boolean') value = raw === 'true' ? true : raw === 'false' ? false : raw
    const validate = ajv.compile(parameter.schema ?? {})
    return validate(value) ? [] : (validate.errors ?? []).map((error) => `${where} ${error.message}: ${raw}`)
  }

  /** GitHub ignores unknown keys of a body without a word; for us each is a misspelling. */
  function unknownKeys(schema: Schema | undefined, body: unknown): string[] {
    const known = schema?.properties
    const isOpen = schema?.oneOf !== undefined || schema?.anyOf !== undefined || schema?.additionalProperties === true
    if (typeof known !== 'object' || known === null || isOpen || typeof body !== 'object' || body === null) return []
    return Object.keys(body).flatMap((key) => (key in known ? [] : [`body has an unknown key "${key}"`]))
  }

  return {
    match(method, path) {
      for (const route of routes) {
        const found = route.method === method ? route.pattern.exec(path) : null
        if (found === null) continue
        const params: { [name: string]: string } = {}
        for (const [index, name] of route.names.entries()) params[name] = decodeURIComponent(found[index + 1] ?? '')
        return { operation: route.operation, params }
      }
      return null
    },
    checkRequest({ operation, params }, query, body) {
      const { pointer, description } = locate(operation)
      const parameters = (description.parameters ?? []).map((parameter) => resolved<Parameter>(parameter).value)
      const found = parameters.flatMap((parameter) =>
        parameterComplaints(parameter, parameter.in === 'path' ? (params[parameter.name] ?? null) : query.get(parameter.name)),
      )
      const named = new Set(parameters.filter((parameter) => parameter.in === 'query').map((parameter) => parameter.name))
      for (const key of new Set(query.keys())) if (!named.has(key)) found.push(`query parameter ${key} is not known here`)
      const content = description.requestBody?.content?.['application/json']
      if (body === undefined || body === null) {
        if (description.requestBody?.required === true) found.push('body is missing')
      } else if (content === undefined) {
        if (typeof body === 'object' && Object.keys(body).length > 0) found.push('body is not expected here')
      } else {
        found.push(
          ...complaints(`${pointer}/requestBody/content/application~1json/schema`, body, 'body'),
          ...unknownKeys(content.schema, body),
        )
      }
      return found
    },
    checkResponse(operation, status, body) {
      const { pointer, description } = locate(operation)
      const declared = description.responses[String(status)]
      if (declared === undefined) {
        // Redirects, 401, 403 and 5xx may come from anywhere at GitHub and are seldom listed.
        if (status < 300) return [`status ${status} is not one of ${Object.keys(description.responses).join(', ')}`]
        return complaints('/components/schemas/basic-error', body, 'answer')
      }
      const { value: response, pointer: shared } = resolved<Body>(declared)
      if (response.content?.['application/json']?.schema === undefined) {
        return body === null || body === undefined ? [] : ['answer has a body, and none is described']
      }
      return complaints(`${shared ?? `${pointer}/responses/${status}`}/content/application~1json/schema`, body, 'answer')
    },
  }
}
