// How delivery and incidents went in a period, in DORA's words: each rate with the counts that it is made of.

/** `of` is the denominator, printed beside every rate; null where there is nothing to divide by. */
export type Rate = { count: number; of: number; rate: number | null }

/** Of `cases` spans, in milliseconds; null when there was none. */
export type MedianSpan = { cases: number; medianMs: number | null }

export type PerformanceReport = {
  from: Date
  to: Date
  /** Null: all services. */
  service: string | null
  deployments: {
    /** Distinct deployments that went live in production. One report that became several services counts once. */
    live: number
    perDay: number
    /** From merge to the first time live in production; the first deployment of a service carries none. */
    leadTime: MedianSpan
    /** Deployments that were rolled back, or carried a change that a human confirmed as the cause of an incident. */
    failed: Rate
    /** From going live to the rollback, or to the incident's mitigation or end, whichever came first. */
    recoveryTime: MedianSpan
    /** Deployments made because of an incident in production: rollbacks, and those that brought its fix. */
    rework: Rate
  }
  incidents: {
    count: number
    byService: { service: string; count: number }[]
    byCause: { change: number; noChange: number; unknown: number }
    acknowledge: MedianSpan
    mitigate: MedianSpan
    resolve: MedianSpan
  }
  /** What was still to be done at the end of the period after incidents of any time; overdue ones are among the open. */
  followUps: { open: number; overdue: number }
  ranking: {
    /** Incidents with a confirmed cause before which a first suspect had been named; how often it was that one. */
    firstRight: Rate
    /** What had been said of those first suspects, on average: the nearer to the rate, the better calibrated. */
    meanProbability: number | null
  }
}
