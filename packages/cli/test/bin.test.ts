import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { start, toko } from './toko-process.ts'

/** Makes the command believe that an older Node runs it; the Node that it starts in turn believes in itself. */
const olderNode = `data:text/javascript,${encodeURIComponent(
  "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.20.2' } })",
)}`

describe('toko', () => {
  it('lists its commands', async () => {
    const { code, stdout, stderr } = await toko(['--help'], {})
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    for (const command of ['run', 'seed', 'mail', 'order', 'audit', 'dead-letters', 'backup', 'restore', 'doctor'])
      expect(stdout).toMatch(new RegExp(`^ {2}${command}\\b.*\\S`, 'm'))
  })

  it.each([
    [['nonsense'], "unknown command 'nonsense'"],
    [['audit', '--settle', 'x'], "'--settle <s>' argument 'x' is invalid. expected a whole number"],
    [['run', '--port-offset', '-1'], 'expected a whole number'],
    [['order'], "missing required argument 'id'"],
    [['dead-letters', 'lose'], "unknown command 'lose'"],
    [['dead-letters', 'list', '--limit', 'x'], 'expected a whole number'],
  ])('%j: says what it does not understand and ends with 2', async (args, expected) => {
    expect(await toko(args, {})).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(expected) })
  })

  it('called by an older Node goes on with the one that npm brought', async () => {
    const { code, stdout, stderr } = await start(['--help'], {}, ['--import', olderNode]).ended
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain('Usage: toko')
  })

  it('does not tell the shop about that: it would refuse a variable that it does not know', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'toko-bin-'))
    const broken = { TOKO_DATA_DIR: dataDir, ORDER_PORT: 'x' }
    const { code, stderr } = await start(['run'], broken, ['--import', olderNode]).ended
    rmSync(dataDir, { recursive: true })
    expect(code).toBe(1)
    expect(stderr).toBe(
      'order: invalid configuration\n  ORDER_PORT  "x"  expected a port from 0 to 65535\ntoko: the shop did not start\n',
    )
  })

  it('hands on the exit code of the Node that it started', async () => {
    expect((await start(['nonsense'], {}, ['--import', olderNode]).ended).code).toBe(2)
  })

  it('says what to do when there is no newer Node', async () => {
    const { code, stderr } = await start(['--help'], { TOKO_REEXECUTED: '1' }, ['--import', olderNode]).ended
    expect(code).toBe(1)
    expect(stderr).toMatch(/^toko needs Node 24\.12 or newer, this is v\S+: run make install, or nvm install\n$/)
  })
})
