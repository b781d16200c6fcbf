import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { freePorts } from '@toko/testkit'
import type { Address } from '../src/shop.ts'

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))
const preload = fileURLToPath(import.meta.resolve('@toko/telemetry'))

const services = ['USER', 'PRODUCT', 'ORDER', 'PAYMENT'] as const

/** Ports that stay the same over restarts, so that clients find the shop again. */
export async function portVariables(): Promise<Record<string, string>> {
  const ports = await freePorts(9)
  const variables = services.flatMap((name, index) => [
    [`${name}_PORT`, String(ports[index * 2])],
    [`${name}_ADMIN_PORT`, String(ports[index * 2 + 1])],
  ])
  return { ...Object.fromEntries(variables), TOKO_ADMIN_PORT: String(ports[8]) }
}

export interface ShopProcess {
  readonly child: ChildProcess
  /** As if this process had ended. */
  letGo(): void
  /** What it wrote to stderr and stdout so far. */
  readonly stderr: () => string
  readonly stdout: () => string
  /** Rejects with what it said when it ended before. */
  readonly ready: Promise<Record<Address['name'], Address>>
  readonly exited: Promise<number | NodeJS.Signals>
}

/** services/all as it is started in real life. Its environment is this and nothing else. */
export function startProcess(env: Record<string, string>): ShopProcess {
  const child = spawn(process.execPath, ['--import', preload, main], {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  const written = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const)
    child[name]!.on('data', (chunk: Buffer) => {
      written[name] += chunk.toString()
    })
  let isLetGo = false
  const exited = new Promise<number | NodeJS.Signals>((resolve) => {
    // 'close' comes after the last output, but never after a disconnect.
    child.once('close', (code, signal) => resolve(code ?? signal!))
    child.once('exit', (code, signal) => isLetGo && resolve(code ?? signal!))
  })
  const ready = new Promise<Record<Address['name'], Address>>((resolve, reject) => {
    child.on('message', (message: { type: string; addresses: Address[] }) => {
      if (message.type !== 'ready') return
      resolve(
        Object.fromEntries(message.addresses.map((each) => [each.name, each])) as Record<Address['name'], Address>,
      )
    })
    void exited.then((how) => reject(new Error(`ended with ${how}: ${written.stderr}`)))
  })
  ready.catch(() => {}) // who awaits it is told
  const letGo = () => {
    isLetGo = true
    child.disconnect()
  }
  return { child, letGo, ready, exited, stderr: () => written.stderr, stdout: () => written.stdout }
}
