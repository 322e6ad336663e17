import type { JsonObject, Repository, State } from '../state.ts'
import { nodeId, organizationShape, time, userShape } from './account.ts'

const LINKS = {
  archive: '/{archive_format}{/ref}',
  assignees: '{/user}',
  branches: '{/branch}',
  collaborators: '{/collaborator}',
  comments: '{/number}',
  commits: '{/sha}',
  contents: '/{+path}',
  contributors: '',
  deployments: '',
  downloads: '',
  events: '',
  forks: '',
  hooks: '',
  issues: '{/number}',
  keys: '{/key_id}',
  labels: '{/name}',
  languages: '',
  merges: '',
  milestones: '{/number}',
  notifications: '{?since,all,participating}',
  pulls: '{/number}',
  releases: '{/id}',
  stargazers: '',
  statuses: '/{sha}',
  subscribers: '',
  subscription: '',
  tags: '',
  teams: '',
}

const DEEPER_LINKS = {
  archive_url: '/{archive_format}{/ref}',
  blobs_url: '/git/blobs{/sha}',
  compare_url: '/compare/{base}...{head}',
  git_commits_url: '/git/commits{/sha}',
  git_refs_url: '/git/refs{/sha}',
  git_tags_url: '/git/tags{/sha}',
  issue_comment_url: '/issues/comments{/number}',
  issue_events_url: '/issues/events{/number}',
  trees_url: '/git/trees{/sha}',
}

export function repositoryUrl(state: State, repository: Repository): string {
  return `${state.url}/repos/${repository.owner.login}/${repository.name}`
}

export function repositoryPage(state: State, repository: Repository): string {
  return `${state.url}/${repository.owner.login}/${repository.name}`
}

export function fullName(repository: Repository): string {
  return `${repository.owner.login}/${repository.name}`
}

/** The repository as it stands inside other answers and in webhooks. */
export function repositoryShape(state: State, repository: Repository): JsonObject {
  const url = repositoryUrl(state, repository)
  const page = repositoryPage(state, repository)
  const links: JsonObject = {}
  for (const [name, suffix] of Object.entries(LINKS)) links[`${name}_url`] = `${url}/${name}${suffix}`
  for (const [name, suffix] of Object.entries(DEEPER_LINKS)) links[name] = `${url}${suffix}`
  let openIssues = 0
  for (const issue of repository.issues.values()) if (issue.state === 'open') openIssues++
  return {
    id: repository.id,
    node_id: nodeId('R', repository.id),
    name: repository.name,
    full_name: fullName(repository),
    private: repository.isPrivate,
    owner: userShape(state, repository.owner),
    html_url: page,
    description: repository.description,
    fork: false,
    url,
    ...links,
    created_at: time(repository.createdAt),
    updated_at: time(repository.updatedAt),
    pushed_at: time(repository.pushedAt),
    git_url: `git:${page.replace(/^https?:/, '')}.git`,
    ssh_url: `git@github.com:${fullName(repository)}.git`,
    clone_url: `${page}.git`,
    svn_url: page,
    homepage: null,
    size: 108,
    stargazers_count: 0,
    watchers_count: 0,
    language: null,
    has_issues: true,
    has_projects: true,
    has_downloads: true,
    has_wiki: false,
    has_pages: false,
    has_discussions: false,
    forks_count: 0,
    mirror_url: null,
    archived: repository.isArchived,
    disabled: false,
    open_issues_count: openIssues,
    license: null,
    allow_forking: true,
    is_template: false,
    web_commit_signoff_required: false,
    topics: [],
    visibility: repository.isPrivate ? 'private' : 'public',
    forks: 0,
    open_issues: openIssues,
    watchers: 0,
    default_branch: repository.defaultBranch,
  }
}

/** What `GET /repos/{owner}/{repo}` answers. */
export function fullRepositoryShape(state: State, repository: Repository): JsonObject {
  const { owner } = repository
  return {
    ...repositoryShape(state, repository),
    subscribers_count: 1,
    network_count: 0,
    ...(owner.type === 'Organization' ? { organization: { ...userShape(state, owner), ...organizationOnly(state, repository) } } : {}),
  }
}

function organizationOnly(state: State, repository: Repository): JsonObject {
  const { login } = repository.owner
  return { html_url: `${state.url}/${login}`, avatar_url: organizationShape(state, repository.owner).avatar_url }
}
