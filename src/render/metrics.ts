// How long one incident took, as a table. Markdown; names of services are escaped.
import type { IncidentMetric, IncidentMetrics } from '../domain/incident-metrics.ts'
import { code } from './escape.ts'
import { count, duration, list } from './words.ts'

/** The median of fewer says nothing. */
const LEAST_CASES = 3

export function metricsTable(metrics: IncidentMetrics): string {
  const services = list(
    metrics.services.map((service) => code(service, 60)),
    3,
  )
  const rows: [string, IncidentMetric][] = [
    ['To detect', metrics.detect],
    ['To acknowledge', metrics.acknowledge],
    ['To mitigate', metrics.mitigate],
    ['To resolve', metrics.resolve],
  ]
  return [
    `| From its beginning | This one | Median${services === '' ? '' : ` of ${services}`} |`,
    '| --- | --- | --- |',
    ...rows.map(([name, { ms, median }]) => `| ${name} | ${ms === null ? 'not said' : duration(ms)} | ${usual(median)} |`),
  ].join('\n')
}

function usual({ cases, medianMs }: IncidentMetric['median']): string {
  if (medianMs === null || cases < LEAST_CASES)
    return `not known: ${cases === 0 ? 'no earlier incident' : `only ${count(cases, 'earlier incident')}`}`
  return `${duration(medianMs)}, of ${count(cases, 'earlier incident')}`
}
