// A report of delivery and incidents, in rows that a terminal and markdown both show. Pure.
import type { MedianSpan, PerformanceReport, Rate } from '../domain/performance.ts'
import { inline } from './escape.ts'
import { count, duration, percent, utcDay } from './words.ts'

/** `text` is foreign and raw where a service is named. */
export type PerformanceSection = { heading: string; rows: { name: string; figure: string; madeOf: string }[] }

const MOST_SERVICES = 20

/** Every figure with what it was made of. */
export function performanceSections(report: PerformanceReport): PerformanceSection[] {
  const { deployments, incidents, followUps, ranking } = report
  const services = incidents.byService.slice(0, MOST_SERVICES).map((each) => ({
    name: each.service,
    figure: count(each.count, 'incident'),
    madeOf: '',
  }))
  return [
    {
      heading: 'Delivery',
      rows: [
        {
          name: 'Deployment frequency',
          figure: `${rounded(deployments.perDay)} a day`,
          madeOf: `${count(deployments.live, 'distinct deployment')} live in production`,
        },
        spanRow('Lead time for changes', deployments.leadTime, 'change', 'median from merge to live'),
        rateRow('Change fail rate', deployments.failed, 'deployment', 'rolled back, or confirmed as the cause of an incident'),
        spanRow(
          'Failed deployment recovery time',
          deployments.recoveryTime,
          'failed deployment',
          'median from live to rolled back, mitigated or resolved',
        ),
        rateRow('Deployment rework rate', deployments.rework, 'deployment', 'rollbacks, and those that brought the fix of an incident'),
      ],
    },
    {
      heading: 'Incidents',
      rows: [
        { name: 'Detected', figure: count(incidents.count, 'incident'), madeOf: 'duplicates and mere reports left out' },
        spanRow('Time to acknowledge', incidents.acknowledge, 'incident', 'median from its beginning'),
        spanRow('Time to mitigate', incidents.mitigate, 'incident', 'median from its beginning'),
        spanRow('Time to resolve', incidents.resolve, 'incident', 'median from its beginning'),
        { name: 'Caused by a change', figure: count(incidents.byCause.change, 'incident'), madeOf: 'confirmed by somebody' },
        { name: 'Caused by no change', figure: count(incidents.byCause.noChange, 'incident'), madeOf: 'said by somebody' },
        { name: 'Cause not known', figure: count(incidents.byCause.unknown, 'incident'), madeOf: 'nobody has said' },
      ],
    },
    {
      heading: 'Follow-ups',
      rows: [
        { name: 'Still to do', figure: String(followUps.open), madeOf: 'after incidents of any time, at the end of the period' },
        { name: 'Overdue', figure: `${followUps.overdue} of ${followUps.open}`, madeOf: 'their day was over by then' },
      ],
    },
    ...(services.length > 0 ? [{ heading: 'Incidents by service', rows: services }] : []),
    {
      heading: 'Ranking',
      rows: [
        rateRow('First suspect was the cause', ranking.firstRight, 'incident', 'with a confirmed cause and a suspect named before'),
        {
          name: 'Probability it was given',
          figure: ranking.meanProbability === null ? 'not known' : percent(ranking.meanProbability),
          madeOf: 'on average; the nearer to the share above, the better calibrated',
        },
      ],
    },
  ]
}

/** GitHub-flavoured markdown. */
export function renderPerformance(report: PerformanceReport): string {
  const sections = performanceSections(report).flatMap(({ heading, rows }) => [
    `## ${heading}`,
    ['| | | |', '|---|--:|---|', ...rows.map((row) => `| ${inline(row.name, 80)} | ${row.figure} | ${row.madeOf} |`)].join('\n'),
  ])
  return `${[`# ${inline(performanceTitle(report), 200)}`, ...sections].join('\n\n')}\n`
}

export function performanceTitle({ from, to, service }: PerformanceReport): string {
  return `${service ?? 'All services'}, ${utcDay(from)} to ${utcDay(to)} (UTC)`
}

function rateRow(name: string, { count: part, of, rate }: Rate, one: string, what: string): PerformanceSection['rows'][number] {
  return { name, figure: rate === null ? 'not known' : percent(rate), madeOf: `${part} of ${count(of, one)}: ${what}` }
}

function spanRow(name: string, { cases, medianMs }: MedianSpan, one: string, what: string): PerformanceSection['rows'][number] {
  return { name, figure: medianMs === null ? 'not known' : duration(medianMs), madeOf: `${what}, of ${count(cases, one)}` }
}

function rounded(perDay: number): string {
  return perDay >= 10 ? perDay.toFixed(0) : perDay >= 1 ? perDay.toFixed(1) : perDay.toFixed(2)
}
