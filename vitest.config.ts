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

/** Rows 20 to 25, on a broker of their own, and its life. */
const brokerFaults = 'packages/messaging/test/rabbitmq/{faults,private-broker}.test.ts'
/** Each starts shops of its own, in all forms: minutes. */
const shops = [
  'packages/cli/test/{split/run,split/verify,dead-letters,reconciliation}.test.ts',
  'test/faults/split-shop.test.ts',
]

/** The shop that make up brought up: minutes, one file at a time. */
const kind = (name: string, include: string[], groupOrder: number) => ({
  extends: true as const,
  test: {
    name,
    include,
    fileParallelism: false,
    sequence: { groupOrder },
    testTimeout: 120_000,
    globalSetup: ['test/kind/support/global-setup.ts'],
  },
})

const faults = (name: string, include: string[], groupOrder: number) => ({
  extends: true as const,
  test: { name, include, fileParallelism: false, sequence: { groupOrder } },
})

/** Where any failure is a broken promise of the protocol, however seldom. */
const noSecondTry = { retry: 0 }

export default defineConfig({
  test: {
    // Processes, not threads: tests start servers, signals and native modules; threads were no faster (6.0 s against 4.9 s).
    pool: 'forks',
    // Two cores, and tests that often wait.
    maxWorkers: 3,
    // A worker keeps what it imported for its next file, which is two fifths of the time. So no test may leave anything behind.
    isolate: false,
    // A hung test ends well before a person gives up.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // On CI a test that met a slow moment has a second try, and the summary says which one took it (scripts/test-count.ts).
    retry: process.env['CI'] ? 1 : 0,
    // A focused test left behind must fail here too, not only under CI.
    allowOnly: false,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['{packages,services}/**/*.test.ts'],
          exclude: [...configDefaults.exclude, 'packages/*/test/rabbitmq/**', 'packages/cli/test/observe/**', ...shops],
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
      {
        extends: true,
        test: {
          name: 'scripts',
          include: ['scripts/**/*.test.ts', 'test/{kind/support,rollout,exercise}/**/*.test.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'telemetry',
          include: ['test/telemetry/**/*.test.ts'],
          exclude: ['test/telemetry/{prometheus,dashboards,latency}.test.ts'],
        },
      },
      { extends: true, test: { name: 'architecture', include: ['test/architecture/**/*.test.ts'] } },
      { extends: true, test: { name: 'model', include: ['test/model/**/*.test.ts'], ...noSecondTry } },
      { extends: true, test: { name: 'sim', include: ['test/{sim,mutants}/**/*.test.ts'], ...noSecondTry } },
      acceptance('acceptance', ['test/acceptance/**/*.test.ts'], 1),
      // The message path and the sweepers alone must suffice: the same journeys with ORDER_CALLS=events.
      acceptance('acceptance by events', ['test/acceptance/{journeys,after-placement}.test.ts'], 2, {
        ACCEPTANCE_CALLS: 'events',
      }),
      // And with every call between services by messages, inside the process.
      acceptance('acceptance by rpc', ['test/acceptance/{journeys,after-placement}.test.ts'], 3, {
        ACCEPTANCE_CALLS: 'rpc',
      }),
      // Shops of many processes, killed under load: after everything else.
      {
        extends: true,
        test: {
          name: 'faults',
          include: ['test/faults/{crash,kill}.test.ts'],
          sequence: { groupOrder: 4 },
          ...noSecondTry,
        },
      },
      // Row by row with real processes, databases and brokers; minutes, so it is a suite of its own: make matrix.
      faults('matrix', ['test/faults/{broker,mongo,process}/**/*.test.ts', brokerFaults], 5),
      {
        extends: true,
        test: {
          name: 'matrix of shops',
          include: shops,
          fileParallelism: false,
          sequence: { groupOrder: 5 },
          globalSetup: ['packages/testkit/src/vitest-global-setup.ts'],
        },
      },
      // It is timed: alone.
      faults('matrix of latency', ['test/telemetry/latency.test.ts'], 6),
      // Scraped by a real Prometheus, which must be on PATH: make test-prometheus.
      faults('prometheus', ['test/telemetry/{prometheus,dashboards}.test.ts'], 6),
      // Beside Docker, whose containers it takes too: make test-observe.
      faults('observe', ['packages/cli/test/observe/**/*.test.ts'], 6),
      // Beside Python's Nameko, whose packages it needs: make nameko.
      faults('nameko', ['test/nameko/**/*.test.ts'], 6),
      // On a kind cluster: make test-kind. What disturbs the shop comes last.
      kind('kind acceptance', ['test/acceptance/**/*.test.ts'], 7),
      kind('kind', ['test/kind/*.test.ts'], 8),
      kind('kind faults', ['test/kind/faults/*.test.ts'], 9),
    ],
  },
})
