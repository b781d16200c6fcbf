import { rmSync } from 'node:fs'
import { otlpReceiver, type OtlpReceiver } from '@toko/testkit'
import { mongodBinary } from '../../faults/support/mongod-binary.ts'
import { type OneShop, startOneShop } from '../../faults/support/one-shop.ts'

const preload = new URL('../../../packages/telemetry/src/preload.ts', import.meta.url).href

export interface TracedShop {
  readonly shop: OneShop
  readonly collector: OtlpReceiver
  /** The folder goes, too. */
  stop(): Promise<void>
}

/** A shop in one process that sends its spans to a receiver of the test's own. */
export async function startTracedShop(folder: string, env: Readonly<Record<string, string>>): Promise<TracedShop> {
  const collector = await otlpReceiver()
  const stopCollector = async () => {
    await collector.stop()
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    const exporter = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' }
    const binary = await mongodBinary()
    const shop = await startOneShop({ folder, mongodBinary: binary, preloads: [preload], env: { ...exporter, ...env } })
    const stop = async () => {
      await shop.stop()
      await stopCollector()
    }
    return { shop, collector, stop }
  } catch (error) {
    await stopCollector()
    throw error
  }
}
