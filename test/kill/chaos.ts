import { setTimeout as sleep } from 'node:timers/promises'
import { PaymentFaults } from '@toko/contracts'
import { type ServiceName, serviceNames, type ShopConnection, type SplitShop } from '@toko/cli'
import type { FaultLog } from './fault-log.ts'
import { drawPspFaults } from './psp-faults.ts'
import { type Random, random } from './random.ts'

export interface ChaosOptions {
  readonly shop: SplitShop
  readonly connection: ShopConnection
  readonly log: FaultLog
  readonly seed: number
  /** Pauses of the loops; a short run has more of the rare ones. */
  readonly everyMs: Readonly<Record<'pause' | 'mongod' | 'broker' | 'psp', readonly [from: number, to: number]>>
  readonly longestPauseMs: number
}

export interface Chaos {
  /** Ends all faults: who is stopped goes on, the provider behaves, everything is ready. Resolves with the time of the last. */
  stop(): Promise<number>
}

const killEveryMs = [200, 2000] as const
/** Share of kills that may hit the last ready replica of a service: were it more, a slow machine would only start and kill. */
const lastOneShare = 0.15

/** Share of the broker's deaths after which it comes back with an empty disk. */
const wipedShare = 0.25

/** Faults of several kinds at once, each kind in a loop of its own with draws of its own. */
export function startChaos(options: ChaosOptions): Chaos {
  const { shop, connection, log, seed, everyMs, longestPauseMs } = options
  const stopping = new AbortController()
  const pause = (ms: number) => sleep(ms, undefined, { signal: stopping.signal }).catch(() => {})

  const loop = async (
    n: number,
    [from, to]: readonly [number, number],
    fault: (draws: Random) => Promise<void> | void,
  ) => {
    const draws = random(seed * 31 + n)
    for (;;) {
      await pause(draws.between(from, to))
      if (stopping.signal.aborted) return
      await fault(draws)
    }
  }
  const nameOf = ({ service, index }: SplitShop['replicas'][number]) => `${service}-${index}`

  const candidates = (mayBeLast: boolean) => {
    const ready = shop.replicas.filter(({ isReady, isPaused }) => isReady && !isPaused)
    if (mayBeLast) return ready
    return ready.filter((one) => ready.some((other) => other.service === one.service && other !== one))
  }

  /** Waits for somebody to kill: a slow machine takes its time to start the last ones. */
  const kill = async (draws: Random) => {
    const mayBeLast = draws.next() < lastOneShare
    while (!stopping.signal.aborted) {
      const victims = candidates(mayBeLast)
      if (victims.length > 0) {
        const victim = draws.pick(victims)
        if (victim.kill()) log.add('kill', nameOf(victim))
        return
      }
      await pause(50)
    }
  }

  const freeze = async (draws: Random) => {
    const running = shop.replicas.filter(({ isReady, isPaused }) => isReady && !isPaused)
    if (running.length === 0) return
    const victim = draws.pick(running)
    const ms = Math.round(draws.between(5000, longestPauseMs))
    if (!victim.pause()) return
    log.add('pause', nameOf(victim), `${ms} ms`)
    await pause(ms)
    victim.resume()
  }

  const killMongod = (draws: Random) => {
    const service: ServiceName = draws.pick(serviceNames)
    if (shop.mongods[service].kill()) log.add('mongod', service)
  }

  let hasNewQueues = false
  const killBroker = async (draws: Random) => {
    const wipe = draws.next() < wipedShare
    log.add('broker', 'rabbitmq', ...(wipe ? ['its disk is wiped'] : []))
    if (hasNewQueues) await shop.broker.flush()
    await shop.broker.kill()
    await shop.broker.restart({ wipe })
    hasNewQueues = wipe
  }

  const misbehave = async (draws: Random) => {
    const faults = drawPspFaults(draws)
    if (!(await setFaults(connection, faults, 5000))) return
    log.add('psp', 'payment', JSON.stringify(faults))
    await pause(draws.between(3000, 8000))
    await setFaults(connection, {}, 5000)
  }

  const loops = [
    loop(1, killEveryMs, kill),
    loop(2, everyMs.pause, freeze),
    loop(3, everyMs.mongod, killMongod),
    loop(4, everyMs.broker, killBroker),
    loop(5, everyMs.psp, misbehave),
  ]
  return {
    async stop() {
      stopping.abort()
      const lastMs = performance.now()
      for (const replica of shop.replicas) if (replica.isPaused) replica.resume()
      await Promise.all(loops)
      await shop.whenReady(60_000)
      if (!(await setFaults(connection, {}, 60_000))) throw new Error('the provider keeps its faults')
      return lastMs
    },
  }
}

/** False when nobody took it within the limit: the provider's own replicas are killed too. */
async function setFaults(connection: ShopConnection, body: object, limitMs: number): Promise<boolean> {
  const untilMs = performance.now() + limitMs
  for (;;) {
    try {
      const headers = await connection.asStaff()
      await connection.payment.call({ method: 'PUT', path: '/faults', headers, body, answer: { 200: PaymentFaults } })
      return true
    } catch {
      if (performance.now() > untilMs) return false
      await sleep(200)
    }
  }
}
