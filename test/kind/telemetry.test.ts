import { randomBytes } from 'node:crypto'
import { eventually } from '@toko/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Shopper, startShopper } from '../faults/support/shopper.ts'
import { traceOf } from './support/jaeger.ts'
import { query, scrapeTargets } from './support/prometheus.ts'
import { type KindShop, kindShop } from './support/shop.ts'
import { placeTraced } from './support/traced-order.ts'

let shop: KindShop
let shopper: Shopper

beforeAll(async () => {
  shop = kindShop()
  shopper = await startShopper(shop)
})
afterAll(() => shop.connection.close())

describe('Prometheus', () => {
  it('scrapes every service, the broker, the collector and Jaeger, and each answers', async () => {
    const ports = await eventually(
      async () => {
        const targets = await scrapeTargets()
        expect(
          targets
            .filter(({ health }) => health !== 'up')
            .map(({ scrapeUrl, lastError }) => `${scrapeUrl} ${lastError}`),
        ).toEqual([])
        return targets.map(({ scrapeUrl }) => new URL(scrapeUrl).port)
      },
      { timeoutMs: 60_000, everyMs: 2000 },
    )
    console.log(`# ${ports.length} targets are up`)
    expect(ports).toEqual(expect.arrayContaining(['9001', '9002', '9003', '9004', '15692', '8888']))
  })

  it('has the requests of every service, and counts an order', async () => {
    // By instance: the sum of a service sinks when a pod goes.
    const count = async () => {
      const series = await query('sum by (service, instance) (http_server_request_duration_seconds_count)')
      return series.map(({ labels, value }) => ({ service: labels['service'], instance: labels['instance'], value }))
    }
    const place = async () => shopper.placed(await shopper.newCart(), { waitS: 2 })
    await place()
    const before = await eventually(
      async () => {
        const found = await count()
        const services = [...new Set(found.map(({ service }) => service))]
        expect(services.toSorted()).toEqual(['order', 'payment', 'product', 'user'])
        return new Map(found.map(({ instance, value }) => [instance, value]))
      },
      { timeoutMs: 60_000, everyMs: 1000 },
    )
    await place()
    await eventually(
      async () => {
        const risen = (await count()).filter(({ instance, value }) => value > (before.get(instance) ?? 0))
        const services = risen.map(({ service }) => service)
        expect(services).toEqual(expect.arrayContaining(['order', 'product', 'payment']))
      },
      { timeoutMs: 60_000, everyMs: 1000 },
    )
  })
})

describe('one order', () => {
  it('is one trace in Jaeger, through user, product, order, payment and the broker, whole', async () => {
    const traceId = randomBytes(16).toString('hex')
    const order = await placeTraced(shop, shopper, traceId)
    expect(order).toMatchObject({ status: 201, body: { status: 'confirmed' } })
    const spans = await eventually(
      async () => {
        const found = await traceOf(traceId)
        const serviceOf = new Map(found.map(({ id, service }) => [id, service]))
        const hops = found
          .filter(({ tags }) => tags['span.kind'] === 'consumer')
          .map(({ parentId, service }) => `${serviceOf.get(parentId!)} → ${service}`)
        // The followers come after the answer to the client.
        expect([...new Set(hops)].toSorted()).toEqual(['order → product', 'order → user', 'product → order'])
        const orphans = found.filter(({ parentId }) => parentId !== undefined && !serviceOf.has(parentId))
        // The client's own span is not here: its child is the root of what we see.
        expect(orphans.map(({ name }) => name)).toEqual(['POST /orders'])
        expect(found.filter(({ parentId }) => parentId === undefined)).toEqual([])
        return found
      },
      { timeoutMs: 60_000, everyMs: 1000 },
    )
    expect(new Set(spans.map(({ service }) => service))).toEqual(new Set(['order', 'product', 'payment', 'user']))
    const systems = new Set(spans.map(({ tags }) => tags['messaging.system']).filter(Boolean))
    expect(systems).toEqual(new Set(['rabbitmq']))
    console.log(`# ${spans.length} spans in the trace of one order`)
  })
})
