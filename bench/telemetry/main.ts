/**
 * CPU of the shop for one product read and one placed order, with metrics, scrapes every 15 s and traces against without
 * any of them, as ratios of one run: both shops are there all the time, and short blocks of work go to them in turn.
 * usage: node bench/telemetry/main.ts [rounds=12] [reads=500] [orders=20] (of a block). Exit 1 when a ratio is above the goal.
 */
import { rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { mongodBinary } from '../../test/faults/support/mongod-binary.ts'
import { type OneShop, startOneShop } from '../../test/faults/support/one-shop.ts'
import { startShopper } from '../../test/faults/support/shopper.ts'
import { workFolder } from '../../test/faults/support/work-folder.ts'
import { compete, type Contest, type Result, type Side } from './compete.ts'

const goal = 1.6
const given = Object.fromEntries(process.argv.slice(2).map((pair) => pair.split('=', 2) as [string, string]))
const number = (name: string, byDefault: number) => {
  const value = Number(given[name] || byDefault)
  if (Number.isSafeInteger(value) && value > 0) return value
  process.stderr.write(`${name}=${given[name]}: expected a whole number above 0\n`)
  process.exit(2)
}
const [rounds, reads, orders] = [number('rounds', 12), number('reads', 500), number('orders', 20)]

const module = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** A read of the catalogue; a cart, its line and the order, until it is confirmed. */
async function workOf(shop: OneShop): Promise<{ read: Side; order: Side }> {
  const shopper = await startShopper(shop)
  const read = async () => (await fetch(`${shop.urls.product}/products?limit=1`)).arrayBuffer()
  const order = async () => shopper.placed(await shopper.newCart(), { waitS: 2 })
  return { read: { pid: shop.pid, work: read }, order: { pid: shop.pid, work: order } }
}

const line = ({ name, ratio, quartiles: [low, high], cost }: Result) =>
  `${name}: ${ratio.toFixed(2)} × (half of ${rounds} rounds between ${low.toFixed(2)} and ${high.toFixed(2)}; ` +
  `${cost.on.toFixed(2)} ms of CPU against ${cost.off.toFixed(2)}), goal ≤ ${goal}: ${ratio <= goal ? 'met' : 'missed'}`

const sink = createServer((request, response) => request.resume().on('end', () => response.end()))
await new Promise<void>((resolve) => sink.listen(0, '127.0.0.1', resolve))
const collectorUrl = `http://127.0.0.1:${(sink.address() as AddressInfo).port}`
const folders = [workFolder('bench-off'), workFolder('bench-on')] as const
const started: OneShop[] = []
let scraping: NodeJS.Timeout | undefined
try {
  const binary = await mongodBinary()
  const start = async (folder: string, preload: string, env: Record<string, string> = {}) => {
    const preloads = [module(preload)]
    const shop = await startOneShop({ folder, mongodBinary: binary, preloads, env: { TOKO_LOG_LEVEL: 'info', ...env } })
    started.push(shop)
    return shop
  }
  const without = await start(folders[0], 'without-metrics.ts')
  const complete = await start(folders[1], '../../packages/telemetry/src/preload.ts', {
    OTEL_EXPORTER_OTLP_ENDPOINT: collectorUrl,
  })
  const scrape = async (url: string) => {
    const accept = { accept: 'application/openmetrics-text' }
    return (await fetch(`${url}/metrics`, { headers: accept })).text()
  }
  // Nothing else says which shop is which.
  const [off, on] = [await scrape(without.adminUrls.product), await scrape(complete.adminUrls.product)]
  if (off !== '' || !on.includes('http_server_request_duration'))
    throw new Error('the shops are not what they should be')
  scraping = setInterval(() => {
    for (const url of Object.values(complete.adminUrls)) void scrape(url).catch(() => {})
  }, 15_000)
  const [plain, observed] = [await workOf(without), await workOf(complete)]
  const contests: readonly Contest[] = [
    { name: 'product read', off: plain.read, on: observed.read, times: reads, atOnce: 4 },
    { name: 'placed order', off: plain.order, on: observed.order, times: orders, atOnce: 2 },
  ]
  let isMet = true
  for (const contest of contests) {
    const result = await compete(contest, rounds)
    console.log(line(result))
    isMet &&= result.ratio <= goal
  }
  process.exitCode = isMet ? 0 : 1
} finally {
  clearInterval(scraping)
  for (const shop of started) await shop.stop()
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
  sink.close()
}
