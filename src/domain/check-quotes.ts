// What checks tell of other repositories is remembered as what comments tell is: by repository and number. A comment has its
// issue's number, which is above zero; checks have numbers below.

type Subject = { pullRequest: number } | { deployment: number }

/** Numbers of pull requests, and our own ids of deployments, are below. */
export const FIRST_DEPLOYMENT = 2 ** 30

export const quotesNumberOf = (subject: Subject): number =>
  'pullRequest' in subject ? -subject.pullRequest : -FIRST_DEPLOYMENT - subject.deployment

/** Null for a comment's. */
export function checkOfQuotes(number: number): Subject | null {
  if (number > 0) return null
  return number <= -FIRST_DEPLOYMENT ? { deployment: -FIRST_DEPLOYMENT - number } : { pullRequest: -number }
}
