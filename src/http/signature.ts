import { createHmac, timingSafeEqual } from 'node:crypto'

const SHAPE = /^sha256=([0-9a-f]{64})$/

/**
 * Whether `header` (`X-Hub-Signature-256`) signs exactly these bytes with one of the secrets. Takes the same time for any
 * wrong signature; several secrets are for their rotation.
 */
export function isSignedBy(secrets: string[], chunks: Uint8Array[], header: string): boolean {
  const hex = SHAPE.exec(header)?.[1]
  if (hex === undefined) return false
  const given = Buffer.from(hex, 'hex')
  let matches = false
  for (const secret of secrets) {
    const hmac = createHmac('sha256', secret)
    for (const chunk of chunks) hmac.update(chunk)
    matches = timingSafeEqual(hmac.digest(), given) || matches
  }
  return matches
}
