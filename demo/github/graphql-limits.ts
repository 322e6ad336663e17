import { GraphQLError, Kind } from 'graphql'
import type { DocumentNode, FragmentDefinitionNode, SelectionNode } from 'graphql'
import type { JsonObject } from './state.ts'

/** GitHub refuses a query that could return more. */
const MAX_NODES = 500_000

/**
 * How many nodes a query could return at most and how many requests it stands for, as GitHub counts them: each
 * connection multiplies what is inside it. Throws like GitHub when it is too much.
 */
export function measure(document: DocumentNode, variables: JsonObject): { nodes: number; cost: number } {
  const fragments = new Map<string, FragmentDefinitionNode>()
  for (const part of document.definitions) if (part.kind === Kind.FRAGMENT_DEFINITION) fragments.set(part.name.value, part)
  let nodes = 0
  let connections = 0
  const walk = (selections: readonly SelectionNode[], times: number): void => {
    for (const selection of selections) {
      if (selection.kind === Kind.FRAGMENT_SPREAD) walk(fragments.get(selection.name.value)?.selectionSet.selections ?? [], times)
      else if (selection.kind === Kind.INLINE_FRAGMENT) walk(selection.selectionSet.selections, times)
      else {
        const limit = selection.arguments?.find(({ name }) => name.value === 'first' || name.value === 'last')?.value
        const given = limit?.kind === Kind.INT ? limit.value : limit?.kind === Kind.VARIABLE ? variables[limit.name.value] : undefined
        const size = Number(given ?? 0)
        if (limit !== undefined) {
          nodes += times * size
          connections += times
        }
        walk(selection.selectionSet?.selections ?? [], limit === undefined ? times : times * size)
      }
    }
  }
  for (const part of document.definitions) if (part.kind === Kind.OPERATION_DEFINITION) walk(part.selectionSet.selections, 1)
  if (nodes > MAX_NODES) {
    const message = `This query requests up to ${nodes} possible nodes which exceeds the maximum limit of ${MAX_NODES}.`
    throw new GraphQLError(message, { extensions: { type: 'MAX_NODE_LIMIT_EXCEEDED' } })
  }
  return { nodes, cost: Math.max(1, Math.round(connections / 100)) }
}

export type ConnectionArguments = { first?: number | null; last?: number | null; after?: string | null; before?: string | null }

/** One window of a list, refused like GitHub without `first` or `last` from 1 to 100. */
export function connection<T, N>(name: string, args: ConnectionArguments, items: readonly T[], toNode: (item: T) => N) {
  const size = args.first ?? args.last
  if (size === undefined || size === null) {
    const message = `You must provide a \`first\` or \`last\` value to properly paginate the \`${name}\` connection.`
    throw new GraphQLError(message, { extensions: { type: 'MISSING_PAGINATION_BOUNDARIES' } })
  }
  if (size < 1 || size > 100) {
    const message = `Requesting ${size} records on the \`${name}\` connection exceeds the \`first\` limit of 100 records.`
    throw new GraphQLError(message, { extensions: { type: 'EXCESSIVE_PAGINATION' } })
  }
  const position = (cursor: string) => Number(Buffer.from(cursor, 'base64').toString('utf8').replace('cursor:', ''))
  const low = typeof args.after === 'string' ? position(args.after) : 0
  const high = typeof args.before === 'string' ? position(args.before) - 1 : items.length
  const start = typeof args.first === 'number' ? low : Math.max(low, high - size)
  const end = typeof args.first === 'number' ? Math.min(high, low + size) : high
  const cursor = (index: number) => (end > start ? Buffer.from(`cursor:${index}`).toString('base64') : null)
  return {
    totalCount: items.length,
    nodes: () => items.slice(start, end).map(toNode),
    pageInfo: { startCursor: cursor(start + 1), endCursor: cursor(end), hasNextPage: end < items.length, hasPreviousPage: start > 0 },
  }
}
