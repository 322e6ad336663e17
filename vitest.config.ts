import { defineConfig } from 'vitest/config'

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
  },
})
