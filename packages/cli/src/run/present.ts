import { printSeed } from '../commands/seed.ts'
import { type Output, table } from '../io/output.ts'
import type { ShopUrls } from '../shop/connect.ts'
import type { ShopAddress } from '../shop/shop-process.ts'
import { fillIfEmpty } from './fill-if-empty.ts'

interface PresentedAddress extends ShopAddress {
  /** Where a service is not in the one process. */
  readonly processes?: readonly { readonly name: string; readonly pid: number | undefined }[]
}

interface Presented {
  readonly addresses: readonly PresentedAddress[]
  /** The process to end, and its log or the folder of logs. */
  readonly about: { readonly pid: number; readonly logFile: string }
  readonly dataDir: string
  /** An empty shop may be filled. */
  readonly seed: boolean
  readonly json?: boolean | undefined
}

/** Fills the shop if it is empty, and tells where it is: a line per service, the accounts once. */
export async function present({ addresses, about, dataDir, seed, json }: Presented, output: Output): Promise<void> {
  const byPort = addresses.toSorted((a, b) => a.url.localeCompare(b.url))
  const services = await Promise.all(byPort.map(async (each) => ({ ...each, state: await readiness(each) })))
  const filled = seed ? await fillIfEmpty(urlsOf(addresses), dataDir) : undefined
  if (json) return output.json({ ...about, services, accounts: filled?.isNew ? filled.accounts : undefined })
  const rows = services.map(({ name, url, adminUrl, state, processes = [] }) => [
    name,
    url,
    adminUrl,
    output.paint(state === 'ready' ? 'green' : 'red', state),
    processes.map(({ name: process, pid }) => `${process} (pid ${pid})`).join(', '),
  ])
  output.line(table(rows, ['service', 'URL', 'admin', '', addresses[0]?.processes ? 'processes' : '']))
  if (filled) printSeed(output, filled, dataDir)
  output.line(`log in ${about.logFile}; Ctrl-C ends the shop`)
}

async function readiness({ adminUrl }: ShopAddress): Promise<string> {
  const answer = await fetch(`${adminUrl}/readyz`, { signal: AbortSignal.timeout(5000) })
  return (await answer.text()).trim()
}

const urlsOf = (addresses: readonly ShopAddress[]): ShopUrls =>
  Object.fromEntries(addresses.map(({ name, url }) => [`${name}Url`, url])) as unknown as ShopUrls
