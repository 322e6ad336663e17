// Who calls: the App by a JWT that it signed itself, or one of its installations by a token that it was given for an hour.
import { randomBytes, verify } from 'node:crypto'
import type { Auth } from './http.ts'
import { Refusal } from './http.ts'
import { clientId } from './shapes/account.ts'
import type { App, Installation, JsonObject, State } from './state.ts'

export type Tokens = {
  issue(
    installation: Installation,
    permissions: { [name: string]: string },
    repositoryIds: Set<number> | null,
  ): { token: string; expiresAt: Date }
  /** Throws a Refusal with GitHub's own words when the header is no good. */
  authenticate(header: string | undefined): Auth
}

const TOKEN_LIVES_MS = 3_600_000
const MAX_JWT_MS = 600_000
/** GitHub lets clocks differ a little. */
const DRIFT_MS = 60_000

function decoded(part: string | undefined): JsonObject {
  return JSON.parse(Buffer.from(part ?? '', 'base64url').toString('utf8')) as JsonObject
}

/** Checks an App's JWT as GitHub does: RS256 by our key, issued not later than now, expiring within ten minutes. */
function checkJwt(app: App, jwt: string, now: number): void {
  const undecodable = new Refusal(401, 'A JSON web token could not be decoded')
  const [head, claims, signature] = jwt.split('.')
  let issuer: unknown
  let issuedAt: unknown
  let expiresAt: unknown
  try {
    if (decoded(head).alg !== 'RS256') throw undecodable
    ;({ iss: issuer, iat: issuedAt, exp: expiresAt } = decoded(claims))
  } catch {
    throw undecodable
  }
  if (issuer !== app.id && issuer !== String(app.id) && issuer !== clientId(app)) throw new Refusal(404, 'Integration not found')
  if (!verify('RSA-SHA256', Buffer.from(`${head}.${claims}`), app.publicKey, Buffer.from(signature ?? '', 'base64url'))) throw undecodable
  if (typeof issuedAt !== 'number' || issuedAt * 1000 > now + DRIFT_MS) {
    throw new Refusal(401, "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued")
  }
  if (typeof expiresAt !== 'number' || expiresAt * 1000 < now) {
    throw new Refusal(
      401,
      "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires",
    )
  }
  if (expiresAt * 1000 > now + MAX_JWT_MS + DRIFT_MS) throw new Refusal(401, "'Expiration time' claim ('exp') is too far in the future")
}

export function createTokens(state: State): Tokens {
  const issued = new Map<
    string,
    { installationId: number; permissions: { [name: string]: string }; repositoryIds: Set<number> | null; expiresAt: Date }
  >()
  return {
    issue(installation, permissions, repositoryIds) {
      const token = `ghs_${randomBytes(27).toString('base64url').replaceAll(/[-_]/g, 'x')}`
      // Tokens live by the real clock, since the caller's cache does too.
      const expiresAt = new Date(Date.now() + TOKEN_LIVES_MS)
      issued.set(token, { installationId: installation.id, permissions, repositoryIds, expiresAt })
      return { token, expiresAt }
    },
    authenticate(header) {
      if (header === undefined) return { kind: 'none' }
      const [, credential = ''] = /^(?:bearer|token) (.+)$/i.exec(header.trim()) ?? []
      if (credential.split('.').length === 3) {
        checkJwt(state.app, credential, Date.now())
        return { kind: 'app' }
      }
      const known = issued.get(credential)
      const installation = known === undefined ? undefined : state.installations.get(known.installationId)
      if (known === undefined || installation === undefined || known.expiresAt.getTime() < Date.now())
        throw new Refusal(401, 'Bad credentials')
      if (installation.suspendedAt !== null) throw new Refusal(403, 'This installation has been suspended')
      return { kind: 'installation', installation, permissions: known.permissions, repositoryIds: known.repositoryIds }
    },
  }
}
