import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { ClosingLine } from './test/support/closing-line.ts'
import { LongestFirst } from './test/support/longest-first.ts'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Contract and end-to-end suites start databases and processes: give them time, but never for ever.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'forks',
    execArgv: ['--import', fileURLToPath(new URL('test/support/import-quickly.ts', import.meta.url))],
    // Nothing in src keeps state in a module, so test files share a process and what it has loaded: half of a run's time.
    isolate: false,
    // One more than the cores that a small machine has: end-to-end suites spend half their time waiting for processes.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    passWithNoTests: false,
    reporters: ['default', new ClosingLine()],
  },
})
