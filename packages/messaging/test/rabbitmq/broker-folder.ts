import { accessSync, constants, mkdtempSync, rmSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const memoryDisk = '/dev/shm'
const enoughBytes = 1024 ** 3

/** A folder for a test's broker, in memory where there is enough of it: no test outlives its machine. */
export function brokerFolder(): { readonly folder: string; remove(): void } {
  const folder = mkdtempSync(join(fastFolder(), 'toko-rabbitmq-'))
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

function fastFolder(): string {
  try {
    accessSync(memoryDisk, constants.W_OK)
    const { bavail, bsize } = statfsSync(memoryDisk)
    if (bavail * bsize >= enoughBytes) return memoryDisk
  } catch {
    // not Linux
  }
  return tmpdir()
}
