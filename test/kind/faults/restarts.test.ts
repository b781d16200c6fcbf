import { eventually } from '@toko/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { booksAtRest, violationsOf } from '../../faults/support/at-rest.ts'
import { type Shopper, startShopper } from '../../faults/support/shopper.ts'
import { kubectl, list } from '../support/kubectl.ts'
import { type Named, nameOf, type Pod, type Workload } from '../support/objects.ts'
import { runningPods, settledPods } from '../support/pods.ts'
import { type KindShop, kindShop } from '../support/shop.ts'

/** From the start of a pod until its database answers: its service waits no longer. */
const readyLimitMs = 20_000
/** Images are here already; a broker has more to start. */
const brokerLimitMs = 45_000

let shop: KindShop
let shopper: Shopper
let sets: Workload[]
beforeAll(async () => {
  await settledPods()
  shop = kindShop()
  shopper = await startShopper(shop)
  sets = (await list<Workload>('statefulsets')).filter((each) => /mongodb|rabbitmq/.test(nameOf(each)))
})
afterAll(() => shop.connection.close())

/** A store that is killed twice in a row is away for longer than one request of a client that gives up. */
const patience = { timeoutMs: 180_000, everyMs: 500 }

/** Orders one after the other, each sent until it is acknowledged, until it is told to stop; their ids. */
function selling() {
  const stopping = new AbortController()
  const ids: string[] = []
  const ended = (async () => {
    while (!stopping.signal.aborted) {
      const cartId = await eventually(() => shopper.newCart(), patience)
      ids.push(await eventually(() => shopper.placed(cartId, { waitS: 1 }), patience))
    }
  })()
  return {
    async stop() {
      stopping.abort()
      await ended
      return ids
    },
  }
}

const podsOf = (set: Named) => runningPods(`app.kubernetes.io/name=${set.metadata.name}`)
const timeOf = ({ status }: Pod, type: string) =>
  Date.parse(status.conditions!.find((each) => each.type === type)!.lastTransitionTime)

/** New pods, all ready; how long each took from its start. */
async function replaced(set: Workload, old: readonly Pod[]): Promise<number[]> {
  const uids = new Set(old.map(({ metadata }) => metadata.uid))
  const pods = await eventually(
    async () => {
      const found = await podsOf(set)
      const fresh = found.filter(
        ({ metadata, status }) =>
          !uids.has(metadata.uid) &&
          status.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True'),
      )
      expect(fresh).toHaveLength(old.length)
      return fresh
    },
    { timeoutMs: 180_000, everyMs: 500 },
  )
  return pods.map((pod) => timeOf(pod, 'Ready') - Date.parse(pod.status.startTime!))
}

describe('each StatefulSet', { timeout: 1_200_000 }, () => {
  it('restarted in order, and killed, under orders: nothing acknowledged is lost, and each is back in time', async () => {
    expect(sets.map(nameOf).toSorted()).toEqual([
      'order-mongodb',
      'payment-mongodb',
      'product-mongodb',
      'rabbitmq',
      'user-mongodb',
    ])
    const sold = selling()
    const times: string[] = []
    let ids: string[]
    try {
      for (const set of sets) {
        const limitMs = nameOf(set) === 'rabbitmq' ? brokerLimitMs : readyLimitMs
        for (const how of ['restarted', 'killed'] as const) {
          const old = await podsOf(set)
          if (how === 'restarted') await kubectl(['rollout', 'restart', `statefulset/${set.metadata.name}`])
          else
            await kubectl(['delete', 'pod', ...old.map(({ metadata }) => metadata.name), '--grace-period=0', '--force'])
          const tookMs = Math.max(...(await replaced(set, old)))
          times.push(`${nameOf(set)} ${how}: ready after ${tookMs / 1000} s`)
          expect(tookMs, times.at(-1)).toBeLessThanOrEqual(limitMs)
        }
      }
    } finally {
      ids = await sold.stop()
    }
    console.log(`# ${ids.length} orders acknowledged meanwhile\n# ${times.join('\n# ')}`)
    expect(ids.length).toBeGreaterThan(sets.length)
    const books = await booksAtRest(shop, 240_000)
    expect(violationsOf(books)).toEqual([])
    const known = new Map(books.orders.map((order) => [order.id, order.status]))
    for (const id of ids) expect(known.get(id), id).toBe('confirmed')
  })
})
