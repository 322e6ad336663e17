/** The pull request that undoes a change, asked for in an incident. */
export type RevertRecord = {
  /** Null while there is none. */
  number: number | null
  url: string | null
  /** Why there is none: the App may not, or GitHub can't since later changes touched the same lines. */
  problem: RevertProblem | null
}

export type RevertProblem = 'forbidden' | 'conflict'
