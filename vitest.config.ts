import { configDefaults, defineConfig } from 'vitest/config'

/**
 * Each acceptance project starts a shop of its own, after the other tests and one file at a time: its answers are timed.
 * `env` is its shape (test/acceptance/forms.ts); `make acceptance` runs the first one in every other shape.
 */
const acceptance = (name: string, include: string[], groupOrder: number, env: Record<string, string> = {}) => ({
  extends: true as const,
  test: {
    name,
    include,
    env,
    globalSetup: ['test/acceptance/global-setup.ts'],
    fileParallelism: false,
    sequence: { groupOrder },
  },
})

/** Rows 20 to 25: on a broker of their own. */
const brokerFaults = 'packages/messaging/test/rabbitmq/faults.test.ts'

const faults = (name: string, include: string[], groupOrder: number) => ({
  extends: true as const,
  test: { name, include, fileParallelism: false, sequence: { groupOrder } },
})

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
          exclude: [...configDefaults.exclude, 'packages/*/test/rabbitmq/**', 'packages/cli/test/split/**'],
          globalSetup: ['packages/testkit/src/vitest-global-setup.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'rabbitmq',
          include: ['packages/{messaging,rpc}/test/rabbitmq/**/*.test.ts', 'test/dead-letters/**/*.test.ts'],
          exclude: [...configDefaults.exclude, brokerFaults],
          globalSetup: ['packages/messaging/test/rabbitmq/global-setup.ts'],
        },
      },
      { extends: true, test: { name: 'scripts', include: ['scripts/**/*.test.ts'] } },
      { extends: true, test: { name: 'architecture', include: ['test/architecture/**/*.test.ts'] } },
      { extends: true, test: { name: 'model', include: ['test/model/**/*.test.ts'] } },
      { extends: true, test: { name: 'sim', include: ['test/{sim,mutants}/**/*.test.ts'] } },
      acceptance('acceptance', ['test/acceptance/**/*.test.ts'], 1),
      // The message path and the sweepers alone must suffice: the same journeys with ORDER_CALLS=events.
      acceptance('acceptance by events', ['test/acceptance/{journeys,after-placement}.test.ts'], 2, {
        ACCEPTANCE_CALLS: 'events',
      }),
      // And with every call between services by messages, inside the process.
      acceptance('acceptance by rpc', ['test/acceptance/{journeys,after-placement}.test.ts'], 3, {
        ACCEPTANCE_CALLS: 'rpc',
      }),
      // A shop of many processes, killed under load: alone on the machine, after everything else.
      faults('faults', ['test/faults/*.test.ts', 'packages/cli/test/split/run.test.ts'], 4),
      // Row by row with real processes, databases and brokers; minutes, so it is a suite of its own: make matrix.
      faults(
        'matrix',
        ['test/faults/{broker,mongo,process}/**/*.test.ts', 'packages/cli/test/split/verify.test.ts', brokerFaults],
        5,
      ),
      // Beside Python's Nameko, whose packages it needs: make nameko.
      faults('nameko', ['test/nameko/**/*.test.ts'], 6),
    ],
  },
})
