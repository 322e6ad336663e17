import { createHash, randomBytes } from 'node:crypto'

/** A new API token: shown once, kept only as its hash. */
export function newApiToken(): { token: string; hash: string } {
  const token = `cw_${randomBytes(32).toString('base64url')}`
  return { token, hash: hashApiToken(token) }
}

/** 256 random bits need no slow hash: nobody can try them all. */
export function hashApiToken(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}

/** The token of an `Authorization: Bearer` header; null when it holds none of ours. */
export function bearerToken(header: string | undefined): string | null {
  return /^Bearer +(cw_[\w-]{43})$/i.exec(header?.trim() ?? '')?.[1] ?? null
}
