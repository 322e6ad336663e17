import { defineConfig } from 'vitest/config'
import { ClosingLine } from './test/support/closing-line.ts'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Contract and end-to-end suites start databases and processes: give them time, but never for ever.
    testTimeout: 20_000,
    hookTimeout: 60_000,
    pool: 'forks',
    maxWorkers: 2,
    passWithNoTests: false,
    globalSetup: ['test/support/global-setup.ts'],
    reporters: ['default', new ClosingLine()],
  },
})
