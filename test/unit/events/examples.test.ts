// GitHub's own example payloads, some older than today's schema: none may throw, and those of an App are understood.
import examples from '@octokit/webhooks-examples'
import { describe, expect, it } from 'vitest'
import { checkRunEvent, checkSuiteEvent } from '../../../src/events/check-run.ts'
import { protectionRule } from '../../support/protection-rule.ts'
import { deploymentProtectionRuleEvent } from '../../../src/events/deployment-protection-rule.ts'
import { deploymentEvent, deploymentStatusEvent } from '../../../src/events/deployment.ts'
import { issueCommentEvent, issueEvent } from '../../../src/events/issues.ts'
import { installationEvent, installationRepositoriesEvent } from '../../../src/events/installation.ts'
import { pullRequestEvent } from '../../../src/events/pull-request.ts'
import { pushEvent } from '../../../src/events/push.ts'
import { releaseEvent } from '../../../src/events/release.ts'
import { repositoryEvent } from '../../../src/events/repository.ts'
import { workflowRunEvent } from '../../../src/events/workflow-run.ts'

const TRANSLATORS: Record<string, (payload: unknown) => { kind: string }> = {
  pull_request: pullRequestEvent,
  push: pushEvent,
  deployment: deploymentEvent,
  deployment_status: deploymentStatusEvent,
  release: releaseEvent,
  workflow_run: workflowRunEvent,
  installation: installationEvent,
  installation_repositories: installationRepositoriesEvent,
  repository: repositoryEvent,
  issues: issueEvent,
  issue_comment: issueCommentEvent,
  check_run: checkRunEvent,
  check_suite: checkSuiteEvent,
  deployment_protection_rule: deploymentProtectionRuleEvent,
}

type Payload = Record<string, unknown>
const all = examples as unknown as { name: string; examples: Payload[] }[]
const of = (name: string): Payload[] =>
  name === 'deployment_protection_rule' ? [protectionRule] : (all.find((event) => event.name === name)?.examples ?? [])
const installed = (payload: Payload | undefined): Payload => ({ ...payload, installation: { id: 2 ** 40 } })

describe('example payloads', () => {
  it.each(Object.keys(TRANSLATORS))('%s: every example is translated or ignored for a reason that is not its shape', (name) => {
    const payloads = of(name)
    expect(payloads.length).toBeGreaterThan(0)
    for (const payload of payloads) {
      const event = TRANSLATORS[name]?.(name.startsWith('installation') ? payload : installed(payload)) as { kind: string; reason?: string }
      expect(event.reason ?? '').not.toContain('unusual')
    }
  })

  it('are ignored when they were not sent to an App', () => {
    const { installation: _, ...payload } = of('deployment')[0] ?? {}
    expect(deploymentEvent(payload)).toEqual({ kind: 'ignored', reason: 'no installation in the payload: it was not sent to the App' })
  })

  it('never make a translator throw, whatever event they are of', () => {
    for (const payload of all.flatMap((event) => event.examples)) {
      for (const translate of Object.values(TRANSLATORS)) expect(typeof translate(installed(payload)).kind).toBe('string')
    }
    for (const junk of [null, undefined, 1, 'x', [], {}])
      for (const translate of Object.values(TRANSLATORS)) expect(translate(junk).kind).toBe('ignored')
  })
})

describe('a request of the gate', () => {
  it('is of the run in its callback address, and of the deployment that it tells', () => {
    expect(deploymentProtectionRuleEvent(installed(protectionRule))).toMatchObject({
      kind: 'gate-requested',
      request: { runId: 7654321, environment: 'production', ref: (protectionRule['deployment'] as Payload)['ref'] },
    })
  })
})

describe('a deployment payload', () => {
  const deployment = of('deployment')[0]
  const withPayload = (payload: unknown) => installed({ ...deployment, deployment: { ...(deployment?.deployment as Payload), payload } })
  const serviceIn = (payload: unknown) => {
    const event = deploymentEvent(withPayload(payload))
    return event.kind === 'deployment' ? event.facts.statedService : 'ignored'
  }

  it('names its service as an object or as JSON text, or not at all', () => {
    expect(serviceIn({ service: 'checkout' })).toBe('checkout')
    expect(serviceIn('{"service":"check\\u0000out"}')).toBe('checkout')
    for (const other of ['', 'not json', '[]', 7, null, { service: 7 }, { service: '' }]) expect(serviceIn(other)).toBeNull()
  })

  it('may come from an account that is gone, with an id beyond 32 bits', () => {
    const event = deploymentEvent(
      installed({ ...deployment, deployment: { ...(deployment?.deployment as Payload), id: 2 ** 41, creator: null } }),
    )
    expect(event).toMatchObject({ facts: { externalId: String(2 ** 41), creator: { login: 'ghost', isBot: false } } })
  })
})

describe('an edited issue', () => {
  const edited = (changes: unknown) => issueEvent(installed({ ...of('issues')[0], action: 'edited', changes }))

  it('tells what stood there before, where GitHub says so', () => {
    expect(edited({ body: { from: 'Slow.' } })).toMatchObject({ kind: 'issue', bodyBefore: 'Slow.' })
    expect(edited({ body: {} })).toMatchObject({ kind: 'issue', bodyBefore: '' })
    expect(edited({ title: { from: 'Slow' } })).toMatchObject({ kind: 'issue', bodyBefore: null })
  })

  it('is understood when that is in a form of another than GitHub', () => {
    for (const body of [true, false, 'Slow.', 7, []])
      expect(edited({ title: true, body })).toMatchObject({ kind: 'issue', bodyBefore: null })
  })
})

describe('a push', () => {
  const sha = (digit: string) => digit.repeat(40)
  const push = installed({
    ref: 'refs/heads/main',
    before: sha('a'),
    after: sha('b'),
    repository: { id: 2 ** 40, name: 'shop', owner: { name: 'acme' }, pushed_at: 1_767_225_600, created_at: 1 },
    commits: [{ id: sha('b'), timestamp: '2026-01-01T00:00:00+09:00', added: ['.github/causeway.yml'], modified: [], removed: [] }],
  })

  it('has its time in seconds and its paths in its commits', () => {
    expect(pushEvent(push)).toMatchObject({
      branch: 'main',
      shas: [sha('b')],
      paths: ['.github/causeway.yml'],
      pushedAt: new Date('2026-01-01T00:00:00Z'),
      isTruncated: false,
    })
  })

  it('of a tag or of a deleted branch is ignored; a new branch has no before', () => {
    expect(pushEvent({ ...push, ref: 'refs/tags/v1' })).toMatchObject({ kind: 'ignored' })
    expect(pushEvent({ ...push, deleted: true, after: sha('0') })).toMatchObject({ kind: 'ignored' })
    expect(pushEvent({ ...push, before: sha('0') })).toMatchObject({ before: null })
  })

  it('that lists as many commits as GitHub ever does may have more', () => {
    const commits = Array.from({ length: 2048 }, (_, i) => ({ id: i.toString(16).padStart(40, '0') }))
    expect(pushEvent({ ...push, commits })).toMatchObject({ isTruncated: true })
  })
})
