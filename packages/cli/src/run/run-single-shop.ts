import { Failure } from '../io/failure.ts'
import type { Output } from '../io/output.ts'
import { progressBar } from '../io/progress-bar.ts'
import { startShop } from '../shop/shop-process.ts'
import { onStopSignal } from './on-stop-signal.ts'
import { present } from './present.ts'
import type { RunOptions } from './run-options.ts'

/** The shop in one process, until it is told to end. Resolves with its exit code. */
export async function runSingleShop({ dataDir, portOffset, seed, json }: RunOptions, output: Output): Promise<number> {
  const bar = progressBar('downloading mongod')
  const shop = startShop({
    dataDir,
    portOffset,
    onProgress: ({ receivedBytes = 0, totalBytes = 0 }) =>
      bar.update(receivedBytes, Math.max(totalBytes, receivedBytes)),
  })
  const asked = onStopSignal(() => void shop.stop())
  try {
    const addresses = await shop.ready.finally(bar.stop)
    const { pid, logFile } = shop
    await present({ addresses, about: { pid, logFile }, dataDir, seed, json }, output)
  } catch (error) {
    const code = await shop.stop()
    if (asked.aborted) return code
    throw error
  }
  const code = await shop.exited
  if (!asked.aborted) throw new Failure(`the shop ended by itself, see ${shop.logFile}`, code || 1)
  return code
}
