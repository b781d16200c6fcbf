import type { Drawn, Fault } from './fault.ts'

const neighbours = ['product', 'payment'] as const
/** Operations of the neighbour that the order service calls. */
const callsOf = {
  product: /^(GET|PUT|POST) \/internal\//,
  payment: /^(GET|PUT|POST) \/payments\//,
} as const

const cut = (service: (typeof neighbours)[number], errorType: RegExp, kind: string): Drawn['truth'] => ({
  service,
  operation: callsOf[service],
  errorType,
  kind,
})

const onTheWay = (name: string, errorType: RegExp, harm: 'refuse' | 'cut'): Fault => ({
  name,
  draw(random) {
    const service = random.pick(neighbours)
    return {
      detail: `order → ${service}`,
      truth: cut(service, errorType, 'connection'),
      async inject({ neighbours: ways }) {
        ways[service][harm]()
        return async () => ways[service].heal()
      },
    }
  },
})

export const networkFaults: readonly Fault[] = [
  onTheWay('refused-connection', /^(reset|refused)$/, 'refuse'),
  onTheWay('partition', /^(timeout|connect-timeout)$/, 'cut'),
  {
    name: 'dns-failure',
    draw(random) {
      const service = random.pick(neighbours)
      return {
        detail: `${service}-service in order`,
        truth: cut(service, /^dns$/, 'name'),
        async inject({ inside, neighbours: ways }) {
          await inside('order', { unknownNames: [`${service}-service`] })
          ways[service].reset() // what is connected needs no name
          return () => inside('order', { unknownNames: [] })
        },
      }
    },
  },
]
