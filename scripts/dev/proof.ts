/**
 * Proves make dev on the kind cluster: the first deploy works; a changed line of a service and of a package answers within
 * 5 s in the same pod, without an image build; a broken line is survived and mended. Works on a copy of this repository.
 * usage: node scripts/dev/proof.ts      exit 1: something took too long or did not happen
 */
import { execFileSync, spawn } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))
const context = `kind-${process.env['TOKO_CLUSTER'] || 'toko'}`
const limits = { deployMs: 600_000, changeMs: 5000, mendMs: 30_000 }
const started = performance.now()
const say = (text: string) =>
  process.stdout.write(`${String(Math.round((performance.now() - started) / 1000)).padStart(4)} s  ${text}\n`)

const folder = mkdtempSync(join(tmpdir(), 'toko-dev-'))
const tracked = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], {
  cwd: root,
  encoding: 'utf8',
})
for (const file of tracked.split('\0').filter(Boolean))
  cpSync(join(root, file), join(folder, file), { recursive: false })

const skaffold = spawn(join(folder, 'scripts/kind/dev.sh'), ['minimal', '--', '--tail=false'], {
  cwd: folder,
  stdio: ['ignore', 'pipe', 'pipe'],
})
const ended = new Promise<number | null>((resolve) => skaffold.once('exit', resolve))
const log: string[] = []
const forwarded = Promise.withResolvers<string>()
const watching = Promise.withResolvers<void>()
for (const stream of [skaffold.stdout, skaffold.stderr])
  createInterface(stream).on('line', (line) => {
    log.push(line)
    const url = /service\/product-service .*(http:\/\/127\.0\.0\.1:\d+)/.exec(line)?.[1]
    if (url) forwarded.resolve(url)
    if (line.startsWith('Watching for changes')) watching.resolve()
  })

/** Resolves with the ms it took. @throws Error after the limit */
async function until(what: string, limitMs: number, holds: () => Promise<boolean>): Promise<number> {
  const fromMs = performance.now()
  for (;;) {
    if (await holds().catch(() => false)) return Math.round(performance.now() - fromMs)
    if (performance.now() - fromMs > limitMs) throw new Error(`${what}: not within ${limitMs} ms`)
    await sleep(50)
  }
}

const podOfProduct = () => {
  const args = [
    '--context',
    context,
    '--namespace',
    'toko-dev',
    'get',
    'pods',
    '-l',
    'app.kubernetes.io/name=product-service',
  ]
  const { items } = JSON.parse(execFileSync('kubectl', [...args, '-o', 'json'], { encoding: 'utf8' }))
  return items
    .map(
      (pod: {
        metadata: { uid: string }
        status: { containerStatuses: { restartCount: number; imageID: string }[] }
      }) =>
        [
          pod.metadata.uid,
          ...pod.status.containerStatuses.flatMap(({ restartCount, imageID }) => [restartCount, imageID]),
        ].join(' '),
    )
    .join()
}

function edit(file: string, find: string, replace: string): void {
  const source = readFileSync(join(folder, file), 'utf8')
  if (source.split(find).length !== 2) throw new Error(`${file} has not one place like ${find}`)
  writeFileSync(join(folder, file), source.replace(find, replace))
}

try {
  const url = await Promise.race([
    watching.promise.then(() => forwarded.promise),
    ended.then(() => Promise.reject(new Error('skaffold ended'))),
    sleep(limits.deployMs, undefined, { ref: false }).then(() =>
      Promise.reject(new Error(`no port after ${limits.deployMs} ms`)),
    ),
  ])
  const title = async () =>
    (
      (await (await fetch(`${url}/openapi.json`, { signal: AbortSignal.timeout(2000) })).json()) as {
        info: { title: string }
      }
    ).info.title
  await until('the first deploy answers', 60_000, async () => (await title()) === 'toko product')
  say('first deploy answers')
  const before = podOfProduct()

  const tookMs: number[] = []
  for (let n = 1; n <= 3; n++) {
    const found = n === 1 ? `title: 'toko product'` : `title: 'toko product ${n - 1}'`
    edit('services/product/src/routes.ts', found, `title: 'toko product ${n}'`)
    const changed = async () => (await title()) === `toko product ${n}`
    tookMs.push(await until('a changed line of services/product', limits.mendMs, changed))
    say(`changed line of services/product answers after ${tookMs.at(-1)} ms`)
  }
  edit('services/product/src/routes.ts', `title: 'toko product 3'`, `title: 'toko product 4`)
  await until('a broken line is noticed', limits.mendMs, async () => (await title().catch(() => 'away')) === 'away')
  edit('services/product/src/routes.ts', `title: 'toko product 4`, `title: 'toko product 5'`)
  const mendedMs = await until('the mended line', limits.mendMs, async () => (await title()) === 'toko product 5')
  say(`mended after a broken line: answers after ${mendedMs} ms`)
  const after = podOfProduct()
  if (after !== before) throw new Error(`another pod, image or container answers now: ${before} → ${after}`)
  say('same pod, same image, no restart of its container')
  if (Math.max(...tookMs) > limits.changeMs) throw new Error(`a changed line took more than ${limits.changeMs} ms`)
} catch (error) {
  process.exitCode = 1
  process.stderr.write(`${log.slice(-40).join('\n')}\ntoko: ${(error as Error).message}\n`)
} finally {
  skaffold.kill('SIGINT')
  const code = await Promise.race([ended, sleep(120_000, 'late' as const, { ref: false })])
  if (code === 'late') skaffold.kill('SIGKILL')
  say('skaffold has taken the shop away')
  rmSync(folder, { recursive: true, force: true })
}
