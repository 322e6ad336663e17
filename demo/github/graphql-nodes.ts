// What `nodes(ids:)` finds: issues and deployments, by the node ids that REST gives.
import { GraphQLError } from 'graphql'
import { connection } from './graphql-limits.ts'
import type { ConnectionArguments } from './graphql-limits.ts'
import { actorNode } from './graphql-scope.ts'
import type { Asker } from './graphql-scope.ts'
import { issueNode, repositoryNode, scopeOf } from './graphql-shapes.ts'
import { nodeId, time } from './shapes/account.ts'
import type { Deployment, JsonObject, Repository } from './state.ts'

export function nodeOf(asker: Asker, id: string, isSeen: (repository: Repository) => boolean): JsonObject {
  const wanted = Number(Buffer.from(id.replace(/^[A-Z]+_/, ''), 'base64url').toString('utf8'))
  for (const repository of asker.context.state.repositories.values()) {
    if (!isSeen(repository)) continue
    const deployment = id.startsWith('DE_') ? repository.deployments.find((one) => one.id === wanted) : undefined
    if (deployment) {
      asker.need('deployments')
      return deploymentNode(asker, repository, deployment)
    }
    const issue = id.startsWith('I_') ? [...repository.issues.values()].find((one) => one.id === wanted) : undefined
    if (issue) {
      asker.need('issues')
      return { __typename: 'Issue', ...issueNode(scopeOf(asker, repository), issue) }
    }
  }
  throw new GraphQLError(`Could not resolve to a node with the global id of '${id}'.`, { extensions: { type: 'NOT_FOUND' } })
}

function deploymentNode(asker: Asker, repository: Repository, deployment: Deployment): JsonObject {
  return {
    __typename: 'Deployment',
    id: nodeId('DE', deployment.id),
    commitOid: deployment.sha,
    createdAt: time(deployment.createdAt),
    updatedAt: time(deployment.updatedAt),
    creator: () => actorNode(asker, deployment.creator),
    description: deployment.description,
    environment: deployment.environment,
    latestEnvironment: deployment.environment,
    originalEnvironment: deployment.environment,
    payload: JSON.stringify(deployment.payload),
    repository: () => repositoryNode(asker, repository),
    task: deployment.task,
    statuses: (args: ConnectionArguments) =>
      connection('statuses', args, deployment.statuses.toReversed(), (status) => ({
        id: nodeId('DES', status.id),
        createdAt: time(status.createdAt),
        updatedAt: time(status.createdAt),
        creator: () => actorNode(asker, status.creator),
        description: status.description,
        environment: deployment.environment,
        environmentUrl: status.environmentUrl === '' ? null : status.environmentUrl,
        logUrl: status.logUrl === '' ? null : status.logUrl,
        state: status.state.toUpperCase(),
      })),
  }
}
