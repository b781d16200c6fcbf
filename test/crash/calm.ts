import { setTimeout as sleep } from 'node:timers/promises'
import type { Replica } from '@toko/cli'
import type { CrashShop } from './crash-shop.ts'

const gauges = ['toko_outbox_pending', 'toko_payment_webhooks_pending']

/** What a service says that it has under way; empty when nothing. */
async function waiting({ service, isReady, adminUrl }: Replica): Promise<string> {
  if (!isReady) return `${service} is not ready`
  try {
    const text = await (await fetch(`${adminUrl}/metrics`, { signal: AbortSignal.timeout(5000) })).text()
    const found = gauges.flatMap((gauge) => new RegExp(`^${gauge}\\{.*\\} [1-9].*`, 'm').exec(text) ?? [])
    return found.join(', ')
  } catch (error) {
    return `${service}: ${(error as Error).message}`
  }
}

/** Waits until every process is ready and no message waits anywhere: the next count begins at rest. */
export async function calm({ replicas }: CrashShop, limitMs = 60_000): Promise<void> {
  const untilMs = performance.now() + limitMs
  for (let quiet = 0; quiet < 2;) {
    const busy = (await Promise.all(replicas.map(waiting))).filter((each) => each !== '')
    quiet = busy.length > 0 ? 0 : quiet + 1
    if (performance.now() > untilMs) throw new Error(`not calm after ${limitMs} ms: ${busy.join('; ')}`)
    await sleep(100)
  }
}
