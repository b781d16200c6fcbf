import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { explain, Failure } from '../../io/failure.ts'
import { givenBroker, splitVariables } from '../../run/split-variables.ts'
import { seedAccounts } from '../../seed/seed-accounts.ts'
import { connect } from '../../shop/connect.ts'
import type { ServiceName } from '../../split/service-names.ts'
import type { SplitShop } from '../../split/split-shop.ts'
import { startSplitShop } from '../../split/start-split-shop.ts'
import type { FaultTarget } from '../faults/fault-kinds.ts'
import type { OwnShop } from './own-shop.ts'

const restartDelayMs = 200

/** A split shop in a folder of its own on free ports, each process started again whenever it ends by itself. */
export async function startOwnSplitShop(split: readonly ServiceName[], replicas = 1): Promise<OwnShop> {
  const dataDir = mkdtempSync(join(tmpdir(), 'toko-verify-'))
  const start = async () => {
    const env = splitVariables(process.env)
    const started = await startSplitShop({
      folder: dataDir,
      split,
      replicas,
      env,
      amqpUrl: givenBroker(process.env),
      restartDelayMs,
    })
    const { user, product, order, payment } = started.urls
    const shop = connect({ userUrl: user, productUrl: product, orderUrl: order, paymentUrl: payment }, dataDir)
    const stop = async (keep: boolean) => {
      await shop.close()
      await started.stop()
      if (!keep) rmSync(dataDir, { recursive: true, force: true })
    }
    try {
      await seedAccounts(shop, dataDir)
    } catch (error) {
      await stop(true)
      throw error
    }
    return { shop, dataDir, targets: targetsOf(started), stop }
  }
  try {
    return await start()
  } catch (error) {
    throw new Failure(`${explain(error)} (its folder: ${dataDir})`, 2)
  }
}

function targetsOf({ replicas, mongods }: SplitShop): FaultTarget[] {
  const ofServices = replicas.map((replica) => ({ name: replica.name, isMongo: false, pid: () => replica.pid }))
  const ofMongods = [...new Set(Object.values(mongods))].map((mongod) => ({
    name: 'mongo',
    isMongo: true,
    pid: () => mongod.pid,
  }))
  return [...ofServices, ...ofMongods]
}
