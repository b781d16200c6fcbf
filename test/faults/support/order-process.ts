import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { eventually, freePorts } from '@toko/testkit'

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
      await eventually(
        async () => {
          if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}: ${output}`)
          const { status } = await fetch(`http://127.0.0.1:${adminPort}/readyz`)
          if (status !== 200) throw new Error(`not ready: ${output}`)
        },
        { timeoutMs: 60_000, everyMs: 50 },
      )
    },
  }
}
