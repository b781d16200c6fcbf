#!/usr/bin/env node
// Runs on any Node that a machine may have: everything else needs Node 24, which npm brings along.
import { spawn } from 'node:child_process'
import { existsSync, realpathSync } from 'node:fs'
import module from 'node:module'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const here = dirname(realpathSync(fileURLToPath(import.meta.url)))
const main = join(here, '../src/main.ts')
const [major, minor] = process.versions.node.split('.').map(Number)

if (major > 24 || (major === 24 && minor >= 12)) {
  module.enableCompileCache(join(here, '../../../node_modules/.cache/toko-compile'))
  await import(pathToFileURL(main).href)
} else {
  const node = join(here, '../../../node_modules/.bin/node')
  if (!existsSync(node) || process.env.TOKO_REEXECUTED) {
    console.error(`toko needs Node 24.12 or newer, this is ${process.version}: run make install, or nvm install`)
    process.exit(1)
  }
  const options = { stdio: 'inherit', env: { ...process.env, TOKO_REEXECUTED: '1' } }
  const child = spawn(node, [main, ...process.argv.slice(2)], options)
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  process.on('SIGINT', () => {}) // the terminal sends it to both
  child.on('error', (error) => {
    console.error(`toko: ${node} can't be run: ${error.message}`)
    process.exit(1)
  })
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]))
}
