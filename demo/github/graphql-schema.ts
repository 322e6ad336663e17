/**
 * The slice of GitHub's GraphQL schema that the fake answers, with GitHub's own names, types and nullability, so that
 * a query that GitHub would refuse is refused here.
 */
export const GRAPHQL_SCHEMA = /* GraphQL */ `
  scalar BigInt
  scalar DateTime
  scalar GitObjectID
  scalar GitTimestamp
  scalar URI

  type Query {
    node(id: ID!): Node
    rateLimit(dryRun: Boolean = false): RateLimit
    repository(owner: String!, name: String!, followRenames: Boolean = true): Repository
  }
  interface Node {
    id: ID!
  }
  type RateLimit {
    cost: Int!
    limit: Int!
    nodeCount: Int!
    remaining: Int!
    resetAt: DateTime!
    used: Int!
  }
  type PageInfo {
    endCursor: String
    hasNextPage: Boolean!
    hasPreviousPage: Boolean!
    startCursor: String
  }

  interface Actor {
    login: String!
    url: URI!
  }
  type User implements Actor & Node {
    id: ID!
    login: String!
    name: String
    url: URI!
    databaseId: Int
  }
  type Bot implements Actor & Node {
    id: ID!
    login: String!
    url: URI!
    databaseId: Int
  }
  type Organization implements Actor & Node {
    id: ID!
    login: String!
    name: String
    url: URI!
    databaseId: Int
  }
  type GitActor {
    date: GitTimestamp
    email: String
    name: String
    user: User
  }

  type Repository implements Node {
    id: ID!
    databaseId: Int
    name: String!
    nameWithOwner: String!
    owner: Actor!
    url: URI!
    isArchived: Boolean!
    isPrivate: Boolean!
    defaultBranchRef: Ref
    ref(qualifiedName: String!): Ref
    object(expression: String, oid: GitObjectID): GitObject
    issue(number: Int!): Issue
    issues(
      after: String
      before: String
      first: Int
      last: Int
      labels: [String!]
      states: [IssueState!]
      orderBy: IssueOrder
    ): IssueConnection!
    pullRequest(number: Int!): PullRequest
    pullRequests(
      after: String
      before: String
      first: Int
      last: Int
      labels: [String!]
      states: [PullRequestState!]
      baseRefName: String
      headRefName: String
      orderBy: IssueOrder
    ): PullRequestConnection!
  }
  enum IssueOrderField {
    COMMENTS
    CREATED_AT
    UPDATED_AT
  }
  enum OrderDirection {
    ASC
    DESC
  }
  input IssueOrder {
    direction: OrderDirection!
    field: IssueOrderField!
  }
  type Ref implements Node {
    id: ID!
    name: String!
    prefix: String!
    target: GitObject
  }

  interface GitObject {
    abbreviatedOid: String!
    commitUrl: URI!
    id: ID!
    oid: GitObjectID!
  }
  type Blob implements GitObject & Node {
    abbreviatedOid: String!
    byteSize: Int!
    commitUrl: URI!
    id: ID!
    isBinary: Boolean
    isTruncated: Boolean!
    oid: GitObjectID!
    text: String
  }
  type Tree implements GitObject & Node {
    abbreviatedOid: String!
    commitUrl: URI!
    entries: [TreeEntry!]
    id: ID!
    oid: GitObjectID!
  }
  type TreeEntry {
    mode: Int!
    name: String!
    object: GitObject
    oid: GitObjectID!
    path: String
    type: String!
  }
  type Commit implements GitObject & Node {
    abbreviatedOid: String!
    additions: Int!
    associatedPullRequests(after: String, before: String, first: Int, last: Int, orderBy: PullRequestOrder): PullRequestConnection
    author: GitActor
    authoredDate: DateTime!
    changedFilesIfAvailable: Int
    commitUrl: URI!
    committedDate: DateTime!
    committer: GitActor
    deletions: Int!
    history(
      after: String
      before: String
      first: Int
      last: Int
      path: String
      since: GitTimestamp
      until: GitTimestamp
    ): CommitHistoryConnection!
    id: ID!
    message: String!
    messageBody: String!
    messageHeadline: String!
    oid: GitObjectID!
    parents(after: String, before: String, first: Int, last: Int): CommitConnection!
    tree: Tree!
    url: URI!
  }
  enum PullRequestOrderField {
    CREATED_AT
    UPDATED_AT
  }
  input PullRequestOrder {
    direction: OrderDirection!
    field: PullRequestOrderField!
  }
  type CommitConnection {
    nodes: [Commit]
    pageInfo: PageInfo!
    totalCount: Int!
  }
  type CommitHistoryConnection {
    nodes: [Commit]
    pageInfo: PageInfo!
    totalCount: Int!
  }

  type Label implements Node {
    color: String!
    description: String
    id: ID!
    name: String!
  }
  type LabelConnection {
    nodes: [Label]
    pageInfo: PageInfo!
    totalCount: Int!
  }

  enum PullRequestState {
    CLOSED
    MERGED
    OPEN
  }
  type PullRequest implements Node {
    additions: Int!
    author: Actor
    baseRefName: String!
    baseRefOid: GitObjectID!
    body: String!
    bodyText: String!
    changedFiles: Int!
    closed: Boolean!
    closedAt: DateTime
    closingIssuesReferences(after: String, before: String, first: Int, last: Int): IssueConnection
    comments(after: String, before: String, first: Int, last: Int): IssueCommentConnection!
    commits(after: String, before: String, first: Int, last: Int): PullRequestCommitConnection!
    createdAt: DateTime!
    databaseId: Int
    deletions: Int!
    files(after: String, before: String, first: Int, last: Int): PullRequestChangedFileConnection
    fullDatabaseId: BigInt
    headRefName: String!
    headRefOid: GitObjectID!
    id: ID!
    isDraft: Boolean!
    labels(after: String, before: String, first: Int, last: Int): LabelConnection
    latestReviews(after: String, before: String, first: Int, last: Int, writersOnly: Boolean = false): PullRequestReviewConnection
    locked: Boolean!
    mergeCommit: Commit
    merged: Boolean!
    mergedAt: DateTime
    mergedBy: Actor
    number: Int!
    repository: Repository!
    reviews(
      after: String
      author: String
      before: String
      first: Int
      last: Int
      states: [PullRequestReviewState!]
    ): PullRequestReviewConnection
    state: PullRequestState!
    title: String!
    updatedAt: DateTime!
    url: URI!
  }
  type PullRequestConnection {
    nodes: [PullRequest]
    pageInfo: PageInfo!
    totalCount: Int!
  }
  type PullRequestCommit implements Node {
    commit: Commit!
    id: ID!
    url: URI!
  }
  type PullRequestCommitConnection {
    nodes: [PullRequestCommit]
    pageInfo: PageInfo!
    totalCount: Int!
  }
  enum PatchStatus {
    ADDED
    CHANGED
    COPIED
    DELETED
    MODIFIED
    RENAMED
  }
  type PullRequestChangedFile {
    additions: Int!
    changeType: PatchStatus!
    deletions: Int!
    path: String!
  }
  type PullRequestChangedFileConnection {
    nodes: [PullRequestChangedFile]
    pageInfo: PageInfo!
    totalCount: Int!
  }
  enum PullRequestReviewState {
    APPROVED
    CHANGES_REQUESTED
    COMMENTED
    DISMISSED
    PENDING
  }
  type PullRequestReview implements Node {
    author: Actor
    body: String!
    id: ID!
    state: PullRequestReviewState!
    submittedAt: DateTime
    url: URI!
  }
  type PullRequestReviewConnection {
    nodes: [PullRequestReview]
    pageInfo: PageInfo!
    totalCount: Int!
  }

  enum IssueState {
    CLOSED
    OPEN
  }
  enum IssueStateReason {
    COMPLETED
    DUPLICATE
    NOT_PLANNED
    REOPENED
  }
  type Issue implements Node {
    author: Actor
    body: String!
    bodyText: String!
    closed: Boolean!
    closedAt: DateTime
    closedByPullRequestsReferences(
      after: String
      before: String
      first: Int
      includeClosedPrs: Boolean = false
      last: Int
      userLinkedOnly: Boolean = false
    ): PullRequestConnection
    comments(after: String, before: String, first: Int, last: Int): IssueCommentConnection!
    createdAt: DateTime!
    databaseId: Int
    fullDatabaseId: BigInt
    id: ID!
    labels(after: String, before: String, first: Int, last: Int): LabelConnection
    locked: Boolean!
    number: Int!
    repository: Repository!
    state: IssueState!
    stateReason(enableDuplicate: Boolean = false): IssueStateReason
    timelineItems(
      after: String
      before: String
      first: Int
      itemTypes: [IssueTimelineItemsItemType!]
      last: Int
      since: DateTime
      skip: Int
    ): IssueTimelineItemsConnection!
    title: String!
    updatedAt: DateTime!
    url: URI!
  }
  type IssueConnection {
    nodes: [Issue]
    pageInfo: PageInfo!
    totalCount: Int!
  }
  type IssueComment implements Node {
    author: Actor
    body: String!
    createdAt: DateTime!
    databaseId: Int
    fullDatabaseId: BigInt
    id: ID!
    updatedAt: DateTime!
    url: URI!
    viewerDidAuthor: Boolean!
  }
  type IssueCommentConnection {
    nodes: [IssueComment]
    pageInfo: PageInfo!
    totalCount: Int!
  }
  enum IssueTimelineItemsItemType {
    CLOSED_EVENT
    CROSS_REFERENCED_EVENT
    ISSUE_COMMENT
    LABELED_EVENT
    REOPENED_EVENT
    UNLABELED_EVENT
  }
  union Closer = Commit | PullRequest
  type ClosedEvent implements Node {
    actor: Actor
    closer: Closer
    createdAt: DateTime!
    id: ID!
    stateReason: IssueStateReason
    url: URI!
  }
  union IssueTimelineItems = ClosedEvent | IssueComment
  type IssueTimelineItemsConnection {
    filteredCount: Int!
    nodes: [IssueTimelineItems]
    pageInfo: PageInfo!
    totalCount: Int!
  }
`
