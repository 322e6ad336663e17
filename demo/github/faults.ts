// Things that go wrong between GitHub and us, switched on by a test: before GitHub did the work, or after it.
type FaultKind = '500' | '502' | '429' | 'secondary-rate-limit' | 'slow' | 'drop'

export type Fault = {
  /** Any method when left out. */
  method?: string
  /** Matched against the path without `/api/v3`, for instance `/comments$/`. */
  path: RegExp
  /** `after` means that the effect took place and only its answer is lost. */
  when: 'before' | 'after'
  kind: FaultKind
  /** How often it strikes; without it, every time. */
  times?: number
  /** How many matching calls pass unharmed first: 2 makes the third call fail. */
  skip?: number
  /** From 0 to 1, drawn from a generator seeded by `seed`. */
  probability?: number
  seed?: number
  retryAfterSeconds?: number
  /** Only for `slow`; the true answer follows. */
  delayMs?: number
}

type Struck = { fault: Fault; count: number }
export type Faults = {
  /** Returns a count of how often it struck. */
  add(fault: Fault): Struck
  clear(): void
  /** The fault that strikes this call at this moment, if any. */
  strike(when: Fault['when'], method: string, path: string): Fault | null
}

/** Mulberry32: a tiny generator, so that a failing run can be repeated by its seed. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

export function createFaults(): Faults {
  let armed: { struck: Struck; seen: number; random: () => number }[] = []
  return {
    add(fault) {
      const struck = { fault, count: 0 }
      armed.push({ struck, seen: 0, random: seededRandom(fault.seed ?? 1) })
      return struck
    },
    clear() {
      armed = []
    },
    strike(when, method, path) {
      for (const entry of armed) {
        const { fault } = entry.struck
        if (fault.when !== when || (fault.method ?? method) !== method || !fault.path.test(path)) continue
        entry.seen += 1
        const isDue = entry.seen > (fault.skip ?? 0) && entry.struck.count < (fault.times ?? Infinity)
        if (!isDue || (fault.probability !== undefined && entry.random() >= fault.probability)) continue
        entry.struck.count += 1
        return fault
      }
      return null
    },
  }
}
