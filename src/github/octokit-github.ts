// GitHub over HTTP for one installation: an Octokit signed in as it goes in, the port comes out. It retries nothing and
// keeps nothing; a limit is thrown as RateLimited, so that the store decides when to try again.
import type { GitHub } from './github.ts'
import { authoringVerbs } from './octokit-authoring.ts'
import { checkVerbs } from './octokit-checks.ts'
import { changeVerbs } from './octokit-changes.ts'
import { callsOf } from './octokit-calls.ts'
import type { OctokitLike } from './octokit-calls.ts'
import { fileVerbs } from './octokit-files.ts'
import { issueVerbs } from './octokit-issues.ts'
import { pastVerbs } from './octokit-past.ts'

/** `appId` is our App's own id; `now` tells when a limit ends and a check was completed. */
export const octokitGitHub = (octokit: OctokitLike, { appId, now = () => new Date() }: { appId: number; now?: () => Date }): GitHub => {
  const calls = callsOf(octokit, now)
  return {
    ...changeVerbs(calls),
    ...fileVerbs(calls),
    ...issueVerbs(calls),
    ...checkVerbs(calls, appId, now),
    ...pastVerbs(calls),
    ...authoringVerbs(calls),
    appId: () => appId,
  }
}
