import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { followImplication } from '../../../src/deployments/follow-implication.ts'
import type { CheckRun, GitHubFile } from '../../../src/github/github.ts'
import { rerunCheck } from '../../../src/pull-requests/rerun-check.ts'
import { reviewOpenPullRequests } from '../../../src/pull-requests/review-open-pull-requests.ts'
import { reviewPullRequest } from '../../../src/pull-requests/review-pull-request.ts'
import { seeRepository } from '../../../src/changes/see-repository.ts'
import { countedKeys } from '../../../src/risk/risk-keys.ts'
import { deployment, incident, sha, toService } from '../../contract/store/made-up.ts'
import { change, incidentWork, minutes, openedPull, shop, type IncidentWork } from '../../support/incident-work.ts'

const PAY = 'services/checkout/src/pay.ts'
let known: IncidentWork
let warnings: string[]

beforeEach(async () => {
  known = await incidentWork()
  warnings = []
  const warn = (_facts: object, message: string): void => void warnings.push(message)
  known.work = { ...known.work, log: { ...known.work.log, warn } }
})
afterEach(() => known.store.close())

const file = (path: string, over: Partial<GitHubFile> = {}): GitHubFile => ({
  path,
  previousPath: null,
  status: 'modified',
  added: 1,
  deleted: 1,
  patch: '@@ -4,1 +4,1 @@ export function pay() {\n-  return 1\n+  return 2',
  ...over,
})

const checks = (): CheckRun[] => [...known.github.checks.values()]
const asked = (): string[] => known.github.calls.filter((call) => /CheckRun|pullRequestFiles|checkRuns/.test(call))

/** A change of these files that a person said caused an incident. */
async function caused(number: number, path: string): Promise<void> {
  const { tenant } = known.work
  const merged = change(number, path, minutes(-900))
  const changeId = await tenant.changes.upsert({ ...merged, terms: countedKeys(merged) })
  const incidentId = await tenant.incidents.upsert(incident(shop.id, 500 + number, { title: 'Charged twice', severity: 1 }))
  await tenant.incidents.addOutcome({ incidentId, changeId, verdict: 'caused', at: minutes(-800), by: { login: 'monalisa', isBot: false } })
}

