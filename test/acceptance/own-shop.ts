import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { serviceNames, startSplitShop } from '@toko/cli'
import type { Shape } from './forms.ts'
import type { Shop } from './shop.ts'

interface OwnShop {
  readonly urls: Shop['urls']
  stop(): Promise<void>
}

const ofEach = (settings: Record<string, string>) =>
  Object.fromEntries(
    serviceNames.flatMap((name) =>
      Object.entries(settings).map(([key, value]) => [`${name.toUpperCase()}_${key}`, value]),
    ),
  )

/** A shop of this shape on free ports, with mongods and a folder of its own, and RabbitMQ where it has several processes. */
export function startOwnShop(folder: string, { split, calls }: Shape): Promise<OwnShop> {
  const settings = {
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
  // Many processes on few cores delay each other; that is no reason to shed load or to give up here.
  const env = { ...ofEach({ LOG_LEVEL: 'error', MAX_LOOP_DELAY_MS: '10000', MONGO_TIMEOUT_MS: '5000' }), ...settings }
  const shop = await startSplitShop({ folder, split, amqpUrl: process.env['AMQP_URL'] || undefined, env })
  return {
    urls: shop.urls,
    async stop() {
      await shop.stop(0) // nobody will miss what is in it
    },
  }
}

async function inOneProcess(folder: string, settings: Record<string, string>): Promise<OwnShop> {
  const main = fileURLToPath(new URL('../../services/all/src/main.ts', import.meta.url))
  const child = fork(main, [], {
    env: {
      ...process.env,
      ...ofEach({ PORT: '0', ADMIN_PORT: '0' }),
      ...settings,
      TOKO_ADMIN_PORT: '0',
      TOKO_DATA_DIR: folder,
      TOKO_LOG_LEVEL: 'error',
    },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const exited = once(child, 'exit')
  for (;;) {
    const [message] = (await Promise.race([
      once(child, 'message'),
      exited.then(() => Promise.reject(new Error('the shop did not start'))),
    ])) as [{ type: string; addresses: { name: string; url: string }[] }]
    if (message.type !== 'ready') continue
    return {
      urls: Object.fromEntries(message.addresses.map(({ name, url }) => [name, url])) as Shop['urls'],
      async stop() {
        child.kill('SIGTERM')
        await exited
      },
    }
  }
}
