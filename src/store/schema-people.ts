// People who asked to be forgotten: enough to know them again when a webhook names them, and no more.
import type { ColumnKit } from './columns.ts'

export function definePeopleTables(kit: ColumnKit) {
  const forgottenPeople = kit.table('forgotten_people', {
    /** SHA-256 over the salt and the login in lower case. */
    hash: kit.text('hash').primaryKey(),
    /** The same for all, so that a login is hashed once. */
    salt: kit.text('salt').notNull(),
    forgottenAt: kit.time('forgotten_at').notNull(),
  })
  return { forgottenPeople }
}
