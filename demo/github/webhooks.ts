// Webhooks of the App: signed, sent to one address, logged as `GET /app/hook/deliveries` shows them.
import { createHmac, randomUUID } from 'node:crypto'
import { installationOf } from './state.ts'
import type { Account, Installation, JsonObject, Repository, State } from './state.ts'
import { installationShape, nodeId, organizationShape, userShape } from './shapes/account.ts'
import { repositoryShape } from './shapes/repository.ts'

export type Hook = {
  guid: string
  event: string
  action: string | null
  installationId: number | null
  repositoryId: number | null
  body: string
}
export type Delivery = Hook & {
  id: number
  deliveredAt: Date
  isRedelivery: boolean
  durationMs: number
  status: string
  statusCode: number
  requestHeaders: { [name: string]: string }
  responseHeaders: { [name: string]: string }
  responseBody: string
}
export type DeliveryMode = 'auto' | 'manual'
export type Webhooks = {
  log: Delivery[]
  pending: Hook[]
  mode: DeliveryMode
  /** As GitHub does about a repository: nothing is sent where the App isn't installed or didn't subscribe. */
  emit(event: string, repository: Repository, sender: Account, payload: JsonObject): void
  emitForInstallation(event: string, installation: Installation, sender: Account, payload: JsonObject): void
  /** Sends now; resolves when the receiver has answered, failed or timed out. Never throws. */
  send(hook: Hook, isRedelivery?: boolean): Promise<Delivery>
  /** Redelivers after what is already on its way; what `manual` holds back stays there. */
  sendLater(delivery: Delivery): void
  /** Resolves when every automatic delivery is through. */
  settled(): Promise<void>
}

const HOOK_ID = 512_345_678
const GITHUB_WAITS_MS = 10_000
const MAX_PAYLOAD_BYTES = 25 * 1024 * 1024

function headersOf(state: State, hook: Hook): { [name: string]: string } {
  const sign = (algorithm: string) => `${algorithm}=${createHmac(algorithm, state.app.webhookSecret).update(hook.body).digest('hex')}`
  return {
    accept: '*/*',
    'content-type': 'application/json',
    'user-agent': 'GitHub-Hookshot/044aadd',
    'x-github-delivery': hook.guid,
    'x-github-event': hook.event,
    'x-github-hook-id': String(HOOK_ID),
    'x-github-hook-installation-target-id': String(state.app.id),
    'x-github-hook-installation-target-type': 'integration',
    'x-hub-signature': sign('sha1'),
    'x-hub-signature-256': sign('sha256'),
  }
}

type Received = Pick<Delivery, 'status' | 'statusCode' | 'responseHeaders' | 'responseBody'>

async function post(url: string, headers: { [name: string]: string }, body: string): Promise<Received> {
  try {
    const response = await fetch(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(GITHUB_WAITS_MS) })
    const status = response.ok ? 'OK' : `Invalid HTTP Response: ${response.status}`
    return {
      status,
      statusCode: response.status,
      responseHeaders: Object.fromEntries(response.headers),
      responseBody: await response.text(),
    }
  } catch (error) {
    const isTimeout = error instanceof Error && error.name === 'TimeoutError'
    const status = isTimeout ? 'timed out' : 'failed to connect to host'
    return { status, statusCode: isTimeout ? 504 : 502, responseHeaders: {}, responseBody: '' }
  }
}

export function createWebhooks(state: State, mode: DeliveryMode): Webhooks {
  let last: Promise<unknown> = Promise.resolve()

  function queue(event: string, installation: Installation, repository: Repository | null, payload: JsonObject): void {
    if (installation.suspendedAt !== null && event !== 'installation') return
    const hook: Hook = {
      guid: randomUUID(),
      event,
      action: typeof payload.action === 'string' ? payload.action : null,
      installationId: installation.id,
      repositoryId: repository?.id ?? null,
      body: JSON.stringify(payload),
    }
    if (Buffer.byteLength(hook.body) > MAX_PAYLOAD_BYTES) return
    if (webhooks.mode === 'manual') webhooks.pending.push(hook)
    else last = last.then(() => webhooks.send(hook))
  }

  const webhooks: Webhooks = {
    log: [],
    pending: [],
    mode,
    emit(event, repository, sender, payload) {
      const installation = installationOf(state, repository)
      if (installation === null || !state.app.events.includes(event)) return
      const { owner } = repository
      queue(event, installation, repository, {
        ...payload,
        repository: payload.repository ?? repositoryShape(state, repository),
        ...(owner.type === 'Organization' ? { organization: organizationShape(state, owner) } : {}),
        sender: userShape(state, sender),
        installation: { id: installation.id, node_id: nodeId('MDIzOkludGVncmF0aW9uSW5zdGFsbGF0aW9u', installation.id) },
      })
    },
    emitForInstallation(event, installation, sender, payload) {
      queue(event, installation, null, {
        ...payload,
        installation: installationShape(state, installation),
        sender: userShape(state, sender),
      })
    },
    async send(hook, isRedelivery = false) {
      const deliveredAt = new Date()
      const requestHeaders = headersOf(state, hook)
      const startedAt = performance.now()
      const url = state.app.webhookUrl
      const received: Received =
        url === null
          ? { status: 'failed to connect to host', statusCode: 502, responseHeaders: {}, responseBody: '' }
          : await post(url, requestHeaders, hook.body)
      const durationMs = performance.now() - startedAt
      const delivery: Delivery = { ...hook, id: state.nextId(), deliveredAt, isRedelivery, durationMs, requestHeaders, ...received }
      webhooks.log.push(delivery)
      return delivery
    },
    sendLater({ guid, event, action, installationId, repositoryId, body }) {
      last = last.then(() => webhooks.send({ guid, event, action, installationId, repositoryId, body }, true))
    },
    async settled() {
      for (let seen: unknown = null; seen !== last;) {
        seen = last
        await seen
      }
    },
  }
  return webhooks
}
