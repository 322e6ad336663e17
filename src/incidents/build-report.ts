// From what was gathered and ranked to what the comment says. Adds links and names; decides nothing.
import type { Accuracy } from '../domain/accuracy.ts'
import type { Incident } from '../domain/incident.ts'
import type { Ranking } from '../domain/ranking.ts'
import type { IncidentReport, Link, ReportedChange, RollbackKit } from '../domain/report.ts'
import type { Repository } from '../domain/repository.ts'
import { shareInterval } from '../rank/metrics.ts'
import type { TimelineEntry } from '../domain/timeline.ts'
import type { Work } from '../work.ts'
import { isCarried, type Gathered, type GatheredCandidate } from './gather-candidates.ts'
import type { Similar } from './gather-similar.ts'
import type { Judged } from './heed-verdicts.ts'
import { incidentMetrics } from '../reports/incident-metrics.ts'
import { followUpsOf } from './gather-follow-ups.ts'
import { nameOf } from './gather-related.ts'
import { readTimeline, type Said } from './read-timeline.ts'
import { changeLink, rollbackKit } from './rollback-kit.ts'
import { seeReadable, type Scope } from './scope.ts'
import { whoKnows } from './who-knows.ts'

const MOST_SUSPECTS = 5
/** After the first three, what is less likely than this waits in the fold: a table is read at a glance. */
const LEAST_SUSPECTS = 3
const LEAST_PROBABILITY = 0.01
const MOST_OTHERS = 30
const MOST_RULED_OUT = 20
/** Fewer past cases than this say nothing of how often the ranking is right. */
const LEAST_CASES = 10
const MOST_ENTRIES = 15

export type Answer = {
  incident: Incident
  scope: Scope
  gathered: Gathered
  ranking: Ranking
  similar: Similar
  judged: Judged
  said: Said
  accuracy: Accuracy | null
}

export async function buildReport(work: Work, answer: Answer): Promise<IncidentReport> {
  const { incident, scope, gathered, ranking, similar, judged } = answer
  const byId = new Map(gathered.candidates.map((each) => [each.candidate.id, each]))
  const ranked = ranking.suspects.flatMap((suspect) => {
    const found = byId.get(suspect.id)
    return found ? [{ suspect, found }] : []
  })
  const firstUnlikely = ranked.findIndex(({ suspect }, place) => place >= LEAST_SUSPECTS && suspect.probability < LEAST_PROBABILITY)
  const shownCount = Math.min(MOST_SUSPECTS, firstUnlikely === -1 ? ranked.length : firstUnlikely)
  const others = ranked.slice(shownCount)
  // Which change was first depends on when it was asked: the answer may depend on the facts alone.
  const timeline = (await readTimeline(work.tenant, incident, answer.said)).filter(({ fact }) => fact.kind !== 'ranking')
  return {
    incidentId: incident.id,
    issueNumber: incident.issueNumber,
    repository: { owner: scope.repository.owner, name: scope.repository.name, url: pageOf(incident) },
    repositoryId: scope.repository.id,
    status: incident.status,
    services: incident.services,
    severity: incident.severity,
    lead: incident.lead,
    duplicateOf: await firstOf(work, incident, scope),
    rolledBack: rolledBack(incident, timeline),
    acknowledgedAt: incident.acknowledgedAt,
    mitigatedAt: incident.mitigatedAt,
    detectedAt: incident.detectedAt,
    detectedBy: incident.detectedBy,
    computedAt: gathered.asOf,
    lookbackMs: scope.catalog.settings.incidents.lookbackMs,
    pool: ranking.pool,
    verdict: judged.confirmed.length > 0 ? 'caused' : judged.verdicts.isNoChange ? 'no-change' : null,
    none: ranking.none,
    lastWorked: judged.worked,
    liveWhenItWorked: gathered.candidates.filter(({ candidate }) => candidate.ruledOut?.reason === 'worked-since').length,
    suspects: ranked.slice(0, shownCount).map(({ suspect, found }) => ({
      ...reported(found, scope),
      probability: suspect.probability,
      contacts: whoKnows(found.change, scope.catalogs.get(found.change.repositoryId)),
      evidence: suspect.evidence,
      isReverted: found.change.revertedBy.length > 0,
    })),
    reverts: await revertsOf(work, answer),
    mayRevert: scope.catalog.settings.incidents.rollback === 'pull-request',
    rollback: ranked[0] ? await kitFor(work, ranked[0].found, answer) : null,
    pastIncidents: similar.past,
    heatmap: similar.heatmap,
    related: similar.related,
    graph: scope.graph,
    runbooks: runbooksOf(incident, scope),
    otherChanges: others
      .slice(0, MOST_OTHERS)
      .map(({ suspect, found }) => ({ ...reported(found, scope), probability: suspect.probability })),
    otherChangesLeftOut: Math.max(0, others.length - MOST_OTHERS),
    ruledOut: gathered.candidates
      .filter(({ candidate }) => candidate.ruledOut !== null)
      .sort((a, b) => b.candidate.mergedAt.getTime() - a.candidate.mergedAt.getTime() || (a.candidate.id < b.candidate.id ? -1 : 1))
      .slice(0, MOST_RULED_OUT)
      .map((each) => ({ ...reported(each, scope), ruledOut: each.candidate.ruledOut! })),
    gaps: gathered.gaps,
    accuracy: shownAccuracy(answer.accuracy),
    modelVersion: ranking.modelVersion,
    reportedOnly: incident.status === 'reported',
    resolvedAt: incident.resolvedAt,
    fix: incident.fix,
    postmortem: null,
    postmortemProblem: null,
    followUps: (await followUpsOf(work, [incident], scope)).get(incident.id) ?? [],
    metrics: incident.status === 'resolved' ? await incidentMetrics(work.tenant, incident) : null,
    timeline: timeline.slice(-MOST_ENTRIES),
    timelineLength: timeline.length,
  }
}

