import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { createRabbitBus, type OwnedBus, startPrivateBroker, UnknownServiceError } from '@toko/messaging'
import { eventually, otlpReceiver, type OtlpReceiver, quiet } from '@toko/testkit'
import { mongodBinary } from '../faults/support/mongod-binary.ts'
import { type OneShop, startOneShop } from '../faults/support/one-shop.ts'
import { workFolder } from '../faults/support/work-folder.ts'
import { type NodeProbe, serveNodeProbe } from './node-probe.ts'
import { fromRoot, type PythonService, startNameko } from './python.ts'
import { removeQueues } from './raw.ts'

/** A shop, a Nameko service of the tests, and this process, all on one RabbitMQ. The forecast service comes when it is asked for. */
export interface Peers {
  readonly amqpUrl: string
  readonly shop: OneShop
  /** Of this process. */
  readonly bus: OwnedBus
  readonly node: NodeProbe
  readonly collector: OtlpReceiver
  /** Starts examples/nameko/forecast unless it runs. */
  forecast(): Promise<PythonService>
  /** Ends it, and deletes its queues when it is gone for good. */
  endForecast(options: { readonly forGood: boolean }): Promise<number | null>
  stop(): Promise<void>
}

const logs = fromRoot('.toko/nameko')
const startLimitMs = 60_000

/** Queues of the services beside the shop: a broker keeps them when the services are gone. */
const queuesOf = {
  forecast: [
    'rpc-forecast',
    'evt-order-order_confirmed--forecast.handle_order_confirmed',
    'evt-order-order_cancelled--forecast.handle_order_cancelled',
  ],
  probe: ['rpc-probe', 'evt-nodeprobe-said--probe.hear'],
  nodeprobe: ['rpc-nodeprobe', 'evt-probe-said--nodeprobe.hear', 'evt-forecast-stock_running_low--nodeprobe.hear'],
} as const

/** Starts everything but the forecast service. RabbitMQ is that of AMQP_URL, which no shop may use, else a private one. */
export async function startPeers(): Promise<Peers> {
  const stops: (() => Promise<unknown>)[] = []
  const stop = async () => {
    for (const each of stops.splice(0).toReversed()) await each()
  }
  try {
    return { ...(await start(stops)), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function start(stops: (() => Promise<unknown>)[]): Promise<Omit<Peers, 'stop'>> {
  const folder = workFolder('nameko')
  stops.push(async () => rmSync(folder, { recursive: true, force: true }))
  mkdirSync(logs, { recursive: true })
  const amqpUrl = process.env['AMQP_URL'] || (await privateBroker(join(folder, 'broker'), stops))
  await removeQueues(amqpUrl, Object.values(queuesOf).flat())
  stops.push(() => removeQueues(amqpUrl, Object.values(queuesOf).flat()))
  const collector = await otlpReceiver()
  stops.push(() => collector.stop())

  const bus = createRabbitBus({ url: amqpUrl, service: 'nodeprobe', ...quiet('nodeprobe') })
  await bus.start?.()
  stops.push(async () => bus.stop?.())
  const node = serveNodeProbe(bus)

  const env = { AMQP_URL: amqpUrl }
  const probe = startNameko('test/nameko/python', 'probe', env, join(logs, 'probe.log'))
  stops.push(() => probe.stop())
  const shop = await startShop(join(folder, 'shop'), amqpUrl, collector)
  stops.push(() => shop.stop())
  await answering(bus, 'probe', 'heard_so_far')

  let running: PythonService | undefined
  const endForecast: Peers['endForecast'] = async ({ forGood }) => {
    const code = (await running?.stop()) ?? null
    running = undefined
    if (forGood) await removeQueues(amqpUrl, queuesOf.forecast)
    return code
  }
  stops.push(() => endForecast({ forGood: true }))
  return {
    amqpUrl,
    shop,
    bus,
    node,
    collector,
    endForecast,
    async forecast() {
      if (running) return running
      const own = { ...env, FORECAST_DB: join(folder, 'forecast.sqlite') }
      running = startNameko('examples/nameko/forecast', 'service', own, join(logs, 'forecast.log'))
      await answering(bus, 'forecast', 'stock_forecast')
      return running
    },
  }
}

async function privateBroker(folder: string, stops: (() => Promise<unknown>)[]): Promise<string> {
  const broker = await startPrivateBroker({ folder, env: process.env })
  stops.push(() => broker.stop())
  return broker.url
}

async function startShop(folder: string, amqpUrl: string, collector: OtlpReceiver): Promise<OneShop> {
  mkdirSync(folder)
  return startOneShop({
    folder,
    mongodBinary: await mongodBinary(),
    preloads: [fromRoot('packages/telemetry/src/preload.ts')],
    env: {
      TOKO_AMQP_URL: amqpUrl,
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_BSP_SCHEDULE_DELAY: '100',
    },
  })
}

/** Any answer at all, an error too, means that its consumers run. */
async function answering(bus: OwnedBus, service: string, method: string): Promise<void> {
  const answered = async () => {
    try {
      await bus.request({ service, method }, {}, { timeoutMs: 500 })
    } catch (error) {
      const { code } = error as { code?: string }
      if (error instanceof UnknownServiceError || code === 'rpc-timeout') throw error
    }
  }
  await eventually(answered, { timeoutMs: startLimitMs, everyMs: 100 })
}
