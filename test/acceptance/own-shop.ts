import { fork } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startSplitShop } from '@toko/cli'
import { freePorts } from '@toko/testkit'
import { ofEach, unhurried } from '../faults/support/settings.ts'
import type { Shape } from './forms.ts'
import type { Shop } from './shop.ts'

export interface OwnShop {
  readonly urls: Shop['urls']
  /** Where each service and process tells its metrics, by the name that the metrics have. */
  readonly admins: readonly { readonly service: string; readonly url: string }[]
  readonly logFiles: readonly string[]
  stop(): Promise<void>
}

/** A shop of this shape on free ports, with mongods and a folder of its own, and RabbitMQ where it has several processes. */
export function startOwnShop(
  folder: string,
  { split, calls }: Shape,
  telemetry: Record<string, string>,
): Promise<OwnShop> {
  const settings = {
    ...telemetry,
    // 200 buyers at once, beside whatever else a slow machine does: no reason to shed load or to give up here.
    ...unhurried,
    ...ofEach({ BUDGET_FACTOR: '4', MONGO_TIMEOUT_MS: '5000' }),
    ORDER_STOCK_CALL_MS: '8000',
    ORDER_CALLS: calls,
    USER_CALLS: calls === 'rpc' ? 'rpc' : 'http', // it sends no commands
    ORDER_MAX_UNPAID_PER_USER: '1000',
  }
  return split ? inProcesses(folder, split, settings) : inOneProcess(folder, settings)
}

async function inProcesses(
  folder: string,
  split: NonNullable<Shape['split']>,
  settings: Record<string, string>,
): Promise<OwnShop> {
  const shop = await startSplitShop({ folder, split, amqpUrl: process.env['AMQP_URL'] || undefined, env: settings })
  return {
    urls: shop.urls,
    admins: shop.replicas.flatMap(({ listeners, adminUrl, service }) => [
      ...Object.entries(listeners).map(([name, { adminPort }]) => ({
        service: name,
        url: `http://127.0.0.1:${adminPort}`,
      })),
      ...(service in listeners ? [] : [{ service: 'all', url: adminUrl }]),
    ]),
    logFiles: shop.replicas.map(({ logFile }) => logFile),
    async stop() {
      await shop.stop()
    },
  }
}

const fromRoot = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url))

async function inOneProcess(folder: string, settings: Record<string, string>): Promise<OwnShop> {
  const [adminPort] = await freePorts(1)
  const logFile = join(folder, 'shop.log')
  const log = openSync(logFile, 'a', 0o600)
  const child = fork(fromRoot('services/all/src/main.ts'), [], {
    env: {
      ...process.env,
      ...ofEach({ PORT: '0', ADMIN_PORT: '0' }),
      ...settings,
      TOKO_ADMIN_PORT: String(adminPort),
      TOKO_DATA_DIR: folder,
    },
    execArgv: ['--import', fromRoot('packages/telemetry/src/preload.ts')],
    stdio: ['ignore', log, log, 'ipc'],
  })
  closeSync(log)
  const exited = once(child, 'exit')
  for (;;) {
    const [message] = (await Promise.race([
      once(child, 'message'),
      exited.then(() =>
        Promise.reject(new Error(`the shop did not start: ${readFileSync(logFile, 'utf8').slice(-2000)}`)),
      ),
    ])) as [{ type: string; addresses: { name: string; url: string; adminUrl: string }[] }]
    if (message.type !== 'ready') continue
    return {
      urls: Object.fromEntries(message.addresses.map(({ name, url }) => [name, url])) as Shop['urls'],
      admins: [
        ...message.addresses.map(({ name, adminUrl }) => ({ service: name, url: adminUrl })),
        { service: 'all', url: `http://127.0.0.1:${adminPort}` },
      ],
      logFiles: [logFile],
      async stop() {
        child.kill('SIGTERM')
        await exited
      },
    }
  }
}
