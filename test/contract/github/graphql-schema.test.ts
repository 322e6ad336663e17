// What is asked of GitHub's GraphQL, and what the fake makes of it, against the schema that GitHub publishes.
import { readFileSync } from 'node:fs'
import { schema as published } from '@octokit/graphql-schema'
import {
  buildSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isSpecifiedScalarType,
  isUnionType,
  parse,
  validate,
  type GraphQLNamedType,
} from 'graphql'
import { describe, expect, it } from 'vitest'
import { ISSUE_CLOSERS_QUERY, linesQuery, MERGED_PULLS_QUERY, STATUSES_QUERY } from '../../../src/github/past-queries.ts'
import {
  CLOSERS_QUERY,
  commitsQuery,
  filesQuery,
  PULL_REQUEST_ID_QUERY,
  PULL_REQUEST_QUERY,
  REVERT_MUTATION,
} from '../../../src/github/queries.ts'

// As published it tells one field twice.
const gitHub = buildSchema(published.idl, { assumeValidSDL: true })
const fake = buildSchema(readFileSync(new URL('../../../demo/github/schema.graphql', import.meta.url), 'utf8'))

const QUERIES = {
  PULL_REQUEST_QUERY,
  PULL_REQUEST_ID_QUERY,
  REVERT_MUTATION,
  CLOSERS_QUERY,
  MERGED_PULLS_QUERY,
  STATUSES_QUERY,
  ISSUE_CLOSERS_QUERY,
  commits: commitsQuery(2),
  files: filesQuery(2),
  lines: linesQuery(2),
}

describe('what is asked of GitHub’s GraphQL', () => {
  it.each(Object.entries(QUERIES))('holds to its schema: %s', (_, query) => {
    expect(validate(gitHub, parse(query)).map(({ message }) => message)).toEqual([])
  })

  it('is seen to be wrong when it is', () => {
    const wrong = PULL_REQUEST_QUERY.replace('$number: Int!', '$number: String!')
    expect(validate(gitHub, parse(wrong))).not.toEqual([])
  })
})

type Member = { type: { toString(): string }; args?: readonly { name: string; type: { toString(): string }; defaultValue?: unknown }[] }

/** Where our type says something that GitHub's does not. */
function differences(ours: GraphQLNamedType, theirs: GraphQLNamedType | undefined): string[] {
  if (theirs === undefined) return [`${ours.name} is no type`]
  if (ours.constructor !== theirs.constructor) return [`${ours.name} is of another kind`]
  if (isEnumType(ours) && isEnumType(theirs)) {
    const values = new Set(theirs.getValues().map(({ name }) => name))
    return ours.getValues().flatMap(({ name }) => (values.has(name) ? [] : [`${ours.name}.${name} is no value`]))
  }
  if (isUnionType(ours) && isUnionType(theirs)) {
    const members = new Set(theirs.getTypes().map(({ name }) => name))
    return ours.getTypes().flatMap(({ name }) => (members.has(name) ? [] : [`${name} is not of ${ours.name}`]))
  }
  if (!(isObjectType(ours) || isInterfaceType(ours) || isInputObjectType(ours))) return []
  const known: Record<string, Member> = (theirs as typeof ours).getFields()
  return Object.entries(ours.getFields() as Record<string, Member>).flatMap(([name, field]) =>
    differentField(`${ours.name}.${name}`, field, known[name]),
  )
}

function differentField(name: string, ours: Member, theirs: Member | undefined): string[] {
  if (theirs === undefined) return [`${name} is no field`]
  if (String(ours.type) !== String(theirs.type)) return [`${name} is ${String(theirs.type)}, not ${String(ours.type)}`]
  const required = (theirs.args ?? []).filter((one) => String(one.type).endsWith('!') && one.defaultValue === undefined)
  const missing = required.filter((one) => !ours.args?.some((other) => other.name === one.name))
  return [
    ...missing.map((one) => `${name} needs ${one.name}`),
    ...(ours.args ?? []).flatMap((one) => {
      const same = theirs.args?.find((other) => other.name === one.name)
      return same && String(same.type) === String(one.type)
        ? []
        : [`${name}(${one.name}) is ${String(same?.type)}, not ${String(one.type)}`]
    }),
  ]
}

describe('the schema of the fake', () => {
  const own = Object.values(fake.getTypeMap()).filter((type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type))

  it.each(own.map((type) => [type.name, type] as const))('is a part of GitHub’s own: %s', (name, type) => {
    expect(differences(type, gitHub.getType(name))).toEqual([])
  })
})
