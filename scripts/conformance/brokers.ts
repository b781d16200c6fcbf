import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { RabbitmqNotFoundError, startPrivateBroker } from '@toko/messaging'
import { connect } from 'amqplib'

/** A RabbitMQ to run the suite on. */
export interface Broker {
  readonly from: string
  readonly url: string
  /** Names of all queues, where its tool is at hand: none may be left. */
  queues?(): Promise<string[]>
  stop(): Promise<void>
}

const startLimitMs = 60_000
const run = promisify(execFile)
const docker = async (...args: string[]) => (await run('docker', args)).stdout.trim()
const names = (output: string) => output.split('\n').filter((line) => line !== '')

/** Each resolves with a broker, or with why there is none. */
export const brokers: readonly ((env: NodeJS.ProcessEnv) => Promise<Broker | string>)[] = [installed, given, inDocker]

async function installed(env: NodeJS.ProcessEnv): Promise<Broker | string> {
  const folder = mkdtempSync(join(tmpdir(), 'toko-conformance-'))
  const remove = () => rmSync(folder, { recursive: true, force: true })
  try {
    const broker = await startPrivateBroker({ folder, env })
    return {
      from: 'rabbitmq-server of this machine',
      url: broker.url,
      queues: async () => names(await broker.control('list_queues', 'name', '--no-table-headers')),
      stop: () => broker.stop().finally(remove),
    }
  } catch (error) {
    remove()
    if (error instanceof RabbitmqNotFoundError) return error.message
    throw error
  }
}

async function given({ AMQP_URL: url }: NodeJS.ProcessEnv): Promise<Broker | string> {
  return url ? { from: 'AMQP_URL', url, stop: async () => {} } : 'AMQP_URL is not set'
}

async function inDocker({ RABBITMQ_IMAGE }: NodeJS.ProcessEnv): Promise<Broker | string> {
  const image = RABBITMQ_IMAGE || 'rabbitmq:4-management'
  const engine = await docker('version', '--format', '{{.Server.Version}}').catch(() => undefined)
  if (engine === undefined) return `${image}: no Docker engine answers`
  const password = randomBytes(12).toString('hex')
  const settings = ['RABBITMQ_DEFAULT_USER=toko', `RABBITMQ_DEFAULT_PASS=${password}`].flatMap((each) => [
    '--env',
    each,
  ])
  const args = ['run', '--detach', '--rm', '--publish', '127.0.0.1::5672', ...settings, image]
  const id = await docker(...args).catch((error: Error) => error)
  if (id instanceof Error) return `${image}: ${id.message.trim().split('\n').at(-1)}`
  const stop = async () => void (await docker('rm', '--force', '--volumes', id))
  try {
    const address = names(await docker('port', id, '5672/tcp'))[0]
    const url = `amqp://toko:${password}@${address}/`
    await accepting(url)
    const queues = async () =>
      names(await docker('exec', id, 'rabbitmqctl', '-q', 'list_queues', 'name', '--no-table-headers'))
    return { from: `Docker image ${image}`, url, queues, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function accepting(url: string): Promise<void> {
  for (const until = performance.now() + startLimitMs; ; await sleep(250)) {
    try {
      return await (await connect(url)).close()
    } catch (error) {
      if (performance.now() > until) throw error
    }
  }
}
