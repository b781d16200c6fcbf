import { eventually } from '@toko/testkit'
import { describe, expect, it } from 'vitest'
import { newGoods, startShopper } from '../../faults/support/shopper.ts'
import type { Peers } from '../peers.ts'

const notice = 'evt-forecast-stock_running_low--product.note_running_low process'

export const traces = (peers: () => Peers) =>
  describe('One trace', { timeout: 60_000 }, () => {
    it('goes from POST /orders through the Nameko service back into the shop, by call and by event', async () => {
      const { shop, collector, forecast } = peers()
      await forecast()
      // Low from the start: the first order tells.
      const shopper = await startShopper(shop, await newGoods(shop, 4))
      const known = new Set(collector.spans().map(({ spanId }) => spanId))
      const placedId = await shopper.placed(await shopper.newCart(), { waitS: 2 })
      const spans = await eventually(() => {
        const noticed = collector.spans().find(({ name, spanId }) => name === notice && !known.has(spanId))
        expect(noticed, `a notice after ${placedId}`).toBeDefined()
        return collector.spans().filter(({ traceId }) => traceId === noticed!.traceId)
      })
      const named = (name: string, service: string) =>
        spans.filter((span) => span.name === name && span.service === service)
      const [root] = named('POST /orders', 'order')
      expect(root).toBeDefined()
      const published = named('publish order.events', 'order').map(({ spanId }) => spanId)
      // What Nameko received it passes on: the parent is the hop before it.
      for (const span of [...named(notice, 'product'), ...named('rpc-product process', 'product')])
        expect(published).toContain(span.parentSpanId)
      expect(named('rpc-product process', 'product')).toHaveLength(1)
    })
  })
