import { setTimeout as sleep } from 'node:timers/promises'
import { must } from './client.ts'
import type { CrashShop } from './crash-shop.ts'
import type { Scenario } from './scenarios.ts'

/** Keeps what the shelves must hold after each order, and compares. */
export function stockKeeper(shop: CrashShop, plenty: number) {
  const expected = shop.skus.map(() => ({ onHand: plenty, reserved: 0 }))
  return {
    /** An order of this scenario has ended. */
    add({ left }: Scenario): void {
      for (const [n, change] of left.entries()) {
        expected[n]!.onHand += change.onHand
        expected[n]!.reserved += change.reserved
      }
    },
    /** @throws Error naming the SKU that holds something else, after a moment for what is still being put back */
    async check(): Promise<void> {
      const untilMs = performance.now() + 30_000
      for (;;) {
        const token = await shop.asStaff()
        const wrong: string[] = []
        for (const [n, sku] of shop.skus.entries()) {
          const { onHand, available, reserved } = await must('GET', `${shop.urls.product}/stock/${sku}`, { token })
          const wanted = { ...expected[n]!, available: expected[n]!.onHand - expected[n]!.reserved }
          if (onHand !== wanted.onHand || reserved !== wanted.reserved || available !== wanted.available)
            wrong.push(`${sku} ${JSON.stringify({ onHand, available, reserved })}, expected ${JSON.stringify(wanted)}`)
        }
        if (wrong.length === 0) return
        if (performance.now() > untilMs) throw new Error(wrong.join('; '))
        await sleep(50)
      }
    },
  }
}

export type StockKeeper = ReturnType<typeof stockKeeper>
