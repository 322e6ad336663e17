import type { Auth, Context } from './http.ts'
import type { RateLimit } from './server.ts'
import type { JsonObject } from './state.ts'
export async function answerGraphQL(
  _context: Context,
  _auth: Auth,
  _body: JsonObject,
  _rateLimit: RateLimit,
  _violations: string[],
): Promise<JsonObject> {
  return { errors: [{ message: 'not yet' }] }
}
