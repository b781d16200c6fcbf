import { spawn } from 'node:child_process'
import { closeSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { Failure } from '../io/failure.ts'
import { places } from '../places.ts'
import { inheritedEnvironment } from './inherited-environment.ts'
import { openLog } from './open-log.ts'

export interface ShopAddress {
  readonly name: string
  readonly url: string
  readonly adminUrl: string
}

/** What the process of services/all tells over its channel. */
type ShopMessage =
  | { readonly type: 'ready'; readonly addresses: readonly ShopAddress[] }
  | { readonly type: 'progress'; readonly progress: DownloadProgress }

/** Of a mongod that is not there yet. */
export interface DownloadProgress {
  readonly source: string
  readonly step: string
  readonly receivedBytes?: number
  readonly totalBytes?: number
}

export interface ShopProcess {
  readonly pid: number
  readonly logFile: string
  /** Resolves when every service is ready. @throws Failure when the process ended before; it has told why on stderr */
  readonly ready: Promise<readonly ShopAddress[]>
  readonly exited: Promise<number>
  /** Lets it finish what is under way; resolves with its exit code. */
  stop(): Promise<number>
}

interface ShopProcessOptions {
  readonly dataDir: string
  readonly portOffset: number | undefined
  /** Beside this process's own environment. */
  readonly env?: Readonly<Record<string, string>>
  readonly onProgress: (progress: DownloadProgress) => void
}

/** Starts services/all as a child that ends with us, however we end: it watches the channel between us. */
export function startShop({ dataDir, portOffset, env: more, onProgress }: ShopProcessOptions): ShopProcess {
  mkdirSync(dataDir, { recursive: true })
  const logFile = join(dataDir, 'shop.log')
  const log = openLog(logFile)
  const child = spawn(process.execPath, [...nodeOptions, '--import', places.telemetryPreload, places.shopMain], {
    env: {
      NODE_COMPILE_CACHE: places.compileCache,
      ...inheritedEnvironment(process.env),
      ...more,
      TOKO_DATA_DIR: dataDir,
      ...(portOffset === undefined ? {} : { TOKO_PORT_OFFSET: String(portOffset) }),
    },
    stdio: ['ignore', log, 'pipe', 'ipc'],
  })
  closeSync(log)
  let hasTold = false
  child.stderr!.on('data', (chunk: Buffer) => {
    hasTold = true
    process.stderr.write(chunk)
  })
  const exited = new Promise<number>((resolve) => {
    child.once('close', (code) => resolve(code ?? 1))
    child.once('error', () => resolve(1))
  })
  const ready = new Promise<readonly ShopAddress[]>((resolve, reject) => {
    child.on('message', (message: ShopMessage) => {
      if (message.type === 'ready') resolve(message.addresses)
      else onProgress(message.progress)
    })
    void exited.then(() =>
      reject(new Failure(hasTold ? 'the shop did not start' : `the shop did not start, see ${logFile}`)),
    )
  })
  ready.catch(() => {}) // whoever awaits it is told
  return {
    pid: child.pid ?? 0,
    logFile,
    ready,
    exited,
    stop() {
      child.kill('SIGTERM')
      return exited
    },
  }
}

/** Node sizes the young generation by the machine: on a large one it alone takes 128 MB after the first orders. */
const nodeOptions = ['--max-semi-space-size=16']
