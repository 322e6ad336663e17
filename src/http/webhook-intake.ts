// GitHub's webhooks: bytes in, 202 once they are on disk. Nothing but the signature is looked at here.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { IncomingDelivery } from '../domain/delivery.ts'
import type { Log } from '../work.ts'
import { isSignedBy } from './signature.ts'

export const WEBHOOK_PATH = '/api/github/webhooks'

export type IntakeOptions = {
  /** The current webhook secret, and the previous one while it is rotated. */
  secrets: string[]
  /** Resolves once the delivery is durable. */
  store(delivery: IncomingDelivery): Promise<void>
  maxBodyBytes: number
  /** Bytes of all requests whose signature is not checked yet: strangers can't fill the memory. */
  maxUnverifiedBytes: number
  now: () => Date
  log: Log
}

type Refusal = { status: number; message: string; retryAfterSeconds?: number }
type Heading = { guid: string; event: string; signature: string }

/** A handler for `node:http`; it answers every request it is given. */
export function webhookIntake(options: IntakeOptions): (request: IncomingMessage, response: ServerResponse) => void {
  const { log, maxBodyBytes, maxUnverifiedBytes } = options
  let unverifiedBytes = 0

  return (request, response) => {
    const heading = readHeading(request)
    if ('status' in heading) return refuse(request, response, heading)
    const announced = Number(request.headers['content-length'] ?? 0)
    if (announced > maxBodyBytes) return refuse(request, response, tooLarge(maxBodyBytes))
    if (unverifiedBytes + announced > maxUnverifiedBytes) return refuse(request, response, BUSY)

    const chunks: Buffer[] = []
    // What was announced is reserved at once; a body without a length is counted as it comes.
    let reserved = announced
    let received = 0
    let isOver = false
    unverifiedBytes += reserved
    const settle = (): boolean => {
      if (isOver) return false
      isOver = true
      unverifiedBytes -= reserved
      return true
    }
    const stop = (refusal: Refusal) => {
      if (settle()) refuse(request, response, refusal)
    }

    request.on('data', (chunk: Buffer) => {
      if (isOver) return
      received += chunk.length
      if (received > maxBodyBytes) return stop(tooLarge(maxBodyBytes))
      if (received > reserved) {
        unverifiedBytes += received - reserved
        reserved = received
        if (unverifiedBytes > maxUnverifiedBytes) return stop(BUSY)
      }
      chunks.push(chunk)
    })
    request.on('error', settle)
    request.on('close', settle)
    request.on('end', () => {
      if (!settle()) return
      if (!isSignedBy(options.secrets, chunks, heading.signature)) {
        log.warn({ delivery: heading.guid, event: heading.event, bytes: received }, 'Webhook refused: its signature is wrong')
        return refuse(request, response, WRONG_SIGNATURE)
      }
      const body = chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)
      options.store({ guid: heading.guid, event: heading.event, body, receivedAt: options.now(), installationId: null }).then(
        () => answer(response, 202, 'accepted\n'),
        (error: unknown) => {
          log.error({ delivery: heading.guid, event: heading.event, err: error }, 'Webhook not stored; GitHub is told so')
          refuse(request, response, NOT_STORED)
        },
      )
    })
  }
}

const BUSY: Refusal = { status: 503, message: 'too much is being received at once', retryAfterSeconds: 5 }
const NOT_STORED: Refusal = { status: 503, message: 'the delivery could not be stored; deliver it again', retryAfterSeconds: 30 }
const WRONG_SIGNATURE: Refusal = {
  status: 401,
  message: "X-Hub-Signature-256 does not match: the App's webhook secret and WEBHOOK_SECRET must be the same",
}

function tooLarge(limit: number): Refusal {
  return { status: 413, message: `the body is larger than ${limit} bytes` }
}

function readHeading(request: IncomingMessage): Heading | Refusal {
  if (request.method !== 'POST') return { status: 405, message: 'webhooks are sent with POST' }
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase()
  if (type !== 'application/json')
    return {
      status: 415,
      message: 'the body must be application/json: choose that content type in the webhook settings of the App on GitHub',
    }
  const guid = header(request, 'x-github-delivery')
  const event = header(request, 'x-github-event')
  const signature = header(request, 'x-hub-signature-256')
  // The signature does not cover these headers: nothing but plain names is let through (`constructor` would be no event).
  if (!/^[\dA-Za-z-]{1,100}$/.test(guid)) return { status: 400, message: 'X-GitHub-Delivery is missing or malformed' }
  if (!/^[a-z][a-z\d_]{0,79}$/.test(event) || event in {} || event === 'error')
    return { status: 400, message: 'X-GitHub-Event is missing or malformed' }
  if (signature === '')
    return { status: 401, message: 'X-Hub-Signature-256 is missing: set a webhook secret in the settings of the App on GitHub' }
  return { guid, event, signature }
}

function header(request: IncomingMessage, name: string): string {
  const value = request.headers[name]
  return typeof value === 'string' ? value : ''
}

/** The rest of a refused body is not read: the connection ends with the answer. */
function refuse(request: IncomingMessage, response: ServerResponse, refusal: Refusal): void {
  if (response.headersSent || response.destroyed) return
  if (refusal.status === 405) response.setHeader('allow', 'POST')
  if (refusal.retryAfterSeconds !== undefined) response.setHeader('retry-after', String(refusal.retryAfterSeconds))
  if (!request.complete) {
    response.setHeader('connection', 'close')
    response.once('finish', () => setTimeout(() => request.destroy(), 100).unref())
  }
  answer(response, refusal.status, `${refusal.message}\n`)
}

function answer(response: ServerResponse, status: number, text: string): void {
  if (response.destroyed || response.headersSent) return
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'content-length': Buffer.byteLength(text) })
  response.end(text)
}
