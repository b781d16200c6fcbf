import { eventually } from '@toko/testkit'
import { beforeAll, describe, expect, it } from 'vitest'
import { readMetric } from '../../faults/support/metric.ts'
import { type Shopper, startShopper } from '../../faults/support/shopper.ts'
import { forecastOf } from '../forecast-of.ts'
import type { Peers } from '../peers.ts'

/** An answer of the staff route, with any dependency stopped (DESIGN §13). */
const getLimitMs = 1200

export const absence = (peers: () => Peers) =>
  describe('The forecast service may be absent', { timeout: 60_000 }, () => {
    let shopper: Shopper
    beforeAll(async () => {
      shopper = await startShopper(peers().shop)
    })
    async function expectUnknown(reason: 'absent' | 'late') {
      const { status, body, ms } = await forecastOf(peers().shop, shopper.sku)
      expect({ status, forecast: body?.forecast }).toEqual({ status: 200, forecast: { state: 'unknown', reason } })
      expect(ms).toBeLessThan(getLimitMs)
    }
    const counted = (outcome: string) =>
      readMetric(peers().shop.adminUrls.product, 'toko_stock_forecasts_total', `outcome="${outcome}"`)
    const orders = async () =>
      expect(await shopper.place(await shopper.newCart(), { waitS: 2 })).toMatchObject({
        status: 201,
        body: { status: 'confirmed' },
      })

    it('and was never there: unknown at once, and orders go on', async () => {
      await peers().endForecast({ forGood: true })
      const before = await counted('absent')
      await expectUnknown('absent')
      expect(await counted('absent')).toBe(before + 1)
      await orders()
    })

    it('and comes: known', async () => {
      await peers().forecast()
      expect((await forecastOf(peers().shop, shopper.sku)).body.forecast.state).toBe('known')
    })

    it('and hangs: unknown in time, orders go on; it goes on: known again', async () => {
      const service = await peers().forecast()
      service.pause()
      try {
        await expectUnknown('late')
        await orders()
      } finally {
        service.resume()
      }
      await eventually(async () =>
        expect((await forecastOf(peers().shop, shopper.sku)).body.forecast.state).toBe('known'),
      )
    })

    it('and is stopped: it ends by itself with 0, its queue stays, the answer is unknown in time', async () => {
      await peers().forecast()
      expect(await peers().endForecast({ forGood: false })).toBe(0)
      await expectUnknown('late')
      await orders()
    })

    it('and hears on its return what it missed', async () => {
      await peers().endForecast({ forGood: false })
      const missed = await startShopper(peers().shop)
      await missed.placed(await missed.newCart(), { waitS: 2 })
      await peers().forecast()
      await eventually(async () => {
        const { body } = await forecastOf(peers().shop, missed.sku, 'days=1')
        expect(body.forecast).toMatchObject({ state: 'known' })
        expect(body.forecast.expectedDemand).toBeGreaterThan(0)
      })
    })
  })
