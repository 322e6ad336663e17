/** Where Octokit keeps the tokens of installations, by its own keys: the installation's id comes first in each. */
export type TokenCache = {
  get(key: string): string | undefined
  set(key: string, token: string): void
  /** The next request of this installation is made with a new token. */
  drop(installationId: number): void
}

/** GitHub's tokens hold for an hour. */
const KEPT_MS = 59 * 60_000

export function tokenCache(now: () => Date = () => new Date()): TokenCache {
  const tokens = new Map<string, { token: string; until: number }>()
  return {
    get(key) {
      const kept = tokens.get(key)
      return kept && now().getTime() < kept.until ? kept.token : undefined
    },
    set: (key, token) => void tokens.set(key, { token, until: now().getTime() + KEPT_MS }),
    drop(installationId) {
      for (const key of tokens.keys()) if (key.split('|', 1)[0] === String(installationId)) tokens.delete(key)
    },
  }
}
