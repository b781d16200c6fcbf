import { existsSync } from 'node:fs'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    // Two cores, so two workers. Processes, not threads: tests start servers, signals and native modules; threads were no faster (6.0 s against 4.9 s).
    pool: 'forks',
    maxWorkers: 2,
    // A hung test ends well before a person gives up.
    testTimeout: 20_000,
    hookTimeout: 60_000,
    // A focused test left behind must fail here too, not only under CI.
    allowOnly: false,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['{packages,services}/**/*.test.ts'],
          globalSetup: ['packages/testkit/src/vitest-global-setup.ts'].filter((path) => existsSync(path)),
        },
      },
      { extends: true, test: { name: 'scripts', include: ['scripts/**/*.test.ts'] } },
      { extends: true, test: { name: 'architecture', include: ['test/architecture/**/*.test.ts'] } },
      {
        extends: true,
        test: {
          name: 'acceptance',
          include: ['test/acceptance/**/*.test.ts'],
          globalSetup: ['test/acceptance/global-setup.ts'].filter((path) => existsSync(path)),
        },
      },
    ],
  },
})
