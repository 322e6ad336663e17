/** Ends a command that failed: one message on the standard error, no stack (`CAUSEWAY_DEBUG=1` shows it). */
export function failWith(error: unknown, status = 1): never {
  const message = error instanceof Error ? error.message : String(error)
  console.error(process.env.CAUSEWAY_DEBUG && error instanceof Error ? error.stack : message)
  process.exit(status)
}
