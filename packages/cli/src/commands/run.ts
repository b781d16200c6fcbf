import { Command, Option } from 'commander'
import { Failure } from '../io/failure.ts'
import { type Output, table } from '../io/output.ts'
import { progressBar } from '../io/progress-bar.ts'
import { knownAccounts } from '../shop/accounts.ts'
import type { ShopUrls } from '../shop/connect.ts'
import { type ShopAddress, type ShopProcess, startShop } from '../shop/shop-process.ts'
import { printSeed } from './seed.ts'
import {
  type DataDirOption,
  dataDirOption,
  type JsonOption,
  jsonOption,
  type PortOffsetOption,
  portOffsetOption,
  toExit,
} from './shared.ts'

interface RunOptions extends DataDirOption, JsonOption, PortOffsetOption {
  readonly seed: boolean
}

export function runCommand(): Command {
  return new Command('run')
    .description('run the whole shop in one process until Ctrl-C; the first time it is filled by toko seed')
    .addOption(dataDirOption())
    .addOption(portOffsetOption())
    .addOption(new Option('--no-seed', 'leave an empty shop empty'))
    .addOption(jsonOption())
    .action((options: RunOptions) => toExit((output) => runShop(options, output)))
}

/** Resolves with the exit code of the shop. */
async function runShop(options: RunOptions, output: Output): Promise<number> {
  const bar = progressBar('downloading mongod')
  const shop = startShop({
    dataDir: options.dataDir,
    portOffset: options.portOffset,
    onProgress: ({ receivedBytes = 0, totalBytes = 0 }) =>
      bar.update(receivedBytes, Math.max(totalBytes, receivedBytes)),
  })
  let isAsked = false
  const end = () => {
    isAsked = true
    void shop.stop()
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end)
  try {
    const addresses = await shop.ready.finally(bar.stop)
    await present(addresses, shop, options, output)
  } catch (error) {
    const code = await shop.stop()
    if (isAsked) return code
    throw error
  }
  const code = await shop.exited
  if (!isAsked) throw new Failure(`the shop ended by itself, see ${shop.logFile}`, code || 1)
  return code
}

async function present(
  addresses: readonly ShopAddress[],
  { logFile, pid }: ShopProcess,
  { dataDir, seed: mayFill, json }: RunOptions,
  output: Output,
): Promise<void> {
  const byPort = addresses.toSorted((a, b) => a.url.localeCompare(b.url))
  const services = await Promise.all(byPort.map(async (each) => ({ ...each, state: await readiness(each) })))
  const filled = mayFill ? await fillIfEmpty(urlsOf(addresses), dataDir) : undefined
  if (json) return output.json({ pid, logFile, services, accounts: filled?.isNew ? filled.accounts : undefined })
  const rows = services.map(({ name, url, adminUrl, state }) => [
    name,
    url,
    adminUrl,
    output.paint(state === 'ready' ? 'green' : 'red', state),
  ])
  output.line(table(rows, ['service', 'URL', 'admin', '']))
  if (filled) printSeed(output, filled, dataDir)
  output.line(`log in ${logFile}; Ctrl-C ends the shop`)
}

async function readiness({ adminUrl }: ShopAddress): Promise<string> {
  const answer = await fetch(`${adminUrl}/readyz`, { signal: AbortSignal.timeout(5000) })
  return (await answer.text()).trim()
}

const urlsOf = (addresses: readonly ShopAddress[]): ShopUrls =>
  Object.fromEntries(addresses.map(({ name, url }) => [`${name}Url`, url])) as unknown as ShopUrls

/** An empty shop gets its products, and one without known accounts its accounts. */
async function fillIfEmpty(urls: ShopUrls, dataDir: string) {
  if (knownAccounts(dataDir) && !(await isEmpty(urls))) return undefined
  const { connect } = await import('../shop/connect.ts')
  const { seedShop } = await import('../seed/seed-shop.ts')
  const shop = connect(urls, dataDir)
  try {
    return await seedShop(shop, dataDir)
  } finally {
    await shop.close()
  }
}

/** By hand: whoever runs a filled shop needs no HTTP client, and this process stays small beside it. */
async function isEmpty({ productUrl }: ShopUrls): Promise<boolean> {
  const answer = await fetch(`${productUrl}/products?limit=1`, { signal: AbortSignal.timeout(5000) })
  if (!answer.ok) throw new Failure(`product-service: GET /products answered ${answer.status}`)
  return ((await answer.json()) as { items: unknown[] }).items.length === 0
}
