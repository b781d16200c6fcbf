import { setTimeout as sleep } from 'node:timers/promises'
import type { CrashShop } from './crash-shop.ts'

const gauges = ['toko_outbox_pending', 'toko_payment_webhooks_pending']

async function isWaiting(adminUrl: string): Promise<boolean> {
  const text = await (await fetch(`${adminUrl}/metrics`, { signal: AbortSignal.timeout(2000) })).text()
  return gauges.some((gauge) => new RegExp(`^${gauge}\\{.*\\} [1-9]`, 'm').test(text))
}

/** Waits until every process is ready and no message waits anywhere: the next count begins at rest. */
export async function calm({ replicas }: CrashShop, limitMs = 60_000): Promise<void> {
  const untilMs = performance.now() + limitMs
  for (let quiet = 0; quiet < 2;) {
    const busy = await Promise.all(
      replicas.map(async ({ isReady, adminUrl }) => !isReady || isWaiting(adminUrl).catch(() => true)),
    )
    quiet = busy.some(Boolean) ? 0 : quiet + 1
    if (performance.now() > untilMs) throw new Error(`messages still wait after ${limitMs} ms`)
    await sleep(100)
  }
}
