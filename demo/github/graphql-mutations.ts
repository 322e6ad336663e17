// What GraphQL changes: GitHub's Revert button, as an App presses it.
import { GraphQLError } from 'graphql'
import type { Asker } from './graphql-scope.ts'
import { scopeOf } from './graphql-shapes.ts'
import { pullRequests } from './pulls.ts'
import { nodeId } from './shapes/account.ts'
import type { PullRequest } from './shapes/pull.ts'
import type { JsonObject, Repository } from './state.ts'
import { revertPullRequest } from './world-code.ts'

export type RevertInput = {
  pullRequestId: string
  title?: string | null
  body?: string | null
  draft?: boolean
  clientMutationId?: string | null
}

function unprocessable(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { type: 'UNPROCESSABLE' } })
}

export function revertNode(asker: Asker, input: RevertInput, isSeen: (repository: Repository) => boolean): JsonObject {
  const { context } = asker
  for (const repository of context.state.repositories.values()) {
    const pull = isSeen(repository) ? pullRequests(repository).find(({ id }) => nodeId('PR', id) === input.pullRequestId) : undefined
    if (pull === undefined) continue
    asker.need('pull_requests', 'write')
    asker.need('contents', 'write')
    if (pull.pull.mergedAt === null) throw unprocessable('Pull request is not merged')
    const scope = scopeOf(asker, repository)
    return {
      clientMutationId: input.clientMutationId ?? null,
      pullRequest: scope.pullNode(pull),
      revertPullRequest: scope.pullNode(reverted(asker, repository, pull, input)),
    }
  }
  const message = `Could not resolve to a node with the global id of '${input.pullRequestId}'.`
  throw new GraphQLError(message, { extensions: { type: 'NOT_FOUND' } })
}

function reverted({ context }: Asker, repository: Repository, pull: PullRequest, input: RevertInput): PullRequest {
  const wish = { by: context.state.app.bot.login, title: input.title, body: input.body, isDraft: input.draft }
  try {
    return revertPullRequest(context, repository, pull.number, wish)
  } catch (error) {
    // Later changes touched the same lines: the button is grey then.
    throw unprocessable(`Pull request #${pull.number} could not be reverted: ${error instanceof Error ? error.message : String(error)}`)
  }
}