/** Null while too few of the repository's own past cases are known to say anything. */
function shownAccuracy(measured: Accuracy | null): IncidentReport['accuracy'] {
  if (measured === null || measured.since === null || measured.cases < LEAST_CASES) return null
  const { cases, firstFive, since } = measured
  return { cases, top5: firstFive / cases, ...shareInterval(firstFive, cases), since }
}

async function firstOf(work: Work, { duplicateOfId }: Incident, scope: Scope): Promise<Link | null> {
  const first = duplicateOfId === null ? null : await work.tenant.incidents.byId(duplicateOfId)
  if (!first) return null
  await seeReadable(work, scope, [first.repositoryId])
  return scope.readable.has(first.repositoryId) ? { text: nameOf(first, scope), url: first.url } : { text: 'another incident', url: null }
}

function rolledBack({ status }: Incident, timeline: TimelineEntry[]): IncidentReport['rolledBack'] {
  if (status !== 'triggered' && status !== 'acknowledged') return null
  const last = timeline.findLast(({ fact }) => fact.kind === 'rollback')
  return last?.fact.kind === 'rollback' ? { service: last.fact.service, at: last.at } : null
}

function reported({ change, candidate, live }: GatheredCandidate, scope: Scope): ReportedChange {
  const home = scope.readable.get(change.repositoryId)
  const link = changeLink(change)
  const isElsewhere = change.repositoryId !== scope.repository.id && home
  return {
    id: candidate.id,
    link: isElsewhere ? { text: `${home.owner}/${home.name}${change.number === null ? '@' : ''}${link.text}`, url: link.url } : link,
    title: change.title,
    mergedAt: change.mergedAt,
    liveAt: candidate.liveAt,
    environment: candidate.liveAt && live ? live.environment : null,
    bumps: change.bumps,
  }
}

async function revertsOf(work: Work, { incident }: Answer): Promise<IncidentReport['reverts']> {
  const records = await work.tenant.reverts.ofIncident(incident.id)
  if (records.length === 0) return []
  const changes = new Map((await work.tenant.changes.byIds(records.map(({ changeId }) => changeId))).map((change) => [change.id, change]))
  return records.flatMap(({ changeId, number, url, problem }) => {
    const change = changes.get(changeId)
    return change ? [{ change: changeLink(change), pull: number === null ? null : { text: `#${number}`, url }, problem }] : []
  })
}

async function kitFor(work: Work, top: GatheredCandidate, { incident, scope }: Answer): Promise<RollbackKit> {
  const { change, live } = top
  const home = scope.readable.get(change.repositoryId) ?? scope.repository
  const url = pageOfRepository(home, scope.repository, incident)
  const since = live?.liveAt
  if (!live || !since) return rollbackKit(change, null, [], new Map(), { ...home, url }, null)
  const all = await work.tenant.deployments.liveBetween(
    [{ repositoryId: live.repositoryId, service: live.service }],
    since,
    incident.detectedAt,
    200,
  )
  const history = all.filter((entry) => entry.deployment.environment === live.environment)
  const ids = history.flatMap((entry) => entry.carried.map((each) => each.changeId))
  const carried = (await work.tenant.changes.byIds([...new Set(ids)])).filter((each) => isCarried(each, live, scope))
  const changes = new Map(carried.map((each) => [each.id, each]))
  const previous = live.previousDeploymentId === null ? null : await work.tenant.deployments.byId(live.previousDeploymentId)
  return rollbackKit(change, live, history, changes, { ...home, url }, previous?.liveAt ?? null)
}

/** `https://host/owner/name`, taken from the issue's own address so that GitHub Enterprise is right too. */
function pageOf(incident: Incident): string {
  return incident.url.replace(/\/issues\/\d+.*$/, '')
}

function pageOfRepository(home: Repository, own: Repository, incident: Incident): string {
  const page = pageOf(incident)
  return home.id === own.id ? page : page.replace(/[^/]+\/[^/]+$/, `${home.owner}/${home.name}`)
}

function runbooksOf(incident: Incident, scope: Scope): Link[] {
  const page = pageOf(incident)
  const runbooks = scope.catalog.services
    .filter((service) => incident.services.includes(service.name))
    .flatMap((service) => service.runbooks)
  return [...new Set(runbooks)].map((runbook) =>
    /^https?:\/\//.test(runbook)
      ? { text: runbook, url: runbook }
      : {
          text: runbook,
          url: `${page}/blob/${encodeURIComponent(scope.repository.defaultBranch)}/${runbook.split('/').map(encodeURIComponent).join('/')}`,
        },
  )
}
