import { database } from '@toko/database'
import { quiet } from '@toko/testkit'
import type { Fault, World } from './fault.ts'

const busy = ['user', 'product', 'order'] as const

export const databaseFaults: readonly Fault[] = [
  {
    name: 'slow-db',
    draw(random) {
      const service = random.pick(busy)
      const ms = Math.round(random.between(350, 600))
      return {
        detail: `${service}, ${ms} ms`,
        truth: { service, operation: /^(find|aggregate|count|update|insert|findAndModify)/, kind: 'latency' },
        async inject({ databases }) {
          databases[service].proxy.setLatency(ms)
          return async () => databases[service].proxy.setLatency(0)
        },
      }
    },
  },
  {
    name: 'db-down',
    draw(random) {
      const service = random.pick(busy)
      return {
        detail: service,
        truth: {
          service,
          errorType: /^(Mongo|503)/,
          kind: 'database',
        },
        async inject({ databases }) {
          databases[service].cable.refuse()
          return async () => databases[service].cable.heal()
        },
      }
    },
  },
  {
    name: 'lock-contention',
    draw: () => ({
      detail: 'stock of product',
      truth: {
        service: 'product',
        operation: /^(findAndModify|update|bulkWrite|database|POST|PUT)/,
        kind: 'lock',
      },
      inject: holdStock,
    }),
  },
]

/** A transaction that has touched the stock of every SKU on sale, and does not end. */
async function holdStock({ databases, traffic }: World) {
  const url = `mongodb://127.0.0.1:${databases.product.port}/?directConnection=true`
  const one = database({ service: 'exercise', url, name: 'product', poolSize: 2, ...quiet() })
  await one.start?.()
  const session = await one.connection.startSession()
  session.startTransaction()
  const stock = one.connection.db!.collection<{ _id: string }>('stock')
  const touched = await stock.updateMany(
    { _id: { $in: [...traffic.skus] } },
    { $set: { heldAt: new Date() } },
    { session },
  )
  if (touched.matchedCount === 0) throw new Error('there is no stock to hold')
  return async () => {
    await session.abortTransaction()
    await session.endSession()
    await one.stop?.()
  }
}
