import { existsSync, statfsSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Diagnosis } from './diagnosis.ts'

const gibibyte = 1024 ** 3

/** MongoDB's journal and logs want room; below half a gibibyte it may stop in the middle of a write. */
export function judgeSpace(freeBytes: number, folder: string): Diagnosis {
  const found = `${(freeBytes / gibibyte).toFixed(1)} GiB free for ${folder}`
  const what = 'disk'
  if (freeBytes < gibibyte / 2)
    return { what, state: 'fail', found, advice: 'free some: mongod needs at least 0.5 GiB' }
  if (freeBytes < 2 * gibibyte) return { what, state: 'warn', found, advice: '2 GiB or more are comfortable' }
  return { what, state: 'ok', found }
}

export function lookAtDisk(folder: string): Diagnosis {
  let existing = folder
  while (!existsSync(existing)) existing = dirname(existing)
  const { bavail, bsize } = statfsSync(existing)
  return judgeSpace(bavail * bsize, folder)
}
