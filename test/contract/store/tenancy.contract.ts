import { describe, expect, it } from 'vitest'
import type { Backfill } from '../../../src/domain/backfill.ts'
import type { TenantStore } from '../../../src/store/store.ts'
import {
  accuracy,
  at,
  change,
  deployment,
  deploymentReview,
  entry,
  incident,
  learnedRisk,
  live,
  octocat,
  pullRequest,
  repository,
  sha,
  shared,
  toService,
  type Open,
} from './made-up.ts'

type Family = Exclude<keyof TenantStore, 'installationId'>
type Call = (tenant: TenantStore) => Promise<unknown>
type Calls = { [F in Family]: { [M in keyof TenantStore[F]]: Call } }

export function tenancyContract(open: Open): void {
  describe('tenants', () => {
    const { place } = shared(open)

    /** Fills one installation and returns a call of every method with its ids, to be made by another one. */
    async function filled() {
      const { tenant, repositoryId } = place()
      await tenant.repositories.upsert(repository(repositoryId, tenant.installationId))
      const settings = {
        deployments: { from: { kind: 'deployments' as const }, mapping: [], branches: [] },
        incidents: { labels: [], lookbackMs: 1, severities: [], bots: [] },
        pullRequests: { riskCheck: true, comments: 'never' as const },
        shareWith: [],
      }
      const shop = { name: 'shop', repositoryId, paths: [], environments: [], owners: [], dependsOn: ['acme/ledger'], runbooks: [] }
      const catalog = { source: 'repository' as const, services: [shop], codeowners: [], settings }
      await tenant.catalogs.save(repositoryId, catalog, [], at(0), at(9))
      await tenant.catalogs.setProblemIssue(repositoryId, 3)
      const facts = change(repositoryId, sha('a'), { number: 1, patchId: sha('f') })
      const changeId = await tenant.changes.upsert(facts)
      const references = [{ kind: 'reverts', by: 'number', number: 1 } as const]
      const revertId = await tenant.changes.upsert(change(repositoryId, sha('b'), { number: 2, mergedAt: at(1), references }))
      await tenant.changes.linkRevert(revertId, changeId)
      await tenant.changes.linkSame(revertId, changeId)
      await tenant.changes.setGists([{ id: changeId, gist: Uint8Array.of(1) }])
      await tenant.changes.keepSpan(repositoryId, { afterAt: at(-99), lastAt: at(99) }, () => Uint8Array.of(1))
      const [deploymentId] = await tenant.deployments.upsert(deployment(repositoryId, '1'), [toService('shop')])
      await tenant.deployments.addState(deploymentId!, { state: 'success', at: at(2), url: null })
      await tenant.deployments.setLive(deploymentId!, live(at(2), [{ changeId, direction: 'in' }]))
      const [waitingId] = await tenant.deployments.upsert(deployment(repositoryId, '2'), [toService('shop')])
      const incidentId = await tenant.incidents.upsert(incident(repositoryId, 1, { reportKey: 'k' }))
      await tenant.incidents.indexTerms(incidentId, ['checkout'])
      const duplicateId = await tenant.incidents.upsert(incident(repositoryId, 2))
      await tenant.incidents.setState(duplicateId, { duplicateOfId: incidentId })
      await tenant.incidents.addOutcome({ incidentId, changeId, verdict: 'caused', at: at(3), by: octocat })
      await tenant.comments.intend(repositoryId, 1, at(0))
      await tenant.comments.saved(repositoryId, 1, 9, 'hash')
      const reading: Backfill = {
        ...{ repositoryId, run: 1, since: at(-9), incidentsSince: at(-99), phase: 'changes', cursor: 'c', step: 2 },
        ...{ requestedAt: at(0), updatedAt: at(1), finishedAt: null, pullRequests: 3, deployments: 2, incidents: 1, problems: [] },
      }
      await tenant.backfills.save(reading)
      const staged = { externalId: '5', createdAt: at(0), told: { deployment: { id: 5 }, statuses: [] } }
      await tenant.backfills.stage(repositoryId, [staged])
      await tenant.backfills.quiet(repositoryId, 1)
      const weighed = { standing: 'suspected' as const, probability: 0.6, evidence: [], reason: null, isShown: true }
      const check = { repositoryId, externalId: 'risk:4', headSha: sha('c') }
      await tenant.checks.intend(check, at(0))
      await tenant.pullRequests.upsert(pullRequest(repositoryId, 4))
      const waiting = {
        repositoryId,
        runId: 7,
        environment: 'production',
        deploymentId: '9',
        sha: sha('c'),
        ref: 'main',
        requestedAt: at(0),
      }
      const gateId = (await tenant.gate.upsert(waiting, at(0))).id
      await tenant.gate.hold(gateId, 'An incident.', at(5))
      await tenant.reviews.save(deploymentReview(deploymentId!), repositoryId, at(9))
      await tenant.implications.save({ changeId, repositoryId, incidentId, weighed })

      await tenant.timeline.add(incidentId, [entry('a')])
      await tenant.quotes.add(repositoryId, 1, [77], true)
      const replied = { repositoryId, issueNumber: 1, toCommentId: 7 }
      await tenant.postmortems.intend(incidentId, at(0), null)
      await tenant.postmortems.saved(incidentId, { issueNumber: 8, url: 'https://example.test/8', path: 'docs/a.md' })
      await tenant.followUps.intend(incidentId, { key: 'k', text: 'Alert on it', dueOn: at(0), intendedAt: at(0) })
      await tenant.followUps.opened(incidentId, 'k', 12, 'https://example.test/12')
      await tenant.reverts.save(incidentId, changeId, { number: 13, url: 'https://example.test/13', problem: null })
      await tenant.replies.intend(replied, at(0))
      await tenant.replies.saved(replied, 9, 'hash')
      await tenant.accuracies.put(accuracy(repositoryId))
      await tenant.riskAdjustments.put(learnedRisk(repositoryId))

      const window = [at(-99), at(99), 9] as const
      const reads = {
        repositories: {
          byId: (t) => t.repositories.byId(repositoryId),
          byName: (t) => t.repositories.byName('acme', `shop-${repositoryId}`),
          byIds: (t) => t.repositories.byIds([repositoryId]),
          idsByNames: (t) => t.repositories.idsByNames([`acme/shop-${repositoryId}`]),
          all: (t) => t.repositories.all(),
        },
        catalogs: {
          get: (t) => t.catalogs.get(repositoryId),
          of: async (t) => [...(await t.catalogs.of([repositoryId]))],
          declaring: (t) => t.catalogs.declaring(['shop'], null),
          depending: (t) => t.catalogs.depending(['acme/ledger'], null, 9),
        },
        changes: {
          byNumber: (t) => t.changes.byNumber(repositoryId, 1),
          byCommit: (t) => t.changes.byCommit(repositoryId, sha('a')),
          byCommitPrefix: (t) => t.changes.byCommitPrefix(repositoryId, sha('a').slice(0, 7)),
          byIds: (t) => t.changes.byIds([changeId, revertId]),
          idsByCommits: async (t) => [...(await t.changes.idsByCommits(repositoryId, [sha('a')]))],
          byPatchId: (t) => t.changes.byPatchId(repositoryId, sha('f')),
          byTitle: (t) => t.changes.byTitle(repositoryId, facts.title, at(99), 9),
          referring: (t) => t.changes.referring(facts),
          mergedBetween: (t) => t.changes.mergedBetween([repositoryId], ...window),
          gists: async (t) => [...(await t.changes.gists([changeId]))],
          earlier: (t) => t.changes.earlier(repositoryId, { after: null, before: at(500) }, 10),
          spans: (t) => t.changes.spans(repositoryId, at(500), 10),
          past: async (t) => {
            const past = await t.changes.past(repositoryId, { before: at(99), paths: ['src/cart.ts'], terms: ['round'] })
            return [...Array<unknown>(past.documentCount), ...past.documentFrequency, ...past.files, ...past.landedAt, ...past.culprits]
          },
          landings: (t) => t.changes.landings(repositoryId, { before: at(99), newest: 9, after: null, limit: 9 }),
          harms: async (t) => {
            const { harms, reverting } = await t.changes.harms(repositoryId, { since: at(-99), before: at(99), settledAfterMs: 600_000 })
            return [...harms, ...reverting]
          },
          riskPast: async (t) => {
            const limits = { harms: 9, landings: 9, window: 9, settledAfterMs: 60_000 }
            const past = await t.changes.riskPast(repositoryId, { before: at(99), keys: ['round'], paths: ['src/cart.ts'], limits })
            const { counts, harms, lastChangedAt, landedAt, companions } = past
            const numbers = [past.changes, past.settled.changes, past.settled.harmed].filter((count) => count > 0)
            return [...numbers, ...counts, ...harms, ...lastChangedAt, ...landedAt, ...companions]
          },
        },
        deployments: {
          byExternal: (t) => t.deployments.byExternal(repositoryId, 'deployment', '1'),
          byId: (t) => t.deployments.byId(waitingId!),
          liveBefore: (t) => t.deployments.liveBefore(repositoryId, 'shop', 'production', at(99), -1),
          liveAfter: (t) => t.deployments.liveAfter(repositoryId, 'shop', 'production', at(-99)),
          wasLive: async (t) => (await t.deployments.wasLive(repositoryId, 'shop', 'production', sha('d'), at(99))) || null,
          liveBetween: (t) => t.deployments.liveBetween([{ repositoryId, service: 'shop' }], ...window),
          liveInProduction: (t) => t.deployments.liveInProduction([repositoryId], ...window),
          carrying: (t) => t.deployments.carrying([changeId]),
          latest: (t) => t.deployments.latest(repositoryId, 'shop'),
        },
        incidents: {
          byIssue: (t) => t.incidents.byIssue(repositoryId, 1),
          byReportKey: (t) => t.incidents.byReportKey(repositoryId, 'k'),
          byId: (t) => t.incidents.byId(incidentId),
          open: (t) => t.incidents.open(9),
          touchedBy: (t) => t.incidents.touchedBy(repositoryId, at(0)),
          detectedBetween: (t) => t.incidents.detectedBetween([repositoryId], ...window),
          byIds: (t) => t.incidents.byIds([incidentId]),
          withWords: (t) => t.incidents.withWords([incidentId]),
          search: async (t) => {
            const found = await t.incidents.search({
              reader: { id: repositoryId, owner: 'acme', name: 'shop' },
              terms: ['checkout'],
              before: at(99),
              rarest: 5,
              limit: 5,
            })
            return [...found.ids, ...found.documentFrequency, ...Array<unknown>(found.documentCount)]
          },
          outcomes: (t) => t.incidents.outcomes(incidentId),
          openedAt: async (t) => [...(await t.incidents.openedAt([incidentId]))],
          duplicatesOf: (t) => t.incidents.duplicatesOf(incidentId),
        },
        comments: { get: (t) => t.comments.get(repositoryId, 1) },
        checks: {
          get: (t) => t.checks.get(check),
          ofCommit: (t) => t.checks.ofCommit(check.repositoryId, check.headSha),
          commitsOf: (t) => t.checks.commitsOf(check.repositoryId, check.externalId),
        },
        reviews: { get: (t) => t.reviews.get(deploymentId!), byExternal: (t) => t.reviews.byExternal('1') },
        gate: { byId: (t) => t.gate.byId(gateId), held: (t) => t.gate.held() },
        pullRequests: {
          get: (t) => t.pullRequests.get(repositoryId, 4),
          open: (t) => t.pullRequests.open(repositoryId, 9),
          incidentsOfFiles: (t) => t.pullRequests.incidentsOfFiles(repositoryId, ['src/cart.ts'], 9),
        },
        backfills: {
          get: (t) => t.backfills.get(repositoryId),
          staged: (t) => t.backfills.staged(repositoryId, 9),
          isQuiet: async (t) => (await t.backfills.isQuiet(repositoryId, 1)) || null,
        },
        implications: { ofIncident: (t) => t.implications.ofIncident(incidentId), ofChange: (t) => t.implications.ofChange(changeId) },
        timeline: { list: (t) => t.timeline.list(incidentId) },
        accuracies: { get: (t) => t.accuracies.get(repositoryId) },
        riskAdjustments: { get: (t) => t.riskAdjustments.get(repositoryId) },
        quotes: { of: (t) => t.quotes.of(repositoryId, 1), touching: (t) => t.quotes.touching(repositoryId) },
        replies: { get: (t) => t.replies.get(replied) },
        postmortems: {
          get: (t) => t.postmortems.get(incidentId),
          byIssue: (t) => t.postmortems.byIssue(repositoryId, 8),
          documents: (t) => t.postmortems.documents(repositoryId),
        },
        followUps: {
          ofIncidents: (t) => t.followUps.ofIncidents([incidentId]),
          ofRepositories: (t) => t.followUps.ofRepositories([repositoryId], 9),
          byIssue: (t) => t.followUps.byIssue(repositoryId, 12),
        },
        reverts: { ofIncident: (t) => t.reverts.ofIncident(incidentId) },
      } satisfies { [F in Family]: Record<string, Call> }
      const writes = {
        repositories: {
          // Taking a repository over by announcing it is meant (see the installation suite): here it names one of its own.
          upsert: (t) => t.repositories.upsert(repository(-repositoryId, t.installationId, { name: `shop-${repositoryId}` })),
          markRemoved: (t) => t.repositories.markRemoved(repositoryId, at(9)),
        },
        catalogs: {
          save: (t) => t.catalogs.save(repositoryId, { ...catalog, source: 'causeway.yml' }, [], at(9)),
          setProblemIssue: (t) => t.catalogs.setProblemIssue(repositoryId, 99),
          readAgain: (t) => t.catalogs.readAgain(at(1)),
        },
        changes: {
          upsert: (t) => t.changes.upsert({ ...facts, title: 'Theirs', updatedAt: at(9), terms: ['round'] }),
          edit: (t) => t.changes.edit(repositoryId, 1, { title: 'Theirs', bodyExcerpt: '', labels: [], updatedAt: at(99) }),
          linkRevert: (t) => t.changes.linkRevert(changeId, revertId),
          setGists: (t) => t.changes.setGists([{ id: changeId, gist: Uint8Array.of(9) }]),
          linkSame: (t) => t.changes.linkSame(changeId, revertId),
          keepSpan: (t) => t.changes.keepSpan(repositoryId, { afterAt: at(-99), lastAt: at(-98) }, () => Uint8Array.of(9)),
          dropSpans: (t) => t.changes.dropSpans(repositoryId),
        },
        deployments: {
          upsert: (t) => t.deployments.upsert(deployment(repositoryId, '1'), [{ ...toService('shop'), isAmbiguous: true }]),
          addState: (t) => t.deployments.addState(deploymentId!, { state: 'failure', at: at(50), url: null }),
          setLive: (t) => t.deployments.setLive(deploymentId!, live(at(50))),
          goLiveAgain: (t) => t.deployments.goLiveAgain(deploymentId!, 2, at(50)),
          withdraw: (t) => t.deployments.withdraw([waitingId!]),
        },
        incidents: {
          upsert: (t) => t.incidents.upsert(incident(repositoryId, 1, { title: 'Theirs', updatedAt: at(99) })),
          setState: (t) => t.incidents.setState(incidentId, { status: 'resolved', resolvedAt: at(9) }),
          setLabels: (t) => t.incidents.setLabels(incidentId, ['theirs']),
          setFix: (t) => t.incidents.setFix(incidentId, { kind: 'comment', excerpt: '', url: '' }),
          retract: (t) => t.incidents.retract(incidentId, at(9)),
          indexTerms: (t) => t.incidents.indexTerms(incidentId, ['theirs']),
          addOutcome: (t) => t.incidents.addOutcome({ incidentId, changeId, verdict: 'no-change', at: at(9), by: octocat }),
        },
        comments: {
          intend: (t) => t.comments.intend(repositoryId, 1, at(9)),
          saved: (t) => t.comments.saved(repositoryId, 1, 10, 'theirs'),
          deleted: (t) => t.comments.deleted(repositoryId, 1, at(9)),
        },
        reviews: { save: (t) => t.reviews.save({ ...deploymentReview(deploymentId!), service: 'theirs' }, repositoryId, null) },
        gate: {
          upsert: (t) => t.gate.upsert({ ...waiting, ref: 'theirs' }, at(9)),
          hold: (t) => t.gate.hold(gateId, 'Theirs.', at(9)),
          decide: (t) => t.gate.decide(gateId, 'approved', 'Theirs.'),
        },
        checks: {
          intend: (t) => t.checks.intend(check, at(9)),
          saved: (t) => t.checks.saved(check, { checkRunId: 1, bodyHash: 'theirs', annotated: [] }),
        },
        accuracies: { put: (t) => t.accuracies.put(accuracy(repositoryId, { cases: 99 })) },
        riskAdjustments: { put: (t) => t.riskAdjustments.put(learnedRisk(repositoryId, { modelVersion: 'risk-9' })) },
        pullRequests: {
          upsert: (t) => t.pullRequests.upsert(pullRequest(repositoryId, 4, { title: 'Theirs', updatedAt: at(99) })),
          close: (t) => t.pullRequests.close(repositoryId, 4, at(99)),
          setFiles: (t) => t.pullRequests.setFiles(repositoryId, 4, { headSha: sha('c'), baseRef: 'main', files: [], isTruncated: true }),
        },
        backfills: {
          save: (t) => t.backfills.save({ ...reading, step: 99 }),
          stage: (t) => t.backfills.stage(repositoryId, [{ ...staged, createdAt: at(9) }]),
          unstage: (t) => t.backfills.unstage(repositoryId, staged.externalId),
          quiet: (t) => t.backfills.quiet(repositoryId, 2),
          speak: (t) => t.backfills.speak(repositoryId, 1),
        },
        implications: {
          save: (t) => t.implications.save({ changeId, repositoryId, incidentId, weighed: { ...weighed, probability: 0.1 } }),
          told: (t) => t.implications.told(changeId, incidentId),
        },
        timeline: {
          add: (t) => t.timeline.add(incidentId, [entry('a', { text: 'theirs', revision: 9 }), entry('b')]),
          withdraw: (t) => t.timeline.withdraw(incidentId, 'a', 9),
        },
        quotes: { add: (t) => t.quotes.add(repositoryId, 1, [78], false), clear: (t) => t.quotes.clear(repositoryId, 1) },
        postmortems: {
          intend: (t) => t.postmortems.intend(incidentId, at(9), 'docs/theirs.md'),
          saved: (t) => t.postmortems.saved(incidentId, { issueNumber: 9, url: 'https://example.test/9', path: null }),
          place: (t) => t.postmortems.place(incidentId, { path: 'docs/theirs.md', lostAt: at(9) }),
          read: (t) => t.postmortems.read(incidentId, at(9)),
        },
        followUps: {
          intend: (t) => t.followUps.intend(incidentId, { key: 'theirs', text: '', dueOn: at(9), intendedAt: at(9) }),
          opened: (t) => t.followUps.opened(incidentId, 'k', 99, 'https://example.test/99'),
          edit: (t) => t.followUps.edit(incidentId, 'k', { text: 'Theirs', dueOn: at(9) }),
          follow: (t) => t.followUps.follow(repositoryId, 12, { closedAt: at(9), isDropped: false, assignees: [], updatedAt: at(9) }),
          noteOverdue: (t) => t.followUps.noteOverdue(incidentId, at(9_999)),
        },
        reverts: { save: (t) => t.reverts.save(incidentId, changeId, { number: null, url: null, problem: 'conflict' }) },
        replies: {
          intend: (t) => t.replies.intend(replied, at(9)),
          saved: (t) => t.replies.saved(replied, 10, 'theirs'),
        },
      } satisfies { [F in Family]: Record<string, Call> }
      const families = Object.keys(reads) as Family[]
      // Fails to compile when the store gets a method that neither list calls.
      const every: Calls = {
        repositories: { ...reads.repositories, ...writes.repositories },
        catalogs: { ...reads.catalogs, ...writes.catalogs },
        changes: { ...reads.changes, ...writes.changes },
        deployments: { ...reads.deployments, ...writes.deployments },
        incidents: { ...reads.incidents, ...writes.incidents },
        comments: { ...reads.comments, ...writes.comments },
        checks: { ...reads.checks, ...writes.checks },
        accuracies: { ...reads.accuracies, ...writes.accuracies },
        riskAdjustments: { ...reads.riskAdjustments, ...writes.riskAdjustments },
        reviews: { ...reads.reviews, ...writes.reviews },
        gate: { ...reads.gate, ...writes.gate },
        pullRequests: { ...reads.pullRequests, ...writes.pullRequests },
        backfills: { ...reads.backfills, ...writes.backfills },
        implications: { ...reads.implications, ...writes.implications },
        timeline: { ...reads.timeline, ...writes.timeline },
        quotes: { ...reads.quotes, ...writes.quotes },
        replies: { ...reads.replies, ...writes.replies },
        postmortems: { ...reads.postmortems, ...writes.postmortems },
        followUps: { ...reads.followUps, ...writes.followUps },
        reverts: { ...reads.reverts, ...writes.reverts },
      }
      const readAll = async (t: TenantStore) => {
        const seen: Record<string, unknown> = {}
        for (const family of families) {
          for (const [method, call] of Object.entries<Call>(reads[family])) seen[`${family}.${method}`] = await call(t)
        }
        return seen
      }
      return { tenant, writes: families.flatMap((family) => Object.values<Call>(writes[family])), every, readAll, families }
    }

    const nothing = (value: unknown): boolean => value === null || (Array.isArray(value) && value.length === 0)

    it('shows one installation nothing of another, through any method', async () => {
      const { tenant, readAll, every, families } = await filled()
      for (const family of families) expect(Object.keys(every[family]).sort()).toEqual(Object.keys(tenant[family]).sort())
      const own = await readAll(tenant)
      for (const [method, seen] of Object.entries(own)) expect([method, nothing(seen)]).toEqual([method, false])
      const foreign = await readAll(place().tenant)
      for (const [method, seen] of Object.entries(foreign)) expect([method, nothing(seen)]).toEqual([method, true])
    })

    it('lets one installation change nothing of another, through any method', async () => {
      const { tenant, readAll, writes } = await filled()
      const before = await readAll(tenant)
      const { tenant: stranger } = place()
      for (const write of writes) await write(stranger)
      expect(await readAll(tenant)).toEqual(before)
    })
  })
}
