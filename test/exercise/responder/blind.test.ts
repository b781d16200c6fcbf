import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { respondBlind } from './blind.ts'
import type { Alert } from './signals.ts'

const at = new Date(1_700_000_000_000)
const alert: Alert = {
  labels: { alertname: 'BreakerOpen', service: 'order' },
  annotations: {},
  state: 'firing',
  activeAt: at.toISOString(),
}
const line = (service: string, msg: string, message: string, agoMs = 0) =>
  `${JSON.stringify({ level: 'warn', time: new Date(at.getTime() - agoMs).toISOString(), service, msg, err: { type: 'CallUnknownError', message } })}\n`

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'toko-blind-'))
  writeFileSync(
    join(folder, 'order'),
    `no JSON\n${line('order', 'step failed', 'payment-service: timeout')}${line('order', 'old', 'product-service: reset', 60_000)}`,
  )
  writeFileSync(join(folder, 'payment'), line('payment', 'no primary', 'server selection'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

it('without traces one log leads to the next, and each log and kind of line is a step', () => {
  const { causes, steps } = respondBlind(alert, (service) => join(folder, service))
  expect(causes).toEqual([
    { service: 'payment', operation: 'no primary CallUnknownError', errorType: 'CallUnknownError' },
    { service: 'payment', operation: 'step failed CallUnknownError', errorType: 'CallUnknownError' },
  ])
  expect(steps).toBe(4)
})
