import type { Backfill } from '../domain/backfill.ts'
import type { Repository } from '../domain/repository.ts'
import type { Catalog } from '../domain/service.ts'
import type { Work } from '../work.ts'

/** What one step of a phase works with. */
export type PastReading = {
  work: Work
  repository: Repository
  catalog: Catalog
  backfill: Backfill
  /** How often this step failed before: it asks for less then, since GitHub ends what takes too long. */
  failures: number
}

/** `cursor` null: the phase is over. */
export type PhaseResult = { cursor: string | null; found?: Partial<Pick<Backfill, 'pullRequests' | 'deployments' | 'incidents'>> }
