import type { Fault } from './fault.ts'

const reading = ['user', 'product', 'order'] as const
/** A read that people make all the time. */
const readOf = { user: '/users/me', product: '/products', order: '/orders' } as const

const endsAtMessage = (when: 'before-ack' | 'after-ack'): Fault => ({
  name: `consumer-crash-${when}`,
  draw(random) {
    const service = random.pick(['product', 'order'] as const)
    return {
      detail: `${service}, at each start again`,
      // By its own absence, or by calls that it refuses.
      truth: { service, errorType: /^(absent|restarts|refused|reset|connect-timeout)$/, kind: 'crash' },
      kills: true,
      async inject({ shop, configure }) {
        configure(service, { TOKO_TEST_ENDS_AT_MESSAGE: when })
        const replica = shop.replicas.find((each) => each.service === service)!
        replica.kill()
        return async () => {
          configure(service, {})
          replica.kill()
          await new Promise((resolve) => setTimeout(resolve, 500))
          await replica.whenReady(60_000)
        }
      },
    }
  },
})

export const processFaults: readonly Fault[] = [
  {
    name: 'exception-in-handler',
    draw(random) {
      const service = random.pick(reading)
      return {
        detail: `${service}, GET ${readOf[service]}`,
        truth: { service, operation: new RegExp(`^GET ${readOf[service]}`), errorType: /^500$/, kind: 'answer' },
        async inject({ inside }) {
          await inside(service, { answers: { path: readOf[service], method: 'GET' } })
          return () => inside(service, { answers: null })
        },
      }
    },
  },
  {
    name: 'wrong-status',
    draw(random) {
      const status = random.pick([206, 302] as const)
      return {
        detail: `payment answers ${status}`,
        truth: {
          service: 'payment',
          operation: /\/payments\/\{key\}/,
          errorType: /^(malformed|redirect)$/,
          kind: 'contract',
        },
        async inject({ inside }) {
          await inside('payment', { answers: { path: '/payments/', status } })
          return () => inside('payment', { answers: null })
        },
      }
    },
  },
  endsAtMessage('before-ack'),
  endsAtMessage('after-ack'),
  {
    name: 'memory-leak',
    draw(random) {
      const service = random.pick(['user', 'product', 'payment'] as const)
      const leakMiBPerSecond = Math.round(random.between(15, 25))
      return {
        detail: `${service}, ${leakMiBPerSecond} MiB a second`,
        truth: { service, operation: /^heap$/, kind: 'memory' },
        watchMs: 60_000, // full collections are seconds apart
        async inject({ inside, redeploy }) {
          await inside(service, { leakMiBPerSecond })
          return () => redeploy(service)
        },
      }
    },
  },
  {
    name: 'event-loop-block',
    draw(random) {
      const service = random.pick(reading)
      const blockMs = Math.round(random.between(500, 900))
      return {
        detail: `${service}, ${blockMs} ms at a time`,
        truth: { service, kind: 'cpu' },
        async inject({ inside }) {
          await inside(service, { blockMs })
          return () => inside(service, { blockMs: 0 })
        },
      }
    },
  },
  {
    name: 'clock-skew',
    draw(random) {
      const hours = random.pick([-1, 1])
      return {
        detail: `product, ${hours} h`,
        truth: { service: 'product', kind: 'clock' },
        // Its process says so itself.
        sign: () => 'vector(1)',
        async inject({ inside }) {
          const offsetMs = hours * 3_600_000
          const told = await inside('product', { clockOffsetMs: offsetMs })
          if (told !== offsetMs) throw new Error(`the clock of product is off by ${String(told)}`)
          return () => inside('product', { clockOffsetMs: 0 })
        },
      }
    },
  },
]
