/** GitHub will not do it: the App may not, something is switched off, a rule of the repository forbids it. */
export function isRefused(error: unknown): error is Error {
  const status = error instanceof Error && 'status' in error ? error.status : null
  return status === 403 || status === 404 || status === 409 || status === 410 || status === 422
}
