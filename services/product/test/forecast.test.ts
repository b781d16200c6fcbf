import { type RpcCall, RpcFault } from '@toko/messaging'
import { eventually } from '@toko/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newSku, type ProductUnderTest, startProduct } from './harness.ts'

let product: ProductUnderTest
let sku: string

beforeAll(async () => {
  product = await startProduct({ PRODUCT_FORECAST_TIMEOUT_MS: '300' })
  sku = newSku()
  await product.sell([sku], 30)
})
afterAll(async () => {
  await product.stop()
})

const ask = (query = '') => product.call('GET', `/stock/${sku}/forecast${query}`)
const counted = async (name: string, label: string) =>
  Number(new RegExp(`^${name}\\{[^}]*"${label}"[^}]*\\} (\\d+)$`, 'm').exec(await product.metrics.render())?.[1])

describe('a forecast of stock', () => {
  it('is unknown where nobody makes forecasts, and says so at once', async () => {
    const startedMs = performance.now()
    const { status, body } = await ask()
    expect(status).toBe(200)
    expect(body).toEqual({ sku, days: 14, available: 30, forecast: { state: 'unknown', reason: 'absent' } })
    expect(performance.now() - startedMs).toBeLessThan(300)
    expect(await counted('toko_stock_forecasts_total', 'absent')).toBe(1)
  })

  it('of what is not sold is a 404, whoever makes forecasts', async () => {
    expect((await product.call('GET', `/stock/${newSku()}/forecast`)).body.code).toBe('not-found')
  })

  describe('of a forecast service on the bus', () => {
    const calls: RpcCall[] = []
    let answer: () => Promise<unknown>
    beforeAll(() => {
      product.bus.serve('forecast', {
        stock_forecast: async (call) => {
          calls.push(call)
          return answer()
        },
      })
    })

    it('says how long what is available will last', async () => {
      answer = async () => ({ sku, demandPerDay: 4, expectedDemand: 120, observedDays: 28, method: 'a later addition' })
      const { body } = await ask('?days=30')
      const forecast = { state: 'known', demandPerDay: 4, expectedDemand: 120, observedDays: 28, lastsDays: 7 }
      expect(body).toEqual({ sku, days: 30, available: 30, forecast })
      expect(calls.at(-1)).toMatchObject({ args: [], kwargs: { sku, days: 30 } })
    })

    it('knows of no end where nothing sells', async () => {
      answer = async () => ({ demandPerDay: 0, expectedDemand: 0, observedDays: 0 })
      expect((await ask()).body.forecast).toMatchObject({ state: 'known', lastsDays: null })
    })

    it('is unknown when the answer is late, and nothing else waits', async () => {
      answer = () => new Promise(() => {})
      const startedMs = performance.now()
      const [late, other] = await Promise.all([ask(), product.call('GET', `/stock/${sku}`)])
      expect(late).toMatchObject({ status: 200, body: { forecast: { state: 'unknown', reason: 'late' } } })
      expect(performance.now() - startedMs).toBeLessThan(1200)
      expect(other.body.available).toBe(30)
    })

    it.each<[string, () => Promise<unknown>]>([
      ['an error', () => Promise.reject(new RpcFault('OperationalError', 'sqlite3.OperationalError', 'disk full'))],
      ['null', async () => null],
      ['a text for a number', async () => ({ demandPerDay: '4', expectedDemand: 1, observedDays: 1 })],
      ['less than nothing', async () => ({ demandPerDay: -1, expectedDemand: 1, observedDays: 1 })],
    ])('is unknown when the answer is %s', async (_, given) => {
      answer = given
      const before = await counted('toko_stock_forecasts_total', 'failed')
      const { status, body } = await ask()
      expect(status).toBe(200)
      expect(body.forecast).toEqual({ state: 'unknown', reason: 'failed' })
      expect(JSON.stringify(body)).not.toContain('disk full')
      expect(await counted('toko_stock_forecasts_total', 'failed')).toBe(before + 1)
    })
  })
})

describe('a notice that stock runs low', () => {
  const notice = (data: object) => {
    const id = `nameko-${newSku()}`
    const time = new Date().toISOString()
    return product.bus.publish({ id, source: 'forecast', type: 'stock_running_low', subject: id, time, data })
  }

  it('is counted by level', async () => {
    await notice({ sku, stockLevel: 'low', demandPerDay: 4.5 })
    await notice({ sku, stockLevel: 'out', demandPerDay: 4.5, since: 'a later addition' })
    expect(await counted('toko_stock_running_low_total', 'low')).toBe(1)
    expect(await counted('toko_stock_running_low_total', 'out')).toBe(1)
  })

  it('that is none is parked', async () => {
    await notice({ sku, stockLevel: 'in-stock', demandPerDay: 4.5 })
    await eventually(async () =>
      expect(await product.bus.deadLetters().list()).toMatchObject([{ reason: 'permanent' }]),
    )
  })
})
