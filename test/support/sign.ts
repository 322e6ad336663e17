import { createHmac, generateKeyPairSync } from 'node:crypto'

export const WEBHOOK_SECRET = 'a-webhook-secret-of-the-tests'

/** The headers GitHub sends with this body. */
export function webhookHeaders(body: string | Uint8Array, guid: string, event: string, secret = WEBHOOK_SECRET): Record<string, string> {
  return {
    'content-type': 'application/json',
    'user-agent': 'GitHub-Hookshot/044aadd',
    'x-github-delivery': guid,
    'x-github-event': event,
    'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
  }
}

/** A fresh App key: 2,048 bits, as GitHub's are. */
export function privateKey(): string {
  return generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs1', format: 'pem' }).toString()
}
