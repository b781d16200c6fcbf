import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { type Environment, UserFaultError } from '@toko/runtime'
import { connect } from 'amqplib'
import { type BrokerHome, prepareHome, withSystemFolders } from './broker-files.ts'
import { type Child, startChild } from './child.ts'
import { findRabbitmq } from './find-rabbitmq.ts'

/** RabbitMQ ended before it was of use; the message has its last words. */
export class BrokerStartError extends UserFaultError {
  override readonly name = 'BrokerStartError'
}

export interface PrivateBrokerOptions {
  /** For data, logs and configuration; made if absent, and what is durable in it found again. The caller removes it. */
  readonly folder: string
  /** Its PATH is searched for rabbitmq-server; the usual folders are always. */
  readonly env?: Environment
  /** 60,000 by default: a start takes 3 to 7 s on an idle machine. */
  readonly startLimitMs?: number
}

/** A RabbitMQ of our own on loopback: own ports, node, password and data. It ends with this process, however that ends. */
export interface PrivateBroker {
  /** The same over restarts. */
  readonly url: string
  /** Of the server; another after a restart. */
  readonly pid: number
  /** Clean end. What is durable stays in the folder. */
  stop(): Promise<void>
  /** kill -9; resolves when it is gone. */
  kill(): Promise<void>
  /**
   * Before kill(): makes RabbitMQ 3.10 remember the quorum queues that were declared in the last seconds. One that it
   * forgets comes back without a leader, and never confirms anything again.
   */
  flush(): Promise<void>
  /** SIGSTOP: connections stay open and nobody answers, as behind a cut cable. */
  pause(): void
  resume(): void
  /** Starts it again, ended before if it runs; `wipe` empties its disk first. */
  restart(options?: { readonly wipe?: boolean }): Promise<void>
  /** rabbitmqctl on this server, e.g. `control('set_vm_memory_high_watermark', '0')`; resolves with its output. */
  control(...args: string[]): Promise<string>
}

const stopLimitMs = 15_000
const controlLimitMs = 30_000

/** Starts one and resolves when it takes connections. @throws RabbitmqNotFoundError, BrokerStartError */
export async function startPrivateBroker(options: PrivateBrokerOptions): Promise<PrivateBroker> {
  const { folder, env = {}, startLimitMs = 60_000 } = options
  const searchPath = withSystemFolders(env['PATH'])
  const server = await findRabbitmq({ searchPath })
  mkdirSync(folder, { recursive: true })
  const home = await prepareHome(realpathSync(folder), searchPath)
  // Ours to end: the one that Erlang starts on demand stays for ever.
  const epmd = startChild({
    command: 'epmd',
    args: ['-address', '127.0.0.1', '-port', String(home.epmdPort)],
    env: home.env,
    outputFile: home.outputFile,
    mark: `-port ${home.epmdPort}`,
  })
  let node: Child | undefined

  async function start(): Promise<void> {
    node = startChild({
      command: server,
      args: ['-noinput', '-toko_broker', home.nodeName], // a flag that Erlang keeps and nobody reads
      env: home.env,
      outputFile: home.outputFile,
      mark: `-toko_broker ${home.nodeName}`,
    })
    try {
      await accepting(home, node, startLimitMs)
    } catch (error) {
      await node.stop(0)
      throw error
    }
  }

  async function control(...args: string[]): Promise<string> {
    const command = join(dirname(server), 'rabbitmqctl')
    const { stdout } = await promisify(execFile)(command, ['-q', ...args], { env: home.env, timeout: controlLimitMs })
    return stdout
  }

  const end = async () => {
    await node?.stop(stopLimitMs)
    node = undefined
  }
  const stop = async () => {
    await end()
    await epmd.stop(stopLimitMs)
  }
  await start().catch(async (error: unknown) => {
    await stop()
    throw error
  })

  return {
    url: home.url,
    get pid() {
      return node?.pid ?? 0
    },
    stop,
    async kill() {
      node?.signal('SIGKILL')
      await node?.exited
      node = undefined
    },
    pause: () => node?.signal('SIGSTOP'),
    resume: () => node?.signal('SIGCONT'),
    async restart({ wipe = false } = {}) {
      await end()
      if (wipe) rmSync(home.dataFolder, { recursive: true, force: true })
      await start()
    },
    control,
    flush: async () => void (await control('eval', '[dets:sync(Table) || Table <- dets:all()].')),
  }
}

/** Its listener opens last, so a first connection means that it is up. */
async function accepting(home: BrokerHome, { exited }: Child, limitMs: number): Promise<void> {
  let ending: string | undefined
  void exited.then((how) => (ending = how))
  const until = performance.now() + limitMs
  for (;;) {
    try {
      const connection = await connect(home.url, { timeout: limitMs })
      return await connection.close()
    } catch (error) {
      if (ending !== undefined) throw new BrokerStartError(`rabbitmq-server ${ending}: ${lastWords(home)}`)
      if (performance.now() > until)
        throw new BrokerStartError(`rabbitmq-server did not accept connections within ${limitMs} ms`, { cause: error })
    }
    await sleep(50)
  }
}

function lastWords({ outputFile, logFile }: BrokerHome): string {
  const text = readFileSync(outputFile, 'utf8').trim().split('\n').slice(-5).join(' ')
  return `${text.slice(-500) || 'no output'} (see ${logFile})`
}
