/** Ends a command that failed: one message on the standard error, no stack (`CAUSEWAY_DEBUG=1` shows it). */
export function failWith(error: unknown, status = 1): never {
  const message = error instanceof Error ? error.message : String(error)
  const text = process.env.CAUSEWAY_DEBUG && error instanceof Error ? (error.stack ?? message) : message
  // It may quote a path, a branch or git's own words: escape sequences in them must not reach the terminal.
  console.error(text.replace(/(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\uFFFD'))
  process.exit(status)
}
