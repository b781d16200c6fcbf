/**
 * CPU of the shop for one product read and one placed order, with traces on and metrics scraped every 15 s against
 * without, as ratios of one run: both shops run side by side, and each round asks them in turn.
 * usage: node bench/telemetry/main.ts [rounds=7] [reads=400] [orders=40]. Exit 1 when a ratio is above the goal.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { mongodBinary } from '../../test/faults/support/mongod-binary.ts'
import { type OneShop, startOneShop } from '../../test/faults/support/one-shop.ts'
import { type Shopper, startShopper } from '../../test/faults/support/shopper.ts'
import { workFolder } from '../../test/faults/support/work-folder.ts'

const goal = 1.6
const given = Object.fromEntries(process.argv.slice(2).map((pair) => pair.split('=')))
const [rounds, reads, orders] = [given.rounds || 7, given.reads || 400, given.orders || 40].map(Number) as [
  number,
  number,
  number,
]

interface Side {
  readonly shop: OneShop
  readonly shopper: Shopper
}

/** CPU of all threads of a process so far, in ms. */
const cpuMs = (pid: number): number =>
  readdirSync(`/proc/${pid}/task`)
    .map((task) => Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')[0]) / 1e6)
    .reduce((sum, ms) => sum + ms, 0)

async function measured({ shop }: Side, times: number, work: () => Promise<unknown>): Promise<number> {
  const before = cpuMs(shop.pid)
  for (let n = 0; n < times; n++) await work()
  return (cpuMs(shop.pid) - before) / times
}

const read = async ({ shop }: Side) => (await fetch(`${shop.urls.product}/products?limit=1`)).arrayBuffer()

/** A cart, its line and the order, until it is confirmed. */
async function place({ shopper }: Side): Promise<void> {
  const cart = await shopper.newCart()
  await shopper.placed(cart, { waitS: 2 })
}

const sink = createServer((request, response) => request.resume().on('end', () => response.end()))
await new Promise<void>((resolve) => sink.listen(0, '127.0.0.1', resolve))
const collectorUrl = `http://127.0.0.1:${(sink.address() as AddressInfo).port}`
const preload = new URL('../../packages/telemetry/src/preload.ts', import.meta.url).href
const folders = [workFolder('bench-off'), workFolder('bench-on')]
const started: OneShop[] = []
let scraping: NodeJS.Timeout | undefined
try {
  const binary = await mongodBinary()
  const sideOf = async (folder: string, env: Record<string, string>, preloads: string[]): Promise<Side> => {
    const shop = await startOneShop({ folder, mongodBinary: binary, preloads, env: { TOKO_LOG_LEVEL: 'info', ...env } })
    started.push(shop)
    return { shop, shopper: await startShopper(shop) }
  }
  const off = await sideOf(folders[0]!, {}, [])
  const on = await sideOf(folders[1]!, { OTEL_EXPORTER_OTLP_ENDPOINT: collectorUrl }, [preload])
  const accept = { accept: 'application/openmetrics-text' }
  scraping = setInterval(() => {
    for (const url of Object.values(on.shop.adminUrls))
      void fetch(`${url}/metrics`, { headers: accept })
        .then((answer) => answer.arrayBuffer())
        .catch(() => {})
  }, 15_000)
  const kinds = [
    { name: 'product read', times: reads, work: read },
    { name: 'placed order', times: orders, work: place },
  ]
  let isMet = true
  for (const { name, times, work } of kinds) {
    for (const side of [off, on]) await measured(side, Math.ceil(times / 2), () => work(side)) // warm
    const ratios: number[] = []
    const costs = { off: [] as number[], on: [] as number[] }
    for (let round = 0; round < rounds; round++) {
      const isOnFirst = round % 2 === 0
      const first = await measured(isOnFirst ? on : off, times, () => work(isOnFirst ? on : off))
      const second = await measured(isOnFirst ? off : on, times, () => work(isOnFirst ? off : on))
      const [withIt, without] = isOnFirst ? [first, second] : [second, first]
      costs.on.push(withIt)
      costs.off.push(without)
      ratios.push(withIt / without)
    }
    const [ratio, least, most] = [median(ratios), Math.min(...ratios), Math.max(...ratios)]
    console.log(
      `${name}: ${ratio.toFixed(2)} × (${least.toFixed(2)} to ${most.toFixed(2)} in ${rounds} rounds; ` +
        `${median(costs.on).toFixed(2)} ms of CPU against ${median(costs.off).toFixed(2)}), goal ≤ ${goal}`,
    )
    isMet &&= ratio <= goal
  }
  process.exitCode = isMet ? 0 : 1
} finally {
  clearInterval(scraping)
  for (const shop of started) await shop.stop()
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
  sink.close()
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return (sorted[Math.floor((sorted.length - 1) / 2)]! + sorted[Math.ceil((sorted.length - 1) / 2)]!) / 2
}
