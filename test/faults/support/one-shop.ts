import { fork } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { connect, seedAccounts, type ServiceName, serviceNames, type ShopConnection } from '@toko/cli'
import { freePorts } from '@toko/testkit'
import { unhurried } from './settings.ts'

/** The shop in one process, whose services may have databases elsewhere. */
export interface OneShop {
  readonly urls: Readonly<Record<ServiceName, string>>
  readonly adminUrls: Readonly<Record<ServiceName, string>>
  readonly connection: ShopConnection
  readonly folder: string
  readonly customer: { readonly email: string; readonly password: string }
  readonly pid: number
  /** What it logged so far. */
  log(): string
  stop(): Promise<void>
}

interface ShopOptions {
  readonly folder: string
  readonly mongodBinary: string
  readonly env?: Readonly<Record<string, string>>
  /** Modules that it loads first. */
  readonly preloads?: readonly string[]
}

interface Ready {
  readonly type: string
  readonly addresses: readonly { readonly name: ServiceName; readonly url: string; readonly adminUrl: string }[]
}

const main = fileURLToPath(new URL('../../../services/all/src/main.ts', import.meta.url))
const stopLimitMs = 40_000

/** Starts it on free ports with a mongod of its own, and its two accounts. Ends with this process, however that ends. */
export async function startOneShop({ folder, mongodBinary, env = {}, preloads = [] }: ShopOptions): Promise<OneShop> {
  const names = serviceNames.map((name) => name.toUpperCase())
  const variables = ['TOKO_ADMIN_PORT', ...names.flatMap((name) => [`${name}_PORT`, `${name}_ADMIN_PORT`])]
  const free = await freePorts(variables.length)
  const logFile = join(folder, 'shop.log')
  const output = openSync(logFile, 'a', 0o600)
  const child = fork(main, [], {
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      MONGOD_BINARY: mongodBinary,
      TOKO_DATA_DIR: folder,
      TOKO_LOG_LEVEL: 'warn',
      ORDER_MAX_UNPAID_PER_USER: '100000',
      ...unhurried,
      ...Object.fromEntries(variables.map((name, n) => [name, String(free[n])])),
      ...env,
    },
    execArgv: preloads.flatMap((file) => ['--import', file]),
    stdio: ['ignore', output, output, 'ipc'],
  })
  closeSync(output)
  const exited = once(child, 'exit')
  const log = () => readFileSync(logFile, 'utf8')
  const end = async () => {
    child.kill('SIGTERM')
    const patience = setTimeout(() => child.kill('SIGKILL'), stopLimitMs)
    await exited
    clearTimeout(patience)
  }
  const addresses = await new Promise<Ready['addresses']>((resolve, reject) => {
    child.on('message', (message: Ready) => message.type === 'ready' && resolve(message.addresses))
    void exited.then(([code]) => reject(new Error(`the shop ended with ${code} at its start: ${log().slice(-2000)}`)))
  })
  const of = (what: 'url' | 'adminUrl') =>
    Object.fromEntries(addresses.map((each) => [each.name, each[what]])) as OneShop['urls']
  const { user, product, order, payment } = of('url')
  const connection = connect({ userUrl: user, productUrl: product, orderUrl: order, paymentUrl: payment }, folder)
  try {
    const { accounts } = await seedAccounts(connection, folder)
    return {
      urls: of('url'),
      adminUrls: of('adminUrl'),
      connection,
      folder,
      customer: accounts.customer,
      pid: child.pid!,
      log,
      async stop() {
        await connection.close()
        await end()
      },
    }
  } catch (error) {
    await end()
    throw error
  }
}
