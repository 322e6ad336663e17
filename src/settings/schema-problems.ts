// What a schema finds wrong, in words for the person who wrote the file: the place, what is there, what to do.
import { z } from 'zod'
import type { CatalogProblem } from '../domain/service.ts'
import type { YamlDocument } from './yaml-document.ts'

type Issue = z.core.$ZodIssue

const MAX_PROBLEMS = 50

/** One problem for each mistake that `schema` finds in the document, in the order of the file. */
export const problemsOf = (schema: z.ZodType, issues: readonly Issue[], document: YamlDocument, file: string): CatalogProblem[] =>
  issues
    .slice(0, MAX_PROBLEMS)
    .flatMap((issue) => explain(schema, issue, document))
    .map(({ place, message }) => ({ path: file, ...place, message, severity: 'error' as const }))
    .sort((a, b) => a.line - b.line || a.column - b.column)
    .slice(0, MAX_PROBLEMS)

type Explained = { place: { line: number; column: number }; message: string }

const explain = (schema: z.ZodType, issue: Issue, document: YamlDocument): Explained[] => {
  if (issue.code === 'unrecognized_keys') {
    const known = keysAt(schema, issue.path)
    // Finding a key's place walks its mapping: a hostile file must not have that done for each of 25,000 keys.
    return issue.keys.slice(0, MAX_PROBLEMS).map((key) => ({
      place: document.placeOfKey([...issue.path, key]),
      message: `Unknown key "${shown(key)}"${issue.path.length > 0 ? ` in ${nameOf(issue.path)}` : ''}.${suggestion(key, known)}`,
    }))
  }
  if (issue.code === 'invalid_key') {
    const why = issue.issues.map(({ message }) => message).join(' ')
    return [{ place: document.placeOfKey(issue.path), message: `"${shown(String(issue.path.at(-1)))}" can't be a name here: ${why}` }]
  }
  return [
    { place: document.placeOf(issue.path), message: `${nameOf(issue.path)} ${sentenceOf(issue, valueAt(document.value, issue.path))}` },
  ]
}

/** `services.checkout.paths[2]`. */
const nameOf = (path: readonly PropertyKey[]): string =>
  path.length === 0
    ? 'The file'
    : path.map((step, i) => (typeof step === 'number' ? `[${step + 1}]` : `${i === 0 ? '' : '.'}${shown(String(step))}`)).join('')

const sentenceOf = (issue: Issue, value: unknown): string => {
  switch (issue.code) {
    case 'invalid_type':
      if (value === undefined) return `is missing: add it as ${FORMS[issue.expected] ?? issue.expected}.`
      return `must be ${FORMS[issue.expected] ?? issue.expected}, not ${kindOf(value)}.`
    case 'invalid_value':
      if (value === undefined) return `is missing: add it as ${issue.values.map(String).join(' or ')}.`
      return `must be ${issue.values.map((allowed) => JSON.stringify(allowed)).join(' or ')}, not ${kindOf(value)}.`
    case 'too_big':
      return `is too ${issue.origin === 'string' ? 'long' : 'large'}: at most ${String(issue.maximum)}${issue.origin === 'string' ? ' characters' : ''}.`
    case 'too_small':
      return `is too ${issue.origin === 'string' ? 'short' : 'small'}: at least ${String(issue.minimum)}.`
    case 'custom':
    case 'invalid_format':
    case 'invalid_key':
    case 'invalid_element':
    case 'invalid_union':
    case 'not_multiple_of':
    case 'unrecognized_keys':
      return issue.message
  }
}

const FORMS: Record<string, string | undefined> = {
  array: 'a list',
  object: 'a mapping (`key: value` lines)',
  record: 'a mapping (`name: …` lines)',
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
}

const kindOf = (value: unknown): string => {
  if (value === null || value === undefined) return 'empty'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'a mapping'
  if (typeof value === 'string') return `"${shown(value)}"`
  return typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint' ? String(value) : 'that'
}

/** Foreign text at a readable length, without characters that would act on whoever prints it. */
const shown = (text: string): string => {
  const harmless = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\uFFFD')
  return harmless.length > 60 ? `${harmless.slice(0, 60)}…` : harmless
}

const valueAt = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (inner, step) => (typeof inner === 'object' && inner !== null ? (inner as Record<PropertyKey, unknown>)[step] : undefined),
    value,
  )

/** The keys that the schema allows at this place. */
const keysAt = (schema: z.ZodType, path: readonly PropertyKey[]): string[] => {
  const inner = unwrapped(schema)
  const [step, ...rest] = path
  if (inner instanceof z.ZodUnion) return (inner.options as z.ZodType[]).flatMap((option) => keysAt(option, path))
  if (inner instanceof z.ZodObject) {
    const shape = inner.shape as Record<string, z.ZodType>
    if (step === undefined) return Object.keys(shape)
    const child = shape[String(step)]
    return child ? keysAt(child, rest) : []
  }
  if (step === undefined) return []
  if (inner instanceof z.ZodRecord) return keysAt(inner.valueType as z.ZodType, rest)
  return inner instanceof z.ZodArray ? keysAt(inner.element as z.ZodType, rest) : []
}

const unwrapped = (schema: z.ZodType): z.ZodType =>
  schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault
    ? unwrapped(schema.unwrap() as z.ZodType)
    : schema

const suggestion = (key: string, known: readonly string[]): string => {
  const [nearest] = known
    .map((candidate) => ({ candidate, distance: distance(key.toLowerCase().replaceAll('-', '_').slice(0, 60), candidate) }))
    .sort((a, b) => a.distance - b.distance)
  if (nearest && nearest.distance <= Math.max(2, Math.floor(nearest.candidate.length / 3))) return ` Did you mean "${nearest.candidate}"?`
  return known.length > 0 ? ` Known here: ${known.join(', ')}.` : ''
}

/** Levenshtein's: letters to insert, delete or replace. */
const distance = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= b.length; j += 1) {
      next[j] = Math.min((next[j - 1] ?? 0) + 1, (row[j] ?? 0) + 1, (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
