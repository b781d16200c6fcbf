import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { serviceNames } from '@toko/cli'
import { expect, it } from 'vitest'
import { crashEverywhere } from '../crash/crash-everywhere.ts'
import { printResult, printSweep } from '../crash/print-result.ts'
import { scenarios } from '../crash/scenarios.ts'

// One point of each service; `make crash` takes every one.
it('services that are killed in the middle of a placement lose and double nothing', { timeout: 120_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'toko-crash-'))
  const result = await crashEverywhere({
    folder,
    lanes: 1,
    scenarios: scenarios.filter(({ name }) => name === 'place'),
    services: serviceNames,
    points: (count) => [Math.ceil(count / 2)],
  })
  console.log([...result.sweeps.map(printSweep), printResult(result)].join('\n'))
  expect(result.violations).toEqual([])
  expect(result.audited).toBeGreaterThan(0)
  for (const { steps, crashed } of result.sweeps) {
    expect(steps).toBeGreaterThan(2)
    expect(crashed).toBe(1)
  }
  rmSync(folder, { recursive: true })
})
