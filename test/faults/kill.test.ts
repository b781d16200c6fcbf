import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { faultsOf, printResult } from '../kill/print-result.ts'
import { runKill } from '../kill/run-kill.ts'

const seconds = 8

// `make kill` takes 30 minutes, with a shop's usual patience.
it('a shop under kills, pauses and a provider at fault keeps its promises', { timeout: 200_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'toko-kill-'))
  const result = await runKill({
    folder,
    reportFolder: join(folder, 'report'),
    faultsMs: seconds * 1000,
    seed: 4,
    clients: 6,
    rate: 5,
    env: { ORDER_MAX_BACKOFF_MS: '2000', PRODUCT_MAX_BACKOFF_MS: '2000', PAYMENT_LATE_APPROVAL_MS: '3000' },
  })
  console.log(printResult(result, seconds))
  expect(faultsOf(result)).toEqual([])
  expect(result.faults.kill).toBeGreaterThan(2)
  rmSync(folder, { recursive: true })
})
