// The GraphQL that is sent. Foreign values go in as variables only.

export const PULL_REQUEST = `fragment Pull on PullRequest {
  number title body url baseRefName baseRefOid headRefName headRefOid mergedAt updatedAt changedFiles additions deletions
  author { __typename login }
  mergedBy { __typename login }
  latestReviews(first: 20) { nodes { author { __typename login } } }
  labels(first: 50) { nodes { name } }
  mergeCommit { oid }
  commits(first: 100) { totalCount nodes { commit { oid message } } }
}`

/** One aliased commit (`c0`, `c1` …) a sha, each with up to five pull requests: 100 of them stay far below the node limit. */
export const commitsQuery = (count: number): string => {
  const each = Array.from({ length: count }, (_, i) => i)
  return `query(${['$owner: String!', '$name: String!', ...each.map((i) => `$s${i}: GitObjectID!`)].join(', ')}) {
  repository(owner: $owner, name: $name) {
${each.map((i) => `    c${i}: object(oid: $s${i}) { ...Known }`).join('\n')}
  }
}
fragment Known on Commit {
  oid message committedDate url
  parents(first: 10) { nodes { oid } }
  author { name user { login } }
  associatedPullRequests(first: 5) { nodes { ...Pull } }
}
${PULL_REQUEST}`
}

export const PULL_REQUEST_QUERY = `query($owner: String!, $name: String!, $number: Int!) {
  repository(owner: $owner, name: $name) { pullRequest(number: $number) { ...Pull } }
}
${PULL_REQUEST}`

export const PULL_REQUEST_ID_QUERY = `query($owner: String!, $name: String!, $number: Int!) {
  repository(owner: $owner, name: $name) { pullRequest(number: $number) { id } }
}`

export const REVERT_MUTATION = `mutation($input: RevertPullRequestInput!) {
  revertPullRequest(input: $input) { revertPullRequest { number url } }
}`

/** One aliased blob (`f0`, `f1` …) a path, read from the default branch. */
export const filesQuery = (count: number): string => {
  const each = Array.from({ length: count }, (_, i) => i)
  return `query(${['$owner: String!', '$name: String!', ...each.map((i) => `$p${i}: String!`)].join(', ')}) {
  repository(owner: $owner, name: $name) {
${each.map((i) => `    f${i}: object(expression: $p${i}) { ... on Blob { oid text isTruncated } }`).join('\n')}
  }
}`
}

const CLOSING = 'number title url merged mergeCommit { oid } repository { id }'

export const CLOSERS = `
      repository { id }
      closedByPullRequestsReferences(first: 10, includeClosedPrs: true) { nodes { ${CLOSING} } }
      timelineItems(last: 1, itemTypes: [CLOSED_EVENT]) {
        nodes { ... on ClosedEvent { closer {
          __typename
          ... on PullRequest { ${CLOSING} }
          ... on Commit { associatedPullRequests(first: 1) { nodes { ${CLOSING} } } }
        } } }
      }
      comments(last: 10) { nodes { body url author { __typename login } } }`

export const CLOSERS_QUERY = `query($owner: String!, $name: String!, $number: Int!) {
  repository(owner: $owner, name: $name) {
    issue(number: $number) {${CLOSERS}
    }
  }
}`
