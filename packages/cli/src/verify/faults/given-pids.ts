import { readFileSync } from 'node:fs'
import { Failure } from '../../io/failure.ts'
import { running } from '../../shop/running.ts'
import type { FaultTarget } from './fault-kinds.ts'

/**
 * `order=123,product=/run/product.pid`: a file is read anew each time, so that it names the process that a supervisor
 * started again. A name that begins with "mongo" is a mongod. @throws Failure for anything that is no running process
 */
export function givenPids(text: string): FaultTarget[] {
  return text.split(',').map((entry) => {
    const [, name, value] = /^([\w-]+)=(.+)$/.exec(entry.trim()) ?? []
    if (!name || !value) throw new Failure(`--pids ${entry}: expected name=pid or name=file`, 2)
    const target = { name, isMongo: name.startsWith('mongo'), pid: () => running(pidOf(value)) }
    if (target.pid() === undefined) throw new Failure(`--pids ${entry}: no such process of ours`, 2)
    return target
  })
}

function pidOf(value: string): number {
  if (/^\d+$/.test(value)) return Number(value)
  try {
    return Number.parseInt(readFileSync(value, 'utf8'), 10)
  } catch {
    return Number.NaN // between two starts there may be none
  }
}
