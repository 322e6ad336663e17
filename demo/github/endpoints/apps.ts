import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto'
import type { Call, Context, Routes } from '../http.ts'
import { notFound, numberIn, Refusal } from '../http.ts'
import { appShape, installationShape, time } from '../shapes/account.ts'
import { repositoryShape } from '../shapes/repository.ts'
import { installationOf, repositoryNamed } from '../state.ts'
import type { Installation, JsonObject } from '../state.ts'
import type { Tokens } from '../tokens.ts'

export function onlyApp(call: Call): void {
  if (call.auth.kind !== 'app') throw new Refusal(401, 'A JSON web token could not be decoded')
}

function installation(context: Context, id: number): Installation {
  const found = context.state.installations.get(id)
  if (found === undefined) throw notFound()
  return found
}

function ofAccount(context: Context, login: string | undefined): JsonObject {
  const found = [...context.state.installations.values()].find((one) => one.account.login.toLowerCase() === login?.toLowerCase())
  if (found === undefined) throw notFound()
  return installationShape(context.state, found)
}

/** The permissions of a token: what the App holds, or the part of it that was asked for. */
function narrowed(held: { [name: string]: string }, asked: unknown): { [name: string]: string } {
  if (typeof asked !== 'object' || asked === null) return held
  const granted: { [name: string]: string } = {}
  for (const [name, level] of Object.entries(asked as { [name: string]: string })) {
    const isHeld = held[name] === level || held[name] === 'write' || held[name] === 'admin'
    if (!isHeld) throw new Refusal(422, `The permissions requested are not granted to this installation.`)
    granted[name] = level
  }
  return granted
}

function selection(context: Context, owner: Installation, body: JsonObject): Set<number> | null {
  const names = Array.isArray(body.repositories) ? (body.repositories as string[]) : []
  const ids = Array.isArray(body.repository_ids) ? (body.repository_ids as number[]) : []
  if (names.length + ids.length === 0) return null
  const { state } = context
  const found = [
    ...names.map((name) => repositoryNamed(state, owner.account.login, name)),
    ...ids.map((id) => state.repositories.get(id) ?? null),
  ]
  const chosen = new Set<number>()
  for (const repository of found) {
    if (repository === null || installationOf(state, repository)?.id !== owner.id) {
      throw new Refusal(422, 'There is at least one repository that does not exist or is not accessible to the parent installation.')
    }
    chosen.add(repository.id)
  }
  return chosen
}

export function appRoutes(tokens: Tokens): Routes {
  return {
    'GET /app': ({ state }, call) => {
      onlyApp(call)
      return { status: 200, body: { ...appShape(state, state.app), installations_count: state.installations.size } }
    },
    'GET /app/installations': ({ state }, call) => {
      onlyApp(call)
      return { list: [...state.installations.values()].map((one) => installationShape(state, one)) }
    },
    'GET /app/installations/{installation_id}': (context, call) => {
      onlyApp(call)
      return { status: 200, body: installationShape(context.state, installation(context, numberIn(call, 'installation_id'))) }
    },
    'POST /app/installations/{installation_id}/access_tokens': (context, call) => {
      onlyApp(call)
      const owner = installation(context, numberIn(call, 'installation_id'))
      if (owner.suspendedAt !== null) throw new Refusal(403, 'This installation has been suspended')
      const permissions = narrowed(context.state.app.permissions, call.body.permissions)
      const repositoryIds = selection(context, owner, call.body)
      const { token, expiresAt } = tokens.issue(owner, permissions, repositoryIds)
      return {
        status: 201,
        body: {
          token,
          expires_at: time(expiresAt),
          permissions,
          repository_selection: repositoryIds === null ? owner.selection : 'selected',
        },
      }
    },
    'GET /repos/{owner}/{repo}/installation': (context, call) => {
      onlyApp(call)
      const repository = repositoryNamed(context.state, call.params.owner ?? '', call.params.repo ?? '')
      const found = repository === null ? null : installationOf(context.state, repository)
      if (found === null) throw notFound()
      return { status: 200, body: installationShape(context.state, found) }
    },
    'GET /orgs/{org}/installation': (context, call) => {
      onlyApp(call)
      return { status: 200, body: ofAccount(context, call.params.org) }
    },
    'GET /users/{username}/installation': (context, call) => {
      onlyApp(call)
      return { status: 200, body: ofAccount(context, call.params.username) }
    },
    'GET /installation/repositories': ({ state }, { auth }) => {
      if (auth.kind !== 'installation')
        throw new Refusal(403, 'You must authenticate with an installation access token in order to list repositories for an installation.')
      const list = [...state.repositories.values()].filter(
        (repository) => installationOf(state, repository)?.id === auth.installation.id && (auth.repositoryIds?.has(repository.id) ?? true),
      )
      const wrap = (repositories: unknown[]) => ({
        total_count: list.length,
        repository_selection: auth.installation.selection,
        repositories,
      })
      return { list: list.map((repository) => repositoryShape(state, repository)), wrap }
    },
    'POST /app-manifests/{code}/conversions': ({ state }, call) => {
      const manifest = state.manifests.get(call.params.code ?? '')
      if (manifest === undefined) throw notFound()
      // GitHub takes a code once.
      state.manifests.delete(call.params.code ?? '')
      const { app } = state
      const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
      app.publicKey = publicKey
      app.name = String(manifest.name)
      app.slug = app.name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')
      app.webhookSecret = randomBytes(20).toString('hex')
      app.webhookUrl = (manifest.hook_attributes as { url?: string } | undefined)?.url ?? app.webhookUrl
      const clientSecret = createHash('sha1').update(randomBytes(20)).digest('hex')
      return {
        status: 201,
        body: {
          ...appShape(state, app),
          client_secret: clientSecret,
          webhook_secret: app.webhookSecret,
          pem: privateKey.export({ type: 'pkcs1', format: 'pem' }),
        },
      }
    },
  }
}
