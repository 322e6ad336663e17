// Sends webhooks as fast as they are taken in, each connection its next one when the last is answered. It shares two
// cores with the server that is measured, so it does next to nothing: bytes made before, only the GUID is written anew.
// A webhook costs it 19 µs; autocannon, which puts each request together and parses each answer, takes 60.
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { connect } from 'node:net'
import { createHistogram } from 'node:perf_hooks'

export type WebhookLoad = {
  url: string
  connections: number
  seconds: number
  /** Without `X-GitHub-Delivery`: each webhook gets its own. */
  headers: Record<string, string>
  body: string
}

/**
 * `rate`: answers a second. `p50`, `p99`: how long that share of them took at most, in ms.
 * @throws on anything but an answer of 2xx: then the measurement is worth nothing.
 */
export async function sendWebhooks(load: WebhookLoad): Promise<{ rate: number; p50: number; p99: number }> {
  const { host, hostname, port, pathname } = new URL(load.url)
  const given = Object.entries({ host, ...load.headers, 'content-length': String(Buffer.byteLength(load.body)) })
  const head = `POST ${pathname} HTTP/1.1\r\n${given.map(([name, value]) => `${name}: ${value}\r\n`).join('')}x-github-delivery: `
  const times = createHistogram()
  const startedAt = performance.now()
  const until = startedAt + load.seconds * 1_000

  async function keepSending(): Promise<void> {
    const socket = connect(Number(port), hostname).setNoDelay()
    const request = Buffer.from(`${head}${randomUUID()}\r\n\r\n${load.body}`)
    const ended = new Promise<void>((resolve, reject) => {
      let sentAt = 0
      let answer = ''
      const send = (): void => {
        request.write(randomUUID(), head.length, 'latin1')
        answer = ''
        sentAt = performance.now()
        socket.write(request)
      }
      socket.on('error', reject)
      socket.on('close', () => reject(new Error(`${host} closed a connection.`)))
      socket.on('data', (chunk) => {
        answer += chunk.toString('latin1')
        if (!isWhole(answer)) return
        if (!/^HTTP\/1\.1 2\d\d /.test(answer)) return reject(new Error(`${host} answered:\n${answer}`))
        times.record(Math.max(1, Math.round((performance.now() - sentAt) * 1_000)))
        if (performance.now() < until) send()
        else resolve()
      })
      send()
    })
    await once(socket, 'connect')
    try {
      await ended
    } finally {
      socket.destroy()
    }
  }

  await Promise.all(Array.from({ length: load.connections }, keepSending))
  const ms = (share: number): number => Math.round(times.percentile(share) / 100) / 10
  return { rate: times.count / ((performance.now() - startedAt) / 1_000), p50: ms(50), p99: ms(99) }
}

/** Both servers say how long their answers are. */
function isWhole(answer: string): boolean {
  const bodyAt = answer.indexOf('\r\n\r\n') + 4
  if (bodyAt < 4) return false
  const length = /\r\ncontent-length: (\d+)\r\n/i.exec(answer)?.[1]
  if (length === undefined) throw new Error(`An answer without its length:\n${answer}`)
  return answer.length >= bodyAt + Number(length)
}
