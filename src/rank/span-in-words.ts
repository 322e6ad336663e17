import { formatDistanceStrict } from 'date-fns/formatDistanceStrict'

/** A span as people say it: "12 minutes", "3 hours", "2 days"; rounded as everywhere else in the comment, so that both agree. */
export function spanInWords(spanMs: number): string {
  const span = Math.max(0, spanMs)
  // Both ends near the epoch: no daylight-saving change of the machine's own zone lies between them.
  return span < 60_000 ? 'less than a minute' : formatDistanceStrict(new Date(span), new Date(0))
}
