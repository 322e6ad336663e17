import { and, asc, eq, isNull } from 'drizzle-orm'
import type { Database } from './database.ts'
import type { TokenStore } from './store.ts'

export function createTokenStore({ queries, tables }: Database): TokenStore {
  const { tokens } = tables
  const shown = {
    id: tokens.id,
    installationId: tokens.installationId,
    scope: tokens.scope,
    label: tokens.label,
    createdAt: tokens.createdAt,
    revokedAt: tokens.revokedAt,
  }
  return {
    create: async (token) => {
      const rows = await queries.insert(tokens).values(token).returning({ id: tokens.id })
      if (!rows[0]) throw new Error(`The token "${token.label}" was not stored.`)
      return rows[0].id
    },
    byHash: async (hash) => {
      const { createdAt: _createdAt, ...found } = shown
      return (await queries.select(found).from(tokens).where(eq(tokens.hash, hash)))[0] ?? null
    },
    list: async () => queries.select(shown).from(tokens).orderBy(asc(tokens.id)),
    revoke: async (id, at) => {
      const rows = await queries
        .update(tokens)
        .set({ revokedAt: at })
        .where(and(eq(tokens.id, id), isNull(tokens.revokedAt)))
        .returning({ id: tokens.id })
      return rows.length > 0
    },
    any: async () => (await queries.select({ id: tokens.id }).from(tokens).where(isNull(tokens.revokedAt)).limit(1)).length > 0,
  }
}
