// How often would the ranker have been right here? Asks it about every cause that this repository's own past has found
// out, by the same way as an incident's comment, each with only what was stored of the time before. What they teach about
// the model is kept beside it, if using it would have helped.
import type { Accuracy } from '../domain/accuracy.ts'
import type { Incident } from '../domain/incident.ts'
import { seeRepository } from '../changes/see-repository.ts'
import { isPlanned, reasonOf } from '../history/revert-reason.ts'
import { adjustedScores, adjustmentFrom, type AnsweredCase, answeredCase, playInTime } from '../rank/adjust.ts'
import { shippedSuspectModel } from '../rank/model.ts'
import { rankOf } from '../rank/score.ts'
import type { Work } from '../work.ts'
import { gatherCandidates } from './gather-candidates.ts'
import { gatherPast, queryOf } from './gather-past.ts'
import { scopeOf, type Scope } from './scope.ts'

const DAY_MS = 86_400_000
/** The newest of the last two years: a hundred are a few seconds of work, and make the interval narrow enough. */
const MOST_CASES = 100
const OLDEST_MS = 730 * DAY_MS
/** With fewer candidates the first five say nothing. */
const LEAST_POOL = 6

/** Measures and keeps it; unless forced, does nothing when that was done within a day with the same model. Bounded: at most 100 rankings. */
export async function measureAccuracy(work: Work, repositoryId: number, isForced = false): Promise<void> {
  const repository = await work.tenant.repositories.byId(repositoryId)
  const now = work.now()
  if (!repository || repository.removedAt) return
  if (!isForced && !isStale(await work.tenant.accuracies.get(repositoryId), now)) return
  const { culprits } = await work.tenant.changes.past(repositoryId, { before: now, paths: [], terms: [] })
  const known = culprits.filter(({ incidentAt }) => incidentAt.getTime() >= now.getTime() - OLDEST_MS)
  const services = (await seeRepository(work, repository)).services.map(({ name }) => name)
  const scope = await scopeOf(work, askedAt(now, '', repositoryId, services), repository)
  const answered: { at: Date; case: AnsweredCase }[] = []
  for (const culprit of known.slice(-MOST_CASES)) {
    const asked = await askAgain(work, scope, services, culprit)
    if (asked !== null) answered.push({ at: culprit.incidentAt, case: asked })
  }
  const cases = answered.map((each) => each.case)
  const model = shippedSuspectModel()
  // Each as it would have been answered then, by a model adjusted by what was known then.
  const ranks = playInTime(cases, model).map(
    ({ factors }, at) => rankOf(adjustedScores(cases[at]!, factors), cases[at]!.culprits) ?? Infinity,
  )
  await work.tenant.accuracies.put({
    repositoryId,
    modelVersion: model.version,
    measuredAt: now,
    cases: ranks.length,
    first: ranks.filter((rank) => rank === 1).length,
    firstFive: ranks.filter((rank) => rank <= 5).length,
    since: answered[0]?.at ?? null,
    adjustment: adjustmentFrom(cases, model),
  })
  work.log.info({ repository: repositoryId, cases: ranks.length }, 'accuracy measured')
}

/** However many answers find it out of date, it is asked for once. */
export async function measureLater(work: Work, repositoryId: number, known: Accuracy | null): Promise<void> {
  if (!isStale(known, work.now())) return
  const once = `accuracy:${repositoryId}:${known?.measuredAt.getTime() ?? 'never'}:${shippedSuspectModel().version}`
  await work.followUp({ kind: 'accuracy', repositoryId }, once)
}

/** True when it was never measured, more than a day ago, or with another model. */
function isStale(known: Accuracy | null, now: Date): boolean {
  return known?.modelVersion !== shippedSuspectModel().version || now.getTime() - known.measuredAt.getTime() >= DAY_MS
}

type PastCulprit = Awaited<ReturnType<Work['tenant']['changes']['past']>>['culprits'][number]

/** The question with its answer; null when nothing broke, no reason was given, or there was hardly anything to choose from. */
async function askAgain(work: Work, scope: Scope, services: string[], culprit: PastCulprit): Promise<AnsweredCase | null> {
  const [change] = await work.tenant.changes.byIds([culprit.changeId])
  if (!change) return null
  const [title = '', ...body] = culprit.text.split('\n')
  const reason = reasonOf({ title, body: body.join('\n') }, [change])
  if (reason === null || isPlanned(reason)) return null
  const incident = askedAt(new Date(culprit.incidentAt.getTime() - 1), reason, scope.repository.id, services)
  const gathered = await gatherCandidates(work, incident, scope)
  const candidates = gathered.candidates.map(({ candidate }) => candidate)
  const weighed = candidates.filter(({ ruledOut }) => ruledOut === null)
  if (weighed.length < LEAST_POOL || !weighed.some(({ id }) => id === change.mergeSha)) return null
  const { past } = await gatherPast(work, incident, gathered.candidates, scope.repository)
  const answered = answeredCase(queryOf(incident), candidates, past, shippedSuspectModel(), change.mergeSha)
  return answered.culprits.length === 0 ? null : answered
}

/** As if it had been reported then, just before it was taken back: over at once, so that nothing later is looked at. */
function askedAt(at: Date, text: string, repositoryId: number, services: string[]): Incident {
  return {
    id: 0,
    repositoryId,
    issueNumber: 0,
    title: '',
    body: text,
    labels: [],
    author: { login: 'ghost', isBot: false },
    isTrusted: true,
    services,
    servicesBy: 'repository',
    severity: null,
    detectedAt: at,
    detectedBy: 'created',
    openedAt: at,
    closedAt: at,
    url: '',
    updatedAt: at,
    reportKey: null,
    status: 'resolved',
    acknowledgedAt: null,
    mitigatedAt: null,
    resolvedAt: at,
    fix: null,
    lead: null,
    duplicateOfId: null,
    retractedAt: null,
  }
}
