import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** One run of one program: a pid alone is used again by the system, a pid with its start time is not. */
export interface ProcessIdentity {
  readonly pid: number
  /** Compared only for equality: boot id and clock ticks on Linux, `ps`'s start time elsewhere. */
  readonly startedAt: string
  readonly command: string
}

/**
 * The running process with this pid, or undefined. A zombie has ended, but not before its last thread: until then it
 * holds its files and ports (a new mongod found the old one's port taken).
 */
export function identifyProcess(pid: number): ProcessIdentity | undefined {
  return process.platform === 'linux' ? fromProc(pid) : fromPs(pid)
}

export function isRunning({ pid, startedAt }: ProcessIdentity): boolean {
  return identifyProcess(pid)?.startedAt === startedAt
}

function fromProc(pid: number): ProcessIdentity | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name in parentheses may hold spaces, so count from the last one: state is field 3, start time field 22 (proc(5)).
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const [state] = fields
    const threads = Number(fields[17])
    if (state === 'X' || (state === 'Z' && threads < 2)) return undefined
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').join(' ').trim()
    return { pid, startedAt: `${boot}:${fields[19]}`, command }
  } catch {
    return undefined
  }
}

function fromPs(pid: number): ProcessIdentity | undefined {
  try {
    const line = execFileSync('ps', ['-ww', '-o', 'stat=,lstart=,command=', '-p', String(pid)], { encoding: 'utf8' })
    const [state = '', ...rest] = line.trim().split(/\s+/)
    if (state === '' || state.startsWith('Z')) return undefined
    return { pid, startedAt: rest.slice(0, 5).join(' '), command: rest.slice(5).join(' ') }
  } catch {
    return undefined
  }
}
