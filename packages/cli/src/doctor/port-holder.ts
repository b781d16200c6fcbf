import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** `0100007F:1F41` of /proc/net/tcp, state 0A = listening, with its inode. */
const row = /^\s*\d+: [0-9A-F]+:([0-9A-F]{4}) \S+ 0A (?:\S+ ){5}\s*(\d+)/gm

/** "node main.ts (pid 12)" of whoever listens on a port, as far as Linux tells this user; undefined when it doesn't. */
export function portHolder(port: number): string | undefined {
  try {
    const inodes = new Set<string>()
    for (const file of ['/proc/net/tcp', '/proc/net/tcp6'])
      for (const [, hex, inode] of readFileSync(file, 'utf8').matchAll(row))
        if (Number.parseInt(hex!, 16) === port) inodes.add(`socket:[${inode}]`)
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name)))
      if (socketsOf(pid).some((socket) => inodes.has(socket))) return `${commandOf(pid)} (pid ${pid})`
  } catch {
    // not Linux
  }
  return undefined
}

function socketsOf(pid: string): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).map((fd) => readlinkOrEmpty(`/proc/${pid}/fd/${fd}`))
  } catch {
    return [] // another user's, or just ended
  }
}

function readlinkOrEmpty(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return ''
  }
}

const commandOf = (pid: string) => {
  const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').filter(Boolean)
  return words
    .map((word) => word.replace(/^.*\//, ''))
    .join(' ')
    .slice(0, 60)
}
