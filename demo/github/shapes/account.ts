import type { Account, App, Installation, JsonObject, State } from '../state.ts'

/** GitHub's node ids are opaque; ours only have to be stable and to differ by type. */
export function nodeId(type: string, id: number | string): string {
  return `${type}_${Buffer.from(String(id)).toString('base64url')}`
}

/** GitHub's times have no fraction of a second. */
export function time(at: Date): string {
  return `${at.toISOString().slice(0, 19)}Z`
}

export function timeOrNull(at: Date | null): string | null {
  return at === null ? null : time(at)
}

export function userShape(state: State, user: Account): JsonObject {
  const url = `${state.url}/users/${encodeURIComponent(user.login)}`
  return {
    login: user.login,
    id: user.id,
    node_id: nodeId('U', user.id),
    avatar_url: `${state.url}/avatars/u/${user.id}?v=4`,
    gravatar_id: '',
    url,
    html_url: user.type === 'Bot' ? `${state.url}/apps/${user.login.replace('[bot]', '')}` : `${state.url}/${user.login}`,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type: user.type,
    user_view_type: 'public',
    site_admin: false,
  }
}

export function organizationShape(state: State, organization: Account): JsonObject {
  const url = `${state.url}/orgs/${organization.login}`
  return {
    login: organization.login,
    id: organization.id,
    node_id: nodeId('O', organization.id),
    url,
    repos_url: `${url}/repos`,
    events_url: `${url}/events`,
    hooks_url: `${url}/hooks`,
    issues_url: `${url}/issues`,
    members_url: `${url}/members{/member}`,
    public_members_url: `${url}/public_members{/member}`,
    avatar_url: `${state.url}/avatars/u/${organization.id}?v=4`,
    description: '',
  }
}

/** Apps may sign with this instead of their number. */
export function clientId(app: App): string {
  return `Iv23li${String(app.id).padStart(14, '0')}`
}

export function appShape(state: State, app: App): JsonObject {
  return {
    id: app.id,
    client_id: clientId(app),
    slug: app.slug,
    node_id: nodeId('A', app.id),
    owner: userShape(state, app.owner),
    name: app.name,
    description: '',
    external_url: 'https://example.com',
    html_url: `${state.url}/apps/${app.slug}`,
    created_at: time(app.createdAt),
    updated_at: time(app.createdAt),
    permissions: app.permissions,
    events: app.events,
  }
}

export function installationShape(state: State, installation: Installation): JsonObject {
  const { app } = state
  const { account } = installation
  return {
    id: installation.id,
    client_id: clientId(app),
    account: userShape(state, account),
    repository_selection: installation.selection,
    access_tokens_url: `${state.url}/app/installations/${installation.id}/access_tokens`,
    repositories_url: `${state.url}/installation/repositories`,
    html_url: `${state.url}/organizations/${account.login}/settings/installations/${installation.id}`,
    app_id: app.id,
    app_slug: app.slug,
    target_id: account.id,
    target_type: account.type,
    permissions: app.permissions,
    events: app.events,
    created_at: time(installation.createdAt),
    updated_at: time(installation.updatedAt),
    single_file_name: null,
    has_multiple_single_files: false,
    single_file_paths: [],
    suspended_by: installation.suspendedAt === null ? null : userShape(state, account),
    suspended_at: timeOrNull(installation.suspendedAt),
  }
}
