import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { serviceNames } from '../../src/split/index.ts'
import type { Verdict } from '../../src/verify/index.ts'
import { start, toko } from '../toko-process.ts'

const folder = mkdtempSync(join(tmpdir(), 'toko-verify-split-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** A slow machine is none of the faults. */
const patient = Object.fromEntries(serviceNames.map((name) => [`${name.toUpperCase()}_MAX_LOOP_DELAY_MS`, '10000']))

it.each([
  ['each service alone', ['--split']],
  ['the order service alone', ['--split', 'order']],
])('toko verify is green under faults: %s', { timeout: 600_000 }, async (name, split) => {
  const args = ['--orders', '60', '--clients', '8', '--rate', '4', '--seed', '5', '--faults', 'psp,kill,mongo']
  const history = join(folder, `${name}.jsonl`)
  const { code, stdout, stderr } = await start(
    ['verify', '--start', ...split, '--json', ...args, '--history', history],
    { PAYMENT_LATE_APPROVAL_MS: '3000', TOKO_LOG_LEVEL: 'warn', ...patient },
  ).ended
  const kept = /its shop is kept: (.+)/.exec(stderr)?.[1]
  if (kept) rmSync(kept, { recursive: true, force: true })
  expect(stdout, stderr).toMatch(/^\{/)
  const { verdict, faults } = JSON.parse(stdout) as { verdict: Verdict; faults: Record<string, number> }
  expect(verdict.findings.flatMap(({ violations }) => violations)).toEqual([])
  expect(Object.values(verdict.broken).flat()).toEqual([])
  expect(verdict).toMatchObject({ isGreen: true, history: { sent: 60, unresolved: 0 } })
  expect((faults['kill'] ?? 0) + (faults['mongo'] ?? 0)).toBeGreaterThan(1)
  expect(code).toBe(0)
})

it.each([
  [['--split'], /^toko: --split and --replicas need --start\n$/],
  [['--start', '--replicas', '2'], /^toko: --replicas needs --split\n$/],
])('toko verify %j is refused with exit code 2', async (args, words) => {
  expect(await toko(['verify', ...args], {})).toMatchObject({ code: 2, stderr: expect.stringMatching(words) })
})
