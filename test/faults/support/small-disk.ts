import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs'

/** A disk of so many MiB in memory that only processes started `within` see; it is gone with them and with us. */
export interface SmallDisk {
  /** Where they see it. */
  readonly path: string
  /** Arguments that start a program there: it keeps the pid. */
  readonly within: readonly string[]
  /** Leaves no free byte. */
  fill(): void
  free(): void
  stop(): void
}

const isRoot = process.getuid?.() === 0

/** @throws Error in one line where the system has no mount namespaces for us */
export async function smallDisk(path: string, sizeMiB: number): Promise<SmallDisk> {
  mkdirSync(path, { recursive: true })
  const script = 'mount -t tmpfs -o "size=$2m" tmpfs "$1" && echo ready && read -r _'
  const own = isRoot ? ['--mount'] : ['--user', '--map-root-user', '--mount']
  const holder = spawn('unshare', [...own, 'sh', '-c', script, 'small-disk', path, String(sizeMiB)], {
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  let complaint = ''
  holder.stderr.on('data', (text: Buffer) => (complaint += text.toString()))
  const isReady = await Promise.race([
    once(holder.stdout, 'data').then(() => true),
    once(holder, 'close').then(() => false),
    once(holder, 'error').then(([error]) => ((complaint = String(error)), false)),
  ])
  if (!isReady)
    throw new Error(
      `a disk of ${sizeMiB} MiB needs Linux with unshare and root or user namespaces, but: ${complaint.trim()}`,
    )
  const enter = isRoot ? ['--mount'] : ['--user', '--preserve-credentials', '--mount']
  const ballast = `/proc/${holder.pid}/root${path}/ballast`
  return {
    path,
    within: ['nsenter', `--target=${holder.pid}`, ...enter, '--'],
    fill() {
      const file = openSync(ballast, 'w')
      try {
        for (const size of [1 << 20, 1 << 12]) writeAll(file, Buffer.alloc(size))
      } finally {
        closeSync(file)
      }
    },
    free: () => rmSync(ballast, { force: true }),
    stop: () => void holder.stdin.end(),
  }
}

/** Until the disk has no room for another. */
function writeAll(file: number, chunk: Buffer): void {
  try {
    for (;;) writeSync(file, chunk)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
  }
}
