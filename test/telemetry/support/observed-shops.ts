import { rmSync } from 'node:fs'
import { type PrivateBroker, startPrivateBroker } from '@toko/messaging'
import { freePorts } from '@toko/testkit'
import { workFolder } from '../../faults/support/work-folder.ts'
import { startTracedShop, type TracedShop } from './traced-shop.ts'

export interface ObservedShops {
  /** Services call each other over HTTP, the bus is inside the process. */
  readonly direct: TracedShop
  /** Calls and events over RabbitMQ. */
  readonly byMessages: TracedShop
  readonly broker: PrivateBroker
  /** Admin port of each service and of both processes, by a name of its own. */
  readonly targets: Readonly<Record<string, string>>
  stop(): Promise<void>
}

/** The shop in one process, twice: one alone does not have every series that a dashboard shows. */
export async function startObservedShops(): Promise<ObservedShops> {
  const undo: (() => Promise<void>)[] = []
  const stop = async () => {
    for (const end of undo.splice(0).toReversed()) await end()
  }
  const [port, otherPort] = await freePorts(2)
  const start = async (name: string, adminPort: number, env: Readonly<Record<string, string>> = {}) => {
    const reconciled = { ORDER_RECONCILE_EVERY_MS: '1000', TOKO_ADMIN_PORT: String(adminPort) }
    const traced = await startTracedShop(workFolder(name), { ...reconciled, ...env })
    undo.push(() => traced.stop())
    return traced
  }
  try {
    const direct = await start('direct', port!)
    const folder = workFolder('broker')
    undo.push(async () => rmSync(folder, { recursive: true, force: true }))
    const broker = await startPrivateBroker({ folder, env: process.env })
    undo.push(() => broker.stop())
    const byMessages = await start('by-messages', otherPort!, { TOKO_AMQP_URL: broker.url, ORDER_CALLS: 'rpc' })
    const others = Object.entries(byMessages.shop.adminUrls).map(([name, url]) => [`${name} by messages`, url])
    const targets = {
      ...direct.shop.adminUrls,
      all: `http://127.0.0.1:${port}`,
      ...Object.fromEntries(others),
      'all by messages': `http://127.0.0.1:${otherPort}`,
    }
    return { direct, byMessages, broker, targets, stop }
  } catch (error) {
    await stop()
    throw error
  }
}
