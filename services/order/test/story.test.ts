import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import request from 'supertest'
import { newId } from '@toko/contracts'
import { eventually } from '@toko/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type OrderShop, startOrderShop } from './order-shop.ts'

let shop: OrderShop
let buyer: string
let staff: string
/** Answers as Jaeger's query API does. */
let store: Server
let hasTraces = false

/** Two attempts to reach the provider: the second span says what came of the first one's trace. */
const traceOf = (orderId: string) => ({
  data: [
    {
      processes: { p1: { serviceName: 'order' }, p2: { serviceName: 'payment' } },
      spans: [
        spanOf('1', undefined, 'POST /orders', 'p1', [{ key: 'order.id', value: orderId }]),
        spanOf('2', '1', 'PUT /payments/{key}', 'p1', [
          { key: 'span.kind', value: 'client' },
          { key: 'error', value: true },
          { key: 'error.type', value: '500' },
          { key: 'server.address', value: 'payment-service' },
        ]),
        spanOf('3', '2', 'PUT /payments/{key}', 'p2', [
          { key: 'span.kind', value: 'server' },
          { key: 'error', value: true },
          { key: 'error.type', value: '500' },
        ]),
      ],
    },
  ],
})
const spanOf = (id: string, parent: string | undefined, operationName: string, processID: string, tags: object[]) => ({
  traceID: 'a'.repeat(32),
  spanID: id,
  operationName,
  processID,
  tags,
  references: parent === undefined ? [] : [{ refType: 'CHILD_OF', traceID: 'a'.repeat(32), spanID: parent }],
  startTime: Date.now() * 1000,
  duration: 1000,
})

beforeAll(async () => {
  store = createServer(({ url = '' }, response) => {
    const { searchParams } = new URL(url, 'http://store')
    const { 'order.id': orderId } = JSON.parse(searchParams.get('tags') ?? '{}') as { 'order.id': string }
    const isFound = hasTraces && searchParams.get('service') === 'order'
    response
      .setHeader('content-type', 'application/json')
      .end(JSON.stringify(isFound ? traceOf(orderId) : { data: [] }))
  })
  await new Promise<void>((resolve) => store.listen(0, '127.0.0.1', resolve))
  shop = await startOrderShop({
    ORDER_PROVIDER_CALL_MS: '5000',
    ORDER_JAEGER_URL: `http://127.0.0.1:${(store.address() as AddressInfo).port}`,
  })
  buyer = await shop.tokens.user(newId('usr'))
  staff = await shop.tokens.user(newId('usr'), { roles: ['support'] })
})
afterAll(async () => {
  await shop.stop()
  store.closeAllConnections()
  store.close()
})

const story = (id: string, token = staff) =>
  request(shop.service.app).get(`/orders/${id}/story`).set('Authorization', token)

async function paid(): Promise<string> {
  const { body } = await shop.place(buyer)
  await eventually(async () => expect((await shop.order(buyer, body.id)).paymentStatus).toBe('paid'))
  return body.id
}

describe('GET /orders/{id}/story', () => {
  it('tells staff of every book, in order, and what it can not look at itself', async () => {
    const id = await paid()
    const { status, body } = await story(id)
    expect(status).toBe(200)
    expect(body).toMatchObject({
      order: { id, status: 'confirmed' },
      cause: null,
      objective: { slo: 'order-outcome', isMet: true },
      audited: { value: { status: 'confirmed' } },
      reservation: { value: { status: 'allocated' } },
      payments: { value: [{ key: `${id}:1`, state: 'captured' }] },
      deadLetters: { value: [] },
      traces: { value: [] },
    })
    const steps = body.events.filter(({ service }: { service: string }) => service === 'order')
    expect(steps.map(({ what }: { what: string }) => what)).toEqual(
      expect.arrayContaining(['pending', 'reserved', 'paying', 'authorised', 'confirmed']),
    )
    expect(body.missing).toEqual([
      expect.stringMatching(/^log lines could not be read: .*toko order asks for them$/),
      expect.stringMatching(/^alerts could not be read: .*toko order asks for them$/),
      expect.stringMatching(/^no trace names this order/),
    ])
  })

  it('names the service where a failed trace began, for an order that is late', async () => {
    const unanswered = shop.neighbours.authorise
    shop.neighbours.authorise = 'fail'
    hasTraces = true
    const { body: placed } = await shop.place(buyer, { wait: null })
    const { body } = await story(placed.id)
    expect(body.cause).toMatchObject({ service: 'payment', evidence: 'span', spanId: '3', errorType: '500' })
    expect(body.traces.value).toMatchObject([{ rootCause: '3', services: ['order', 'payment'] }])
    hasTraces = false
    shop.neighbours.authorise = unanswered
    await eventually(async () => expect((await shop.order(buyer, placed.id)).status).toBe('confirmed'))
  })

  it('is still told where a neighbour and the trace store are away', async () => {
    const id = await paid()
    shop.neighbours.stockIsDown = true
    store.closeAllConnections()
    await new Promise((resolve) => store.close(resolve))
    const { status, body } = await story(id)
    shop.neighbours.stockIsDown = false
    expect(status).toBe(200)
    expect(body.missing).toContainEqual(expect.stringMatching(/^traces could not be read: jaeger: /))
    expect(body.audited.value.id).toBe(id)
  })

  it('is for staff alone', async () => {
    expect((await story(await paid(), buyer)).status).toBe(403)
    expect((await story(`ord_${'0'.repeat(32)}`)).status).toBe(404)
  })
})
