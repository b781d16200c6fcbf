import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { explain, Failure } from '../../io/failure.ts'
import { seedAccounts } from '../../seed/seed-accounts.ts'
import { connect, type ShopConnection, type ShopUrls } from '../../shop/connect.ts'
import { type ShopProcess, startShop } from '../../shop/shop-process.ts'
import { running } from '../../shop/running.ts'
import { freePort } from '../../split/free-port.ts'
import { serviceNames } from '../../split/service-names.ts'
import type { FaultTarget } from '../faults/fault-kinds.ts'

export interface OwnShop {
  readonly shop: ShopConnection
  readonly dataDir: string
  /** The processes of services, and their mongods. */
  readonly targets: readonly FaultTarget[]
  /** Ends it; its folder goes too, unless there is something to look at in it. */
  stop(keep: boolean): Promise<void>
}

const restartMs = 200

/** A single shop in a folder of its own on free ports, started again whenever it ends by itself. */
export async function startOwnShop(): Promise<OwnShop> {
  const dataDir = mkdtempSync(join(tmpdir(), 'toko-verify-'))
  const { env, urls } = await addresses()
  let isStopping = false
  let current: ShopProcess = begin()
  const supervised = supervise()

  function begin(): ShopProcess {
    return startShop({ dataDir, portOffset: undefined, env, onProgress: () => {} })
  }
  async function supervise(): Promise<void> {
    for (;;) {
      await current.exited
      if (isStopping) return
      await sleep(restartMs)
      if (isStopping) return
      current = begin()
    }
  }
  const shop = connect(urls, dataDir)
  const stop = async (keep: boolean) => {
    isStopping = true
    await shop.close()
    await current.stop()
    await supervised
    if (!keep) rmSync(dataDir, { recursive: true, force: true })
  }
  try {
    await current.ready
    await seedAccounts(shop, dataDir)
  } catch (error) {
    await stop(true)
    throw new Failure(`${explain(error)} (its folder: ${dataDir})`, 2)
  }
  return {
    shop,
    dataDir,
    targets: [
      { name: 'shop', isMongo: false, pid: () => running(current.pid) },
      { name: 'mongo', isMongo: true, pid: () => running(mongodPid(dataDir)) },
    ],
    stop,
  }
}

async function addresses(): Promise<{ env: Record<string, string>; urls: ShopUrls }> {
  const taken = new Set<number>()
  const env: Record<string, string> = { TOKO_ADMIN_PORT: String(await freePort(taken)) }
  const urls: [string, string][] = []
  for (const name of serviceNames) {
    const port = await freePort(taken)
    urls.push([`${name}Url`, `http://127.0.0.1:${port}`])
    env[`${name.toUpperCase()}_PORT`] = String(port)
    env[`${name.toUpperCase()}_ADMIN_PORT`] = String(await freePort(taken))
  }
  return { env, urls: Object.fromEntries(urls) as unknown as ShopUrls }
}

/** mongod writes its pid there itself, and empties the file at a clean end. */
function mongodPid(dataDir: string): number {
  try {
    return Number.parseInt(readFileSync(join(dataDir, 'data', 'db', 'mongod.lock'), 'utf8'), 10)
  } catch {
    return Number.NaN // not started yet
  }
}
