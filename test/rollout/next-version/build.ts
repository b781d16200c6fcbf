/**
 * Builds the images of the next version over those of the present one, where only the patched files differ:
 * node test/rollout/next-version/build.ts TAG NEXT_TAG
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { run } from '../../kind/support/run.ts'
import { patched } from '../../mutants/apply.ts'
import { changedServices, patchesOf } from './patches.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const [tag, nextTag] = process.argv.slice(2)
if (!tag || !nextTag) {
  process.stderr.write('usage: node test/rollout/next-version/build.ts TAG NEXT_TAG\n')
  process.exit(2)
}

for (const service of changedServices) {
  const folder = mkdtempSync(join(tmpdir(), 'toko-next-'))
  try {
    const sources = new Map<string, string>()
    for (const patch of patchesOf(service))
      sources.set(patch.file, patched(sources.get(patch.file) ?? readFileSync(root + patch.file, 'utf8'), patch))
    for (const [file, source] of sources) {
      mkdirSync(dirname(join(folder, 'app', file)), { recursive: true })
      writeFileSync(join(folder, 'app', file), source)
    }
    const image = `toko/${service}`
    writeFileSync(join(folder, 'Dockerfile'), `FROM ${image}:${tag}\nCOPY app /app\n`)
    await run('docker', ['build', '--quiet', '--tag', `${image}:${nextTag}`, folder], { timeoutMs: 300_000 })
    process.stdout.write(`${image}:${nextTag}: ${sources.size} files differ from ${tag}\n`)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
