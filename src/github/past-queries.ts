// The GraphQL that reads the past. Foreign values go in as variables only.
import { CLOSERS, PULL_REQUEST } from './queries.ts'

const COMMIT = `fragment Landed on Commit {
  oid message committedDate url
  parents(first: 10) { nodes { oid } }
  author { name user { login } }
}`

/** 40 of them are some 11,000 nodes of the 500,000 that one query may have, and three points of an hour's 5,000. */
export const MERGED_PULLS_QUERY = `query($owner: String!, $name: String!, $first: Int!, $after: String) {
  repository(owner: $owner, name: $name) {
    pullRequests(states: MERGED, orderBy: { field: UPDATED_AT, direction: DESC }, first: $first, after: $after) {
      pageInfo { hasNextPage endCursor }
      nodes { ...Pull mergeCommit { ...Landed } files(first: 100) { totalCount nodes { path additions deletions changeType } } }
    }
  }
}
${PULL_REQUEST}
${COMMIT}`

export const linesQuery = (count: number): string => {
  const each = Array.from({ length: count }, (_, i) => i)
  return `query(${['$owner: String!', '$name: String!', ...each.map((i) => `$s${i}: GitObjectID!`)].join(', ')}) {
  repository(owner: $owner, name: $name) {
${each.map((i) => `    c${i}: object(oid: $s${i}) { ... on Commit { history(first: 100) { nodes { ...Landed } } } }`).join('\n')}
  }
}
${COMMIT}`
}

export const STATUSES_QUERY = `query($ids: [ID!]!) {
  nodes(ids: $ids) { ... on Deployment { statuses(first: 30) { nodes { state createdAt logUrl environmentUrl } } } }
}`

export const ISSUE_CLOSERS_QUERY = `query($ids: [ID!]!) {
  nodes(ids: $ids) { ... on Issue { ${CLOSERS} } }
}`
