import type { ServiceName, ShopConnection, SplitShop } from '@toko/cli'
import { PaymentFaults } from '@toko/contracts'

interface Broken {
  readonly shop: SplitShop
  readonly connection: ShopConnection
}

/** One way to break the shop, and the service in which it is broken. */
export interface Fault {
  readonly name: string
  readonly service: ServiceName
  /** Resolves with what mends it. */
  strike(broken: Broken): Promise<() => Promise<void> | void>
}

/** One of the simulated provider's own switches. */
const provider = (name: string, fault: object): Fault => ({
  name: `payment: the provider ${name}`,
  service: 'payment',
  async strike({ connection }) {
    const put = async (faults: readonly object[]) => {
      const call = {
        method: 'PUT',
        path: '/faults',
        headers: await connection.asStaff(),
        answer: { 200: PaymentFaults },
      }
      await connection.payment.call({ ...call, method: 'PUT', body: { faults } })
    }
    await put([{ operations: ['authorise', 'query'], ...fault }])
    return () => put([])
  },
})

const standsStill = (service: 'product' | 'payment'): Fault => ({
  name: `${service}: the process stands still`,
  service,
  async strike({ shop }) {
    const replicas = shop.replicas.filter((replica) => replica.service === service)
    for (const replica of replicas) replica.pause()
    return () => replicas.forEach((replica) => replica.resume())
  },
})

const isAway = (service: 'product' | 'payment'): Fault => ({
  name: `${service}: the process is away`,
  service,
  async strike({ shop }) {
    const kill = () => {
      for (const replica of shop.replicas) if (replica.service === service) replica.kill()
    }
    kill()
    // It is started again, and killed again before it serves.
    const again = setInterval(kill, 250)
    return () => clearInterval(again)
  },
})

const databaseStandsStill = (service: 'product' | 'payment'): Fault => ({
  name: `${service}: its database stands still`,
  service,
  async strike({ shop }) {
    const { pid } = shop.mongods[service]
    if (pid === undefined) throw new Error(`the mongod of ${service} is away`)
    process.kill(pid, 'SIGSTOP')
    return () => void process.kill(pid, 'SIGCONT')
  },
})

/** What ends orders badly. A broken user service, order service or broker only makes them late: their orders end well. */
export const faults: readonly Fault[] = [
  provider('answers 500', { kind: 'error-500', effect: 'none' }),
  provider('answers 500 after it has done what it should', { kind: 'error-500', effect: 'before' }),
  provider('breaks the connection', { kind: 'reset', effect: 'none' }),
  provider('answers nonsense', { kind: 'malformed' }),
  provider('answers too late', { kind: 'delay', delayMs: 12_000 }),
  standsStill('payment'),
  standsStill('product'),
  isAway('payment'),
  isAway('product'),
  databaseStandsStill('payment'),
  databaseStandsStill('product'),
]
