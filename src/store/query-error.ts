/**
 * The query builder's errors quote the whole query with its values, bodies of deliveries among them. Their cause, the
 * engine's own error, says what is wrong and nothing more; any other error is returned as it is.
 */
export function withoutQuery(error: unknown): unknown {
  return error instanceof Error && 'query' in error && 'params' in error && error.cause instanceof Error ? error.cause : error
}
