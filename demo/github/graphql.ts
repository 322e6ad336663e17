// `POST /graphql`: real documents, checked and executed against GitHub's schema as far as graphql-schema.ts tells it.
import { buildSchema, execute, GraphQLError, parse, specifiedRules, validate } from 'graphql'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { measure } from './graphql-limits.ts'
import { revertNode } from './graphql-mutations.ts'
import type { RevertInput } from './graphql-mutations.ts'
import { nodeOf } from './graphql-nodes.ts'
import { repositoryNode } from './graphql-shapes.ts'
import type { Asker } from './graphql-scope.ts'
import type { Auth, Context } from './http.ts'
import { Refusal } from './http.ts'
import { time } from './shapes/account.ts'
import { installationOf, repositoryNamed } from './state.ts'
import type { JsonObject, Repository } from './state.ts'

type Rate = { limit: number; used: number; resetAt: Date }
type InstallationAuth = Extract<Auth, { kind: 'installation' }>
export type GraphQL = {
  /** GitHub answers 200 whatever happened inside; what its schema refuses is a violation too. */
  answer(context: Context, auth: InstallationAuth, body: unknown): JsonObject
}

const PART_OF_LIFE: unknown[] = ['NOT_FOUND', 'FORBIDDEN', 'UNPROCESSABLE']

/** GitHub puts its error type beside the message instead of into extensions. */
function formatted(error: GraphQLError): JsonObject {
  const { message, locations, path } = error.toJSON()
  const { type } = error.extensions
  return {
    ...(typeof type === 'string' ? { type } : {}),
    ...(path === undefined ? {} : { path }),
    ...(locations === undefined ? {} : { locations }),
    message,
  }
}

export function createGraphQL(rate: Rate, violations: string[]): GraphQL {
  const schema = buildSchema(readFileSync(join(import.meta.dirname, 'schema.graphql'), 'utf8'))

  function root(context: Context, auth: InstallationAuth, cost: { nodes: number; cost: number }): JsonObject {
    const asker: Asker = {
      context,
      need(permission, level = 'read') {
        const held = auth.permissions[permission]
        if (held !== undefined && (level === 'read' || held !== 'read')) return
        throw new GraphQLError('Resource not accessible by integration', { extensions: { type: 'FORBIDDEN' } })
      },
    }
    const isSeen = (repository: Repository): boolean =>
      !repository.isPrivate ||
      (installationOf(context.state, repository)?.id === auth.installation.id && (auth.repositoryIds?.has(repository.id) ?? true))
    return {
      rateLimit: () => ({
        cost: cost.cost,
        nodeCount: cost.nodes,
        limit: rate.limit,
        used: rate.used,
        remaining: Math.max(0, rate.limit - rate.used),
        resetAt: time(rate.resetAt),
      }),
      node: () => {
        throw new GraphQLError('The fake has no node(id:): ask by owner and name.')
      },
      nodes: ({ ids }: { ids: string[] }) => {
        if (ids.length > 100) throw new GraphQLError('You may not provide more than 100 node ids; you provided ' + String(ids.length) + '.')
        return ids.map((id) => nodeOf(asker, id, isSeen))
      },
      revertPullRequest: ({ input }: { input: RevertInput }) => revertNode(asker, input, isSeen),
      repository: ({ owner, name, followRenames }: { owner: string; name: string; followRenames: boolean }) => {
        const { state } = context
        const former = followRenames ? state.repositories.get(state.formerNames.get(`${owner}/${name}`.toLowerCase()) ?? -1) : undefined
        const repository = repositoryNamed(state, owner, name) ?? former
        if (repository !== undefined && isSeen(repository)) return repositoryNode(asker, repository)
        throw new GraphQLError(`Could not resolve to a Repository with the name '${owner}/${name}'.`, { extensions: { type: 'NOT_FOUND' } })
      },
    }
  }

  return {
    answer(context, auth, body) {
      const { query, variables = {}, operationName } = (body ?? {}) as { query?: unknown; variables?: JsonObject; operationName?: string }
      if (typeof query !== 'string') throw new Refusal(400, 'A query attribute must be specified and must be a string.')
      try {
        const document = parse(query)
        const errors = validate(schema, document, specifiedRules)
        if (errors.length > 0) {
          violations.push(...errors.map((error) => `POST /graphql request: ${error.message}`))
          return { errors: errors.map(formatted) }
        }
        const cost = measure(document, variables)
        rate.used += cost.cost - 1
        const result = execute({ schema, document, rootValue: root(context, auth, cost), variableValues: variables, operationName })
        if (result instanceof Promise) throw new Error('A resolver of the fake answered later: none may.')
        // What is absent or forbidden is part of life; anything else is a query that GitHub would refuse.
        const refused = (result.errors ?? []).filter(({ extensions: { type } }) => !PART_OF_LIFE.includes(type))
        violations.push(...refused.map((error) => `POST /graphql request: ${error.message}`))
        return {
          ...(result.data === undefined ? {} : { data: result.data }),
          ...(result.errors === undefined ? {} : { errors: result.errors.map(formatted) }),
        }
      } catch (error) {
        if (!(error instanceof GraphQLError)) throw error
        violations.push(`POST /graphql request: ${error.message}`)
        return { errors: [formatted(error)] }
      }
    },
  }
}
