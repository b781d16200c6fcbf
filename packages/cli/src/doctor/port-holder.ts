import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** Inodes of the sockets that listen on a port. Fields of a row: number, local address in hex, peer, state (0A), …, inode. */
export function listeningInodes(table: string, port: number): string[] {
  const rows = table.split('\n').map((row) => row.trim().split(/\s+/))
  return rows
    .filter(([, local = '', , state]) => state === '0A' && Number.parseInt(local.split(':')[1] ?? '', 16) === port)
    .map((fields) => fields[9]!)
}

/** "node main.ts (pid 12)" of whoever listens on a port, as far as Linux tells this user; undefined when it doesn't. */
export function portHolder(port: number): string | undefined {
  try {
    const tables = ['/proc/net/tcp', '/proc/net/tcp6'].map((file) => readFileSync(file, 'utf8'))
    const inodes = new Set(tables.flatMap((rows) => listeningInodes(rows, port)).map((inode) => `socket:[${inode}]`))
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
