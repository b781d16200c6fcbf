import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

/** Marks the processes of one shop: the services themselves know no folder, and those of services/all refuse an unknown TOKO_*. */
export const folderVariable = 'SPLIT_SHOP_FOLDER'

/** A guard of a mongod is told to end and does so a moment later. */
const patienceMs = 2000

/** Processes of a shop that go on running, by its folder; Linux only, elsewhere none is found. */
export async function leftOver(folder: string): Promise<string[]> {
  const untilMs = performance.now() + patienceMs
  for (;;) {
    const found = processesOf(folder)
    if (found.length === 0 || performance.now() > untilMs) return found
    await sleep(20)
  }
}

function processesOf(folder: string): string[] {
  const found: string[] = []
  for (const pid of processIds()) {
    const isReplica = partsOf(pid, 'environ').includes(`${folderVariable}=${folder}`)
    const isMongod = partsOf(pid, 'cmdline').some((part) => part.startsWith(`${folder}/mongod/`))
    if (!(isReplica || isMongod) || isZombie(pid)) continue
    found.push(`process ${pid} is left: ${partsOf(pid, 'cmdline').join(' ').slice(0, 120)}`)
  }
  return found
}

function processIds(): string[] {
  try {
    return readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  } catch {
    return []
  }
}

function partsOf(pid: string, file: 'cmdline' | 'environ'): string[] {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8').split('\0').filter(Boolean)
  } catch {
    return [] // ended, or another user's
  }
}

function isZombie(pid: string): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat[stat.lastIndexOf(')') + 2] === 'Z'
  } catch {
    return true
  }
}
