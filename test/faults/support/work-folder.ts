import { accessSync, constants, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A new folder, in memory where the system has a disk there: a killed mongod's journal needs no more, and is read faster. */
export function workFolder(name: string): string {
  return mkdtempSync(join(hasMemoryDisk() ? '/dev/shm' : tmpdir(), `toko-faults-${name}-`))
}

function hasMemoryDisk(): boolean {
  try {
    accessSync('/dev/shm', constants.W_OK)
    return true
  } catch {
    return false
  }
}
