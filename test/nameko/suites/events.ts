import { newId } from '@toko/contracts'
import { eventually } from '@toko/testkit'
import { beforeAll, describe, expect, it } from 'vitest'
import { readMetric } from '../../faults/support/metric.ts'
import { newGoods, startShopper } from '../../faults/support/shopper.ts'
import { forecastOf } from '../forecast-of.ts'
import type { Peers } from '../peers.ts'
import { deliver } from '../raw.ts'

const confirmed = 'evt-order-order_confirmed--forecast.handle_order_confirmed'
const cancelled = 'evt-order-order_cancelled--forecast.handle_order_cancelled'

/** An order's event as the shop publishes it. */
const orderEvent = (orderId: string, version: number, sku: string) => ({
  data: { orderId, version, lines: [{ sku, quantity: 2 }] },
  headers: { cloudEvents_id: newId('evt'), cloudEvents_time: new Date().toISOString() },
})

export const events = (peers: () => Peers) =>
  describe('Events', { timeout: 60_000 }, () => {
    beforeAll(async () => {
      await peers().forecast()
    })
    /** Units of a SKU that the service has heard of, whichever day it is by now. */
    const heardOf = async (sku: string) => {
      const { body } = await forecastOf(peers().shop, sku, 'days=7')
      const { state, demandPerDay, observedDays } = body.forecast
      expect(state).toBe('known')
      return Math.round(demandPerDay * observedDays)
    }

    it('of an order reach the Nameko service: its forecast on the staff route follows', async () => {
      const shopper = await startShopper(peers().shop)
      expect(await heardOf(shopper.sku)).toBe(0)
      const orderId = await shopper.placed(await shopper.newCart(), { waitS: 2 })
      await eventually(async () => expect(await heardOf(shopper.sku)).toBe(1))
      const { body } = await forecastOf(peers().shop, shopper.sku, 'days=7')
      const { demandPerDay, expectedDemand, lastsDays } = body.forecast
      expect(expectedDemand).toBeCloseTo(7 * demandPerDay, 2)
      expect({ days: body.days, lastsDays }).toEqual({ days: 7, lastsDays: Math.floor(body.available / demandPerDay) })

      const cancelling = { key: newId('evt'), body: {} }
      await eventually(async () =>
        expect(await shopper.order('POST', `/orders/${orderId}/cancellations`, cancelling)).toMatchObject({
          status: 201,
        }),
      )
      await eventually(async () => expect(await heardOf(shopper.sku)).toBe(0))
    })

    it('that come again, or after a newer one, change nothing', async () => {
      const { amqpUrl } = peers()
      const sku = await newGoods(peers().shop, 100)
      const [first, second] = [newId('ord'), newId('ord')]
      const once = orderEvent(first, 4, sku)
      for (let n = 0; n < 3; n++) await deliver(amqpUrl, confirmed, once.data, once.headers)
      const [late, early] = [orderEvent(second, 4, sku), orderEvent(second, 7, sku)]
      await deliver(amqpUrl, cancelled, early.data, early.headers)
      await eventually(async () => expect(await heardOf(sku)).toBe(2))
      await deliver(amqpUrl, confirmed, late.data, late.headers)
      const last = orderEvent(newId('ord'), 4, sku)
      await deliver(amqpUrl, confirmed, last.data, last.headers)
      await eventually(async () => expect(await heardOf(sku)).toBe(4))
    })

    it('of the Nameko service reach the shop: what sells and runs out is counted for staff, once', async () => {
      const { shop, node } = peers()
      const shopper = await startShopper(shop, await newGoods(shop, 6))
      const count = () => readMetric(shop.adminUrls.product, 'toko_stock_running_low_total', 'level="low"')
      const before = await count()
      // The level follows the stock a moment later; the order after that one tells.
      await eventually(
        async () => {
          await shopper.placed(await shopper.newCart(), { waitS: 2 })
          await eventually(async () => expect(await count()).toBeGreaterThan(before), { timeoutMs: 3000 })
        },
        { timeoutMs: 20_000 },
      )
      expect(await count()).toBe(before + 1)
      // It is told once, until the level changes; a notice of other goods shows that the next order was looked at.
      const noticesOf = (sku: string) =>
        node.heard.filter(({ source, data }) => source === 'forecast' && (data as { sku: string }).sku === sku)
      await shopper.placed(await shopper.newCart(), { waitS: 2 })
      const other = await startShopper(shop, await newGoods(shop, 4))
      await other.placed(await other.newCart(), { waitS: 2 })
      await eventually(() => expect(noticesOf(other.sku)).toHaveLength(1))
      expect(noticesOf(shopper.sku).map(({ data }) => data)).toEqual([
        { sku: shopper.sku, stockLevel: 'low', demandPerDay: expect.any(Number) as unknown },
      ])
    })

    it('of Nameko come as their data alone, with an id; ours bring theirs', async () => {
      const { bus, node } = peers()
      const data = { text: 'teh ☕', numbers: [1, 2.5] }
      await bus.request({ service: 'probe', method: 'tell' }, { kwargs: { event: 'said', data } })
      const said = await eventually(() => {
        const found = node.heard.filter(({ source }) => source === 'probe')
        expect(found).toHaveLength(1)
        return found
      })
      const id = expect.stringMatching(/^nameko-[0-9a-f]{32}$/) as unknown
      expect(said[0]).toMatchObject({ id, source: 'probe', type: 'said', data })

      const own = { id: newId('evt'), source: 'nodeprobe', type: 'said', subject: 'a subject', version: 3 }
      await bus.publish({ ...own, time: new Date().toISOString(), data })
      const heard = await eventually(async () => {
        const all = await bus.request({ service: 'probe', method: 'heard_so_far' }, {})
        expect(all).toHaveLength(1)
        return all as unknown[]
      })
      const context = { cloudEvents_id: own.id, cloudEvents_subject: 'a subject', cloudEvents_aggregateversion: '3' }
      expect(heard[0]).toMatchObject({ data, context })
    })
  })