describe('the risk check', () => {
  it('annotates the lines near which a change caused an incident, and only once however often it is asked for', async () => {
    known.github.pullFiles.set(21, [file(PAY)])
    await caused(3, PAY)
    await reviewPullRequest(known.work, openedPull())
    expect(checks()).toHaveLength(1)
    expect(checks()[0]!.annotations).toEqual([
      {
        path: PAY,
        startLine: 4,
        endLine: 4,
        level: 'notice',
        message: 'A change near these lines (#3) caused incident #503: Charged twice',
      },
    ])
    await rerunCheck(known.work, { kind: 'check-rerun', repository: shop, externalId: 'risk:21', headSha: sha('a') })
    expect(checks()).toHaveLength(1)
    expect(checks()[0]!.annotations).toHaveLength(1)
  })

  it('knows a renamed file by its old name too', async () => {
    known.github.pullFiles.set(21, [file('services/checkout/src/charge.ts', { previousPath: PAY, status: 'renamed' })])
    await reviewPullRequest(known.work, openedPull())
    expect(checks()[0]!.summary).not.toContain('#503')
    await caused(3, PAY)
    await rerunCheck(known.work, { kind: 'check-rerun', repository: shop, externalId: 'risk:21', headSha: sha('a') })
    expect(checks()[0]!.summary).toContain('Incidents that came from these files')
    expect(checks()[0]!.summary).toContain('#503')
    expect(checks()[0]!.summary).toContain(`${PAY}: 1 of 1 earlier change was taken back or caused an incident`)
  })

  it('looks again when its base changes a file by the name that it had before', async () => {
    known.github.pullFiles.set(21, [file('services/checkout/src/charge.ts', { previousPath: PAY, status: 'renamed' })])
    await reviewPullRequest(known.work, openedPull())
    await caused(3, PAY)
    await reviewOpenPullRequests(known.work, shop, await seeRepository(known.work, shop), { kind: 'base', branch: 'main', paths: [PAY] })
    expect(checks()[0]!.summary).toContain('#503')
  })

  it('looks again when a change of the same files is confirmed as the cause of an incident of another service', async () => {
    const path = 'services/ledger/src/book.ts'
    known.github.pullFiles.set(21, [file(path)])
    await reviewPullRequest(known.work, openedPull())
    await caused(3, path)
    await followImplication(known.work, (await known.work.tenant.changes.byNumber(shop.id, 3))!.id)
    expect(checks()[0]!.summary).toContain('#503')
  })

  it('names who fixed an earlier incident of these files, but no bot and nobody who was forgotten', async () => {
    known.github.pullFiles.set(21, [file(PAY)])
    const { tenant } = known.work
    for (const [number, login] of Object.entries({ 31: 'monalisa', 32: 'renovate[bot]', 33: 'forgotten~0123456789' })) {
      await caused(Number(number), PAY)
      const fixedBy = { number: 100 + Number(number), title: 'Charge once', url: 'https://github.com/acme/shop/pull/1' }
      const author = { login, isBot: login.endsWith('[bot]') }
      await tenant.changes.upsert(change(fixedBy.number, 'docs/ledger.md', minutes(-700), { author }))
      const { id } = (await tenant.incidents.byIssue(shop.id, 500 + Number(number)))!
      await tenant.incidents.setFix(id, { kind: 'pull-request', changeId: null, ...fixedBy })
    }
    await reviewPullRequest(known.work, openedPull())
    expect(checks()[0]!.summary).toContain('**Who knows these files:** monalisa (fixer)\n')
  })

  it('names who went back to the version before as well', async () => {
    known.github.pullFiles.set(21, [file(PAY)])
    await caused(3, PAY)
    const { tenant } = known.work
    const [deploymentId] = await tenant.deployments.upsert(deployment(shop.id, '9', { creator: { login: 'octocat', isBot: false } }), [
      toService('checkout'),
    ])
    const { id } = (await tenant.incidents.byIssue(shop.id, 503))!
    await tenant.incidents.setFix(id, { kind: 'rollback', deploymentId: deploymentId!, service: 'checkout', toSha: sha('c'), url: null })
    await reviewPullRequest(known.work, openedPull())
    expect(checks()[0]!.summary).toContain('octocat (fixer)')
  })

  it('is written again on an older commit by its button, without taking the files for those of that commit', async () => {
    known.github.pullFiles.set(21, [file(PAY)])
    await reviewPullRequest(known.work, openedPull())
    await reviewPullRequest(known.work, openedPull({ headSha: sha('b'), updatedAt: minutes(5) }, 'synchronize'))
    known.github.calls.length = 0
    await rerunCheck(known.work, { kind: 'check-rerun', repository: shop, externalId: 'risk:21', headSha: sha('a') })
    expect(asked()).toEqual(['updateCheckRun risk:21'])
    expect(await known.work.tenant.pullRequests.get(shop.id, 21)).toMatchObject({ headSha: sha('b'), read: { headSha: sha('b') } })
  })

  it('reads 200 of 3,000 files, says so, and counts the size as GitHub does', async () => {
    known.github.pullFiles.set(
      21,
      Array.from({ length: 3_000 }, (_, at) => file(`services/checkout/src/part${at}.ts`)),
    )
    await reviewPullRequest(known.work, openedPull({ fileCount: 3_000, added: 90_000, deleted: 10 }))
    expect(asked()).toEqual(['pullRequestFiles 21', 'createCheckRun risk:21'])
    expect(checks()[0]!.summary).toContain('Only 200 of 3,000 files could be read')
    expect(checks()[0]!.summary).toContain('Changes 90,010 lines in 3,000 files')
  })

  it('stands on a head that is of a fork or stacked on another branch, and follows the base', async () => {
    known.github.pullFiles.set(21, [file(PAY)])
    // A fork's head is a commit of this repository too: GitHub keeps it under refs/pull.
    await reviewPullRequest(known.work, openedPull({ headSha: sha('f'), baseRef: 'hubot/first-part' }))
    expect(checks()).toMatchObject([{ headSha: sha('f') }])
    const catalog = await seeRepository(known.work, shop)
    known.github.calls.length = 0
    // A push to main is none to the branch it stands on.
    await reviewOpenPullRequests(known.work, shop, catalog, { kind: 'base', branch: 'main', paths: [PAY] })
    expect(asked()).toEqual([])
    // The part below is merged: GitHub retargets it, which shows other files.
    known.github.pullFiles.set(21, [file(PAY), file('services/ledger/src/book.ts')])
    await reviewPullRequest(known.work, openedPull({ headSha: sha('f'), baseRef: 'main', fileCount: 2, updatedAt: minutes(9) }, 'edited'))
    expect(asked()).toEqual(['pullRequestFiles 21', 'updateCheckRun risk:21'])
    expect(checks()).toHaveLength(1)
    await caused(4, PAY)
    await reviewOpenPullRequests(known.work, shop, catalog, { kind: 'base', branch: 'main', paths: [PAY] })
    expect(checks()[0]!.summary).toContain('Charged twice')
  })

  it('waits while it is a draft', async () => {
    known.github.pullFiles.set(21, [file(PAY)])
    await reviewPullRequest(known.work, openedPull({ isDraft: true }))
    expect(asked()).toEqual([])
    await reviewPullRequest(known.work, openedPull({ updatedAt: minutes(1) }, 'ready_for_review'))
    expect(checks()).toHaveLength(1)
  })

  it('takes what comes late for what it is: the newer head keeps its check, the older one gets none', async () => {
    known.github.pullFiles.set(21, [file(PAY)])
    await reviewPullRequest(known.work, openedPull({ headSha: sha('b'), updatedAt: minutes(5) }, 'synchronize'))
    await reviewPullRequest(known.work, openedPull())
    await reviewPullRequest(known.work, openedPull())
    expect(checks().map(({ headSha }) => headSha)).toEqual([sha('b')])
  })

  it('says in one sentence what is missing where the App may not write checks, and does the rest', async () => {
    known.github.pullFiles.set(21, [file(PAY)])
    known.github.createCheckRun = async () => {
      throw Object.assign(new Error('Resource not accessible by integration'), { status: 403 })
    }
    await reviewPullRequest(known.work, openedPull())
    expect(warnings).toEqual(['Pull requests get no risk check: grant the App "Checks: write", or set pull_requests.risk_check: false'])
    expect(await known.work.tenant.pullRequests.get(shop.id, 21)).toMatchObject({ read: { headSha: sha('a') } })
  })

  it('says that files could not be read where GitHub fails, and asks to be tried again', async () => {
    known.github.pullRequestFiles = async () => {
      throw Object.assign(new Error('Server Error'), { status: 502 })
    }
    await expect(reviewPullRequest(known.work, openedPull())).rejects.toThrow('files not read')
    expect(checks()[0]!.summary).toContain('Only 0 of 1 file could be read')
    expect(warnings).toEqual(['the files of this pull request could not be read; its check says so'])
  })
})
