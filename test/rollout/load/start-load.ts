import { type ConnectionKind, loadClient } from './client.ts'
import { type OpenLoop, openLoop } from './open-loop.ts'
import { schedule } from './operations.ts'
import { fillCart, makeCart, placeOrder } from './ordering.ts'
import type { Prepared } from './prepared.ts'
import type { Scene } from './scene.ts'
import { type Tally, tally } from './tally.ts'

export interface Load extends Pick<OpenLoop, 'sent' | 'underWay' | 'latestMs' | 'broken'> {
  readonly tally: Tally
  stop(): Promise<void>
}

/** Carts of each kind to begin with: requests of the next kind are due before those that prepare them are answered. */
const stockOfCarts = 30
const firstOrders = 5
const mostUnderWay = 500

/** Requests at a constant rate, half of them over connections of their own. The n-th is the same in every run. */
export async function startLoad(scene: Scene, rate: number): Promise<Load> {
  const client = loadClient()
  const inTurn = schedule()
  const counted = tally()

  const prepared = async (first: Prepared | undefined) => {
    const fault = first?.judge(await client.send(first.request, 'pooled'))
    if (fault !== undefined)
      throw new Error(`before the load began: ${first?.request.method} ${first?.request.url} ${fault}`)
  }
  for (let n = 0; n < 2 * stockOfCarts; n++) await prepared(await makeCart(scene, n))
  for (let n = 0; n < stockOfCarts; n++) await prepared(await fillCart(scene, n))
  for (let n = 1; n <= firstOrders; n++) await prepared(await placeOrder(scene, -n))

  const send = async (n: number, dueMs: number) => {
    const operation = inTurn[n % inTurn.length]!
    // Changes with every round, so that each operation comes over both.
    const connection: ConnectionKind = (n + Math.floor(n / inTurn.length)) % 2 === 0 ? 'pooled' : 'fresh'
    const fault = await faultOf(async () => {
      const made = await operation.prepare(scene, n)
      return made ? made.judge(await client.send(made.request, connection)) : 'nothing was left to do it with'
    })
    counted.add({ op: operation.name, connection, ms: performance.now() - dueMs, fault })
  }
  const loop = openLoop({ rate, send, mostUnderWay })
  return {
    ...loop,
    tally: counted,
    async stop() {
      await loop.stop()
      client.stop()
    },
  }
}

/** Also when nothing could be sent, such as for want of a token. */
async function faultOf(work: () => Promise<string | undefined>): Promise<string | undefined> {
  try {
    return await work()
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
