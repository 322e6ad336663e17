// One server: webhooks go to the intake as they come, everything else is Hono's.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { WEBHOOK_PATH } from './webhook-intake.ts'

export type ServerParts = {
  /** Null while no App is registered. Asked for each request, so that it can appear later. */
  intake: () => ((request: IncomingMessage, response: ServerResponse) => void) | null
  /** `env` tells who calls, by its connection. */
  pages: { fetch: (request: Request, env: object) => Response | Promise<Response> }
  host: string
  port: number
}

export type RunningServer = {
  /** Where it really listens, such as http://127.0.0.1:3000. */
  url: string
  port: number
  /** Stops accepting, lets running requests end for at most `graceMs`, then cuts them off. */
  close(graceMs: number): Promise<void>
}

/** Rejects when the address can't be bound, with what to do about it. */
export async function startServer(parts: ServerParts): Promise<RunningServer> {
  const pages = getRequestListener((request, env) => parts.pages.fetch(request, env))
  const server = createServer({ requestTimeout: 60_000, headersTimeout: 15_000, maxHeaderSize: 16_384 }, (request, response) => {
    const path = request.url?.split('?', 1)[0]
    if (path !== WEBHOOK_PATH) return void pages(request, response)
    const intake = parts.intake()
    if (intake) return intake(request, response)
    response.writeHead(503, { 'content-type': 'text/plain', 'retry-after': '60', connection: 'close' })
    response.end('no GitHub App is registered yet\n')
  })
  await listen(server, parts.host, parts.port)
  const { address, port, family } = server.address() as AddressInfo
  const name = family === 'IPv6' ? `[${address}]` : address
  return { url: `http://${name}:${port}`, port, close: (graceMs) => close(server, graceMs) }
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(new Error(explain(error, host, port), { cause: error })))
    server.listen({ host, port }, () => resolve())
  })
}

function explain(error: NodeJS.ErrnoException, host: string, port: number): string {
  switch (error.code) {
    case 'EADDRINUSE':
      return `Port ${port} on ${host} is taken by another process: stop that one, or choose another with PORT.`
    case 'EACCES':
      return `Port ${port} may not be opened by this user: choose one above 1023 with PORT.`
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `HOST=${host} is no address of this machine: use 127.0.0.1 (this machine only) or 0.0.0.0 (every network).`
    default:
      return `The server can't listen on ${host}:${port}: ${error.message}`
  }
}

async function close(server: Server, graceMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  server.closeIdleConnections()
  const timer = setTimeout(() => server.closeAllConnections(), graceMs)
  await closed
  clearTimeout(timer)
}
