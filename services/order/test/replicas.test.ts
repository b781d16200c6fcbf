import { randomUUID } from 'node:crypto'
import request from 'supertest'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { newId } from '@toko/contracts'
import { eventually } from '@toko/testkit'
import { fakeNeighbours, type Neighbours } from './fake-neighbours.ts'
import { type OrderShop, startReplica } from './order-shop.ts'

const count = 60
let neighbours: Neighbours
let replicas: OrderShop[]

beforeAll(async () => {
  neighbours = fakeNeighbours()
  await neighbours.start()
  // Sweepers come so early that they meet the request under way: every step is raced by both replicas.
  const env = {
    ORDER_MONGO_DATABASE: `order_${randomUUID().slice(0, 8)}`,
    ORDER_FIRST_SWEEP_MS: '1',
    ORDER_SWEEP_EVERY_MS: '5',
  }
  replicas = [await startReplica(neighbours, env), await startReplica(neighbours, env)]
})
afterAll(async () => {
  for (const replica of replicas) await replica.stop()
  await neighbours.stop()
})

it('two replicas that race for every step of 60 orders pay each once and confirm it once', async () => {
  const [first, second] = replicas as [OrderShop, OrderShop]
  const buyer = await first.tokens.user(newId('usr'))
  const ids: string[] = []
  while (ids.length < count) {
    const answers = await Promise.all(Array.from({ length: 10 }, () => first.place(buyer, { wait: null })))
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 202))
    ids.push(...answers.map(({ body }) => body.id as string))
  }
  const admin = await second.tokens.user(newId('usr'), { roles: ['admin'] })
  await eventually(
    async () => {
      for (const id of ids) {
        const { body } = await request(second.service.app).get(`/audit/orders/${id}`).set('Authorization', admin)
        expect(body).toMatchObject({
          status: 'confirmed',
          version: 5,
          outbox: [],
          dueAt: null,
          payments: [{ state: 'captured' }],
        })
        expect(body.history.map((entry: { version: number }) => entry.version)).toEqual([1, 2, 3, 4, 5])
      }
    },
    { everyMs: 200 },
  )
  expect(new Set(ids).size).toBe(count)
  const payments = [...neighbours.payments.values()]
  expect(payments).toHaveLength(count)
  expect(payments.every((payment) => payment.state === 'captured')).toBe(true)
})
