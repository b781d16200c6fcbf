import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { database, defaultCacheDir, embeddedMongod, findMongod } from '@toko/database'
import { createRabbitBus, type Message, type OwnedBus, startPrivateBroker } from '@toko/messaging'
import { createLogger, createMetrics } from '@toko/runtime'

export interface Surroundings {
  readonly amqpUrl: string
  /** Of this run alone: names of exchanges and queues start with it. */
  readonly source: string
  /** A bus as a service has it: metrics on, tracing off. Not started. */
  bus(role: string): OwnedBus
  /** One upsert, acknowledged by the majority and in the journal. */
  write(message: Message): Promise<void>
  stop(): Promise<void>
}

/** A RabbitMQ (AMQP_URL, else a private one) and a MongoDB (TEST_MONGO_URL, else an own one) on this machine's disk. */
export async function startSurroundings(env: NodeJS.ProcessEnv): Promise<Surroundings> {
  const log = createLogger('bench', 'warn', process.stderr)
  const source = `bench-${randomBytes(4).toString('hex')}`
  const folder = mkdtempSync(join(tmpdir(), 'toko-bench-'))
  const ends: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true })]
  const stop = async () => {
    for (const end of ends.toReversed()) await end()
  }
  try {
    const broker = env['AMQP_URL'] ? undefined : await startPrivateBroker({ folder: join(folder, 'broker'), env })
    if (broker) ends.push(broker.stop)
    const mongoUrl = env['TEST_MONGO_URL'] || (await ownMongod(join(folder, 'mongod'), env))
    const metrics = () => createMetrics('bench', { processMetrics: false })
    const store = database({ service: 'bench', url: mongoUrl, name: source, log, metrics: metrics() })
    await store.start?.()
    ends.push(async () => {
      await store.connection.dropDatabase()
      await store.stop?.()
    })
    const amqpUrl = broker?.url ?? env['AMQP_URL'] ?? ''
    const followed = store.connection.collection<{ _id: string; subject: string; version: number }>('followed')
    return {
      amqpUrl,
      source,
      bus: (role) => createRabbitBus({ url: amqpUrl, service: `bench-${role}`, log, metrics: metrics() }),
      async write({ id, subject, version = 0 }) {
        await followed.updateOne({ _id: id }, { $set: { subject, version } }, { upsert: true })
      },
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }

  async function ownMongod(
    dataDir: string,
    { MONGOD_BINARY: binary, PATH: searchPath, TOKO_CACHE: cache }: NodeJS.ProcessEnv,
  ) {
    const found = await findMongod({ binary, searchPath, cacheDir: cache || defaultCacheDir(), log })
    const mongod = embeddedMongod({ binary: found.path, dataDir, port: 0, log })
    await mongod.start?.()
    ends.push(async () => mongod.stop?.())
    return mongod.url()
  }
}
