import type { MedianSpan } from './performance.ts'

/** How long one step took, in milliseconds (null: not yet, or never said), and how long it usually takes. */
export type IncidentMetric = { ms: number | null; median: MedianSpan }

/**
 * From the moment that an incident began: to its report, to somebody being on it, to users no longer noticing it, to its
 * end; each beside the median of earlier incidents of the same services.
 */
export type IncidentMetrics = {
  services: string[]
  detect: IncidentMetric
  acknowledge: IncidentMetric
  mitigate: IncidentMetric
  resolve: IncidentMetric
}
