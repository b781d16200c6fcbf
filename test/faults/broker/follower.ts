// A process that follows orders by their events (R8) until somebody kills it: it keeps the highest version of each, and
// notes every delivery. It falls over an event whose data say so.
import { database } from '@toko/database'
import { createRabbitBus } from '@toko/messaging'
import { quiet } from '@toko/testkit'
import { type FollowedOrder, followed, type SeenEvent } from './followed.ts'

const { AMQP_URL = '', MONGO_URL = '', LIFE, PREFETCH } = process.env
const db = database({ service: 'follower', url: MONGO_URL, name: 'follower', operationTimeoutMs: 5000, ...quiet() })
const bus = createRabbitBus({ url: AMQP_URL, service: 'follower', ...quiet() })
await db.start?.()
const orders = db.connection.db!.collection<FollowedOrder>('orders')
const events = db.connection.db!.collection<SeenEvent>('events')
let n = 0

/** True when it was news. */
async function take(order: string, version: number): Promise<boolean> {
  try {
    const isNews = { _id: order, version: { $lt: version } }
    await orders.updateOne(isNews, { $set: { version }, $push: { taken: version } }, { upsert: true })
    return true
  } catch (error) {
    if ((error as { code?: unknown }).code === 11_000) return false // what is there is as new, or newer
    throw error
  }
}

bus.subscribe({ ...followed, prefetch: Number(PREFETCH) }, async ({ id, subject, version = 0, data }) => {
  if ((data as { isDeadly?: boolean }).isDeadly) process.kill(process.pid, 'SIGKILL')
  const delivery = { life: Number(LIFE), n: ++n }
  await Promise.all([
    take(subject, version),
    events.updateOne(
      { _id: id },
      { $push: { deliveries: delivery }, $setOnInsert: { order: subject, version } },
      // Of the test, not of the consumer: no second wait for the disk.
      { upsert: true, writeConcern: { w: 1 } },
    ),
  ])
  process.send?.(n)
})
await bus.start?.()
process.on('disconnect', () => process.exit(0))
process.on('SIGTERM', () => {
  void (async () => {
    await bus.stop?.()
    await db.stop?.()
    process.exit(0)
  })()
})
