import type { ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest'
import { journeyNames, readHistory, type Verdict } from '../src/verify/index.ts'
import { start, toko } from './toko-process.ts'

let folder: string
const file = (name: string) => join(folder, `${name}.jsonl`)

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'toko-verify-test-'))
})
const children: ChildProcess[] = []
// Of a test that took too long; its shop ends with it.
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** `toko verify` on a single shop of its own, whose slow cards are less slow. */
async function verifyOwnShop(args: readonly string[], env: Record<string, string> = {}) {
  const mongod = inject('mongodBinary')
  const shop = { PAYMENT_LATE_APPROVAL_MS: '3000', ...(mongod ? { MONGOD_BINARY: mongod } : {}) }
  const started = start(['verify', '--start', '--json', ...args], { ...shop, ...env })
  children.push(started.child)
  const ended = await started.ended
  const kept = /its shop is kept: (.+)/.exec(ended.stderr)?.[1]
  if (kept) rmSync(kept, { recursive: true, force: true })
  expect(ended.stdout, ended.stderr).toMatch(/^\{/)
  return { ...ended, verdict: (JSON.parse(ended.stdout) as { verdict: Verdict }).verdict }
}

describe('toko verify', { timeout: 300_000 }, () => {
  it('is green on a healthy shop whose payment provider fails now and then', async () => {
    const history = file('green')
    const args = ['--orders', '150', '--seed', '11', '--faults', 'psp', '--history', history]
    const { code, verdict, stderr } = await verifyOwnShop(args)
    expect(verdict.findings.flatMap(({ violations }) => violations)).toEqual([])
    expect(Object.values(verdict.broken).flat()).toEqual([])
    expect(code, stderr).toBe(0)
    expect(verdict).toMatchObject({
      isGreen: true,
      seed: 11,
      history: { sent: 150, unresolved: 0 },
      orders: { made: 150 },
    })
    expect(verdict.orders.byStatus).toMatchObject({
      confirmed: expect.any(Number),
      rejected: expect.any(Number),
      cancelled: expect.any(Number),
    })

    const records = await readHistory(history)
    expect(records[0]).toMatchObject({ type: 'run', seed: 11 })
    const begunAt = new Map(
      records.map((record, index) => [record.type === 'intent' ? record.key : '', index]).toReversed() as [
        string,
        number,
      ][],
    )
    const early = records.filter((record, index) => record.type === 'attempt' && index < begunAt.get(record.key)!)
    expect(early).toEqual([])
    expect(records.filter(({ type }) => type === 'attempt').length).toBeGreaterThanOrEqual(150)
    const journeys = new Set(records.flatMap((record) => (record.type === 'intent' ? [record.journey] : [])))
    expect(journeys).toEqual(new Set(journeyNames))
  })

  // Rules broken on purpose (test/mutants), and what the verdict must name.
  it.each([
    ['ignoreBody', 'repeatedKey', ['doubled']],
    ['overShip', 'shipped', ['stuck', 'I8', 'F1']],
  ])('is red on the mutant %s', async (mutant, journey, named) => {
    const limits = ['--drain', '4', '--patience', '6']
    const args = ['--orders', '10', '--journeys', journey, ...limits, '--history', file(mutant)]
    const { code, verdict } = await verifyOwnShop(args, {
      NODE_OPTIONS: `--import=${fileURLToPath(new URL('../../../test/mutants/apply.ts', import.meta.url))}`,
      TOKO_MUTANT: mutant,
    })
    expect(code).toBe(1)
    expect(verdict.isGreen).toBe(false)
    const violated = verdict.findings.filter(({ violations }) => violations.length > 0).map(({ id }) => id)
    const promises = Object.entries(verdict.broken).filter(([, cases]) => cases.length > 0)
    expect([...violated, ...promises.map(([name]) => name)]).toEqual(expect.arrayContaining([...named]))
  })
})

describe('what it may not do', () => {
  it.each([
    [['--faults', 'psp,kill'], /^toko: --faults kill and pause signal only processes of ours: .*--start.*--pids/],
    [['--faults', 'mongo', '--pids', `order=${process.pid}`], /^toko: --faults mongo kills only a mongod of ours/],
    [['--faults', 'kill', '--pids', 'order=1'], /^toko: --pids order=1: no such process of ours/],
    [['--faults', 'kill', '--pids', 'order'], /^toko: --pids order: expected name=pid/],
    [['--faults', 'flood'], /argument 'flood' is invalid/],
    [['--journeys', 'happy,sad'], /argument 'happy,sad' is invalid/],
    [['--orders', '0'], /argument '0' is invalid/],
  ])('is refused with exit code 2: %j', async (args, words) => {
    expect(await toko(['verify', ...args], {})).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(words),
    })
  })

  it('says that a shop is away, and leaves a history alone that is there', async () => {
    const away = { TOKO_USER_URL: 'http://127.0.0.1:1', TOKO_PRODUCT_URL: 'http://127.0.0.1:1' }
    const args = ['verify', '--orders', '1', '--data-dir', folder, '--history', file('away')]
    expect(await toko(args, away)).toMatchObject({ code: 2, stderr: expect.stringContaining('run toko seed first') })
    expect(await toko(args, away)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('a history is never written over'),
    })
  })
})
