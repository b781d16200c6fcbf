import { spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { freePorts } from '@toko/testkit'

/** The order service alone, as a deployment starts it, with neighbours that are away. */
export interface OrderProcess {
  /** Everything it wrote: log lines and complaints. */
  output(): string
  readonly exited: Promise<number | null>
  isRunning(): boolean
  kill(signal: NodeJS.Signals): void
  whenReady(): Promise<void>
}

const main = fileURLToPath(new URL('../../../services/order/src/main.ts', import.meta.url))
const secret = 'secret-of-a-test-0123'
const readyLimitMs = 60_000

export async function startOrderProcess(mongoUrl: string): Promise<OrderProcess> {
  const [port, adminPort] = await freePorts(2)
  const nowhere = 'http://127.0.0.1:9'
  const child = spawn(process.execPath, [main], {
    env: {
      PATH: process.env['PATH'],
      ORDER_PORT: String(port),
      ORDER_ADMIN_PORT: String(adminPort),
      ORDER_LOG_LEVEL: 'warn',
      ORDER_MONGO_URL: mongoUrl,
      ORDER_JWKS_URL: `${nowhere}/jwks.json`,
      ORDER_PRODUCT_URL: nowhere,
      ORDER_PAYMENT_URL: nowhere,
      ORDER_TO_PRODUCT_SECRET: secret,
      ORDER_TO_PAYMENT_SECRET: secret,
      ORDER_FROM_USER_SECRET: secret,
      ORDER_WEBHOOK_SECRET: secret,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (output += text.toString()))
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve))
  return {
    output: () => output,
    exited,
    isRunning: () => child.exitCode === null && child.signalCode === null,
    kill: (signal) => void child.kill(signal),
    async whenReady() {
      const untilMs = performance.now() + readyLimitMs
      while (!(await isReady(`http://127.0.0.1:${adminPort}/readyz`))) {
        if (child.exitCode !== null) throw new Error(`the order service ended with ${child.exitCode}: ${output}`)
        if (performance.now() > untilMs) throw new Error(`the order service is not ready: ${output}`)
        await sleep(50)
      }
    },
  }
}

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok
  } catch {
    return false
  }
}
