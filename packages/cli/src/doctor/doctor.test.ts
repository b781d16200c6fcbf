import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { lookAtDataFolder } from './look-at-data-folder.ts'
import { judgeSpace, lookAtDisk } from './look-at-disk.ts'
import { lookAtMongod, lookAtPip } from './look-at-mongod.ts'
import { lookAtNode } from './look-at-node.ts'
import { lookAtPorts } from './look-at-ports.ts'
import { listeningInodes } from './port-holder.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'toko-doctor-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

it.each([
  ['24.12.0', 'ok'],
  ['25.0.0', 'ok'],
  ['24.11.1', 'fail'],
  ['20.20.2', 'fail'],
])('Node %s: %s', (version, state) => {
  expect(lookAtNode(version)).toMatchObject({ state, found: version })
})

it.each([
  [0.4, 'fail'],
  [1, 'warn'],
  [5, 'ok'],
])('%f GiB of disk: %s', (gibibytes, state) => {
  expect(judgeSpace(gibibytes * 1024 ** 3, '/data').state).toBe(state)
})

it('looks at the disk of a folder that is not there yet', () => {
  expect(lookAtDisk(join(folder, 'not', 'yet')).found).toMatch(/^\d+\.\d GiB free for .*not\/yet$/)
})

describe('ports', () => {
  it('names who holds one, unless it is the shop itself', async () => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const taken = await lookAtPorts([port], undefined)
    expect(taken).toMatchObject({ state: 'fail', found: expect.stringMatching(`^${port} by .*`) })
    expect(taken.advice).toContain('--port-offset')
    const ours = await lookAtPorts([port], process.platform === 'linux' ? process.pid : undefined)
    expect(ours.state).toBe(process.platform === 'linux' ? 'ok' : 'fail')
    await new Promise((resolve) => server.close(resolve))
    expect(await lookAtPorts([port], undefined)).toMatchObject({ state: 'ok' })
  })

  it('reads the table of the kernel', () => {
    const rows = [
      '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
      '   0: 0100007F:1F41 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1 0 100 0',
      '   1: 0100007F:1F41 0100007F:D431 01 00000000:00000000 00:00000000 00000000     0        0 4712 1 0 100 0',
      '   2: 0100007F:1F42 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4713 1 0 100 0',
      '',
    ].join('\n')
    expect(listeningInodes(rows, 8001)).toEqual(['4711'])
    expect(listeningInodes(rows, 9999)).toEqual([])
  })
})

describe('mongod', () => {
  it('is not looked for when a server is given', async () => {
    expect(await lookAtMongod({ TOKO_MONGO_URL: 'mongodb://x/' })).toMatchObject({ state: 'ok' })
  })

  it('is a warning where there is none, and nothing is downloaded', async () => {
    expect(await lookAtMongod({ PATH: folder, TOKO_CACHE: folder })).toMatchObject({ state: 'warn', found: 'none yet' })
  })

  it('asks for pip only then', async () => {
    expect(await lookAtPip(false)).toMatchObject({ state: 'ok', found: expect.stringContaining('not needed') })
  })
})

describe('data folder', () => {
  it('is made later, or free', () => {
    expect(lookAtDataFolder(join(folder, 'none'))).toMatchObject({
      state: 'ok',
      found: expect.stringContaining('will be made'),
    })
    expect(lookAtDataFolder(folder)).toMatchObject({ state: 'ok', found: `${folder}, not in use` })
  })

  it('warns of secrets that others may read', () => {
    const file = join(folder, 'secrets.json')
    writeFileSync(file, '{}')
    chmodSync(file, 0o644)
    expect(lookAtDataFolder(folder)).toMatchObject({ state: 'warn', advice: `chmod 600 ${file}` })
  })
})
