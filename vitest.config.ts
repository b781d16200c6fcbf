import { existsSync } from 'node:fs'
import { defineConfig } from 'vitest/config'

/** Shared by every project: two cores, so two workers; a hung test ends well before a person gives up. */
const common = { testTimeout: 20_000, hookTimeout: 60_000 }

export default defineConfig({
  test: {
    // Processes, not threads: tests start servers, signals and native modules; threads were no faster (6.0 s against 4.9 s).
    pool: 'forks',
    maxWorkers: 2,
    // A focused test left behind must fail here too, not only under CI.
    allowOnly: false,
    projects: [
      {
        test: {
          ...common,
          name: 'unit',
          include: ['{packages,services}/**/*.test.ts', 'scripts/**/*.test.ts'],
          globalSetup: ['packages/testkit/src/vitest-global-setup.ts'].filter((path) => existsSync(path)),
        },
      },
      { test: { ...common, name: 'architecture', include: ['test/architecture/**/*.test.ts'] } },
      {
        test: {
          ...common,
          name: 'acceptance',
          include: ['test/acceptance/**/*.test.ts'],
          globalSetup: ['test/acceptance/global-setup.ts'].filter((path) => existsSync(path)),
        },
      },
    ],
  },
})
