import { randomUUID } from 'node:crypto'
import { newId } from '@toko/contracts'
import { createApp, httpListener, userVerifier } from '@toko/http'
import type { Message, OwnedBus } from '@toko/messaging'
import { deadLetterRoutes } from '@toko/rpc'
import { createLogger, type Logger, type Metrics } from '@toko/runtime'
import { eventually, quiet, testTokens } from '@toko/testkit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

type Who = 'admin' | 'support' | 'orders' | 'catalogue' | 'customer' | 'nobody'
const longAgoS = 3_600

interface Answered {
  readonly status: number
  // oxlint-disable-next-line typescript/no-explicit-any -- a test looks into whatever came
  readonly body: any
}

export interface BusUnderTest {
  readonly adapter: string
  /** A bus that is not started yet, whose retry pauses are `retryDelaysMs`. */
  create(deps: { log: Logger; metrics: Metrics }): OwnedBus
  /** Deletes what the case declared. */
  tidy?(queues: readonly string[], exchange: string): Promise<void>
}
export const retryDelaysMs = [10, 20, 30, 40]

/** A service that reserves for orders, and can be told to fail; its dead letters over HTTP. */
async function startService({ create, tidy }: BusUnderTest) {
  const [tokens, { metrics }] = [await testTokens(), quiet()]
  const lines: string[] = []
  const log = createLogger('test', 'info', { write: (line) => void lines.push(line) })
  const bus = create({ log, metrics })
  const [name, source] = [`product-${randomUUID().slice(0, 8)}`, `order-${randomUUID().slice(0, 8)}`]
  const handled: { id: string; attempt: number }[] = []
  const state: { failure: Error | undefined } = { failure: undefined }
  const { queue } = bus.subscribe(
    { source, type: 'order_placed', service: name, handler: 'reserve' },
    ({ id }, info) => {
      handled.push({ id, attempt: info.attempt })
      return state.failure ? Promise.reject(state.failure) : Promise.resolve()
    },
  )
  bus.serve(name, {})
  // Of another service in the same process: never in this one's answers.
  const beside = bus.subscribe({ source, type: 'order_placed', service: `${name}-beside`, handler: 'fail' }, () =>
    Promise.reject(state.failure ?? new Error('always')),
  )
  await bus.start?.()
  const app = createApp({
    service: name,
    routes: deadLetterRoutes({ letters: bus.deadLetters(name), log }),
    verifiers: { user: userVerifier(tokens.keys) },
    openapi: {},
    checksAnswers: true,
    log,
    metrics,
  })
  const http = httpListener({ service: name, host: '127.0.0.1', port: 0, app })
  await http.start?.()

  async function call(target: string, { as = 'admin', body, ageS = 0 }: CallOptions = {}): Promise<Answered> {
    const [method, path] = target.split(' ') as [string, string]
    const authorization = as === 'nobody' ? {} : { authorization: await tokens.user('usr_1', { roles: [as], ageS }) }
    const answer = await fetch(`http://127.0.0.1:${http.port()}${path}`, {
      method,
      headers: { ...authorization, ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    const text = await answer.text()
    return { status: answer.status, body: text === '' ? undefined : JSON.parse(text) }
  }
  const event = (more: Partial<Message> = {}): Message => ({
    id: newId('evt'),
    source,
    type: 'order_placed',
    subject: newId('ord'),
    time: new Date().toISOString(),
    data: { lines: [{ sku: 'TEA', quantity: 2 }] },
    ...more,
  })
  return {
    bus,
    name,
    queue,
    handled,
    state,
    call,
    event,
    told: (what: string) => lines.filter((line) => line.includes(what)).map((line) => JSON.parse(line) as object),
    /** Messages that fail five times each. */
    async parked(count = 1, more: Partial<Message> = {}) {
      state.failure = new Error('no stock database')
      const messages = Array.from({ length: count }, () => event(more))
      for (const message of messages) void bus.publish(message).catch(() => {})
      await eventually(async () => expect((await call('GET /dead-letters')).body.items).toHaveLength(count))
      return messages
    },
    async stop() {
      await http.stop?.()
      await bus.stop?.()
      await tidy?.([queue, beside.queue, `rpc-${name}`], `${source}.events`)
    },
  }
}

interface CallOptions {
  readonly as?: Who
  readonly body?: object
  readonly ageS?: number
}

/** What the routes do, over whichever bus the messages were parked. */
export function deadLetterRouteSuite(underTest: BusUnderTest): void {
  describe(`dead letters over HTTP, ${underTest.adapter}`, { timeout: 60_000 }, () => {
    let service: Awaited<ReturnType<typeof startService>>
    beforeEach(async () => {
      service = await startService(underTest)
    })
    afterEach(() => service.stop())

    it('a message that failed five times is listed, shown, redriven once its handler works, and gone', async () => {
      const { call, queue, handled, state } = service
      const [message] = await service.parked()
      expect(handled.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4, 5])
      const list = (await call('GET /dead-letters')).body
      const facts = {
        id: message!.id,
        queue,
        type: 'order_placed',
        subject: message!.subject,
        reason: 'exhausted',
        attempts: 5,
        error: { name: 'Error', message: 'no stock database' },
      }
      expect(list.items).toMatchObject([facts])
      expect(list.queues).toEqual([
        { queue, parked: 1 },
        { queue: `rpc-${service.name}`, parked: 0 },
      ])
      const { body: shown } = await call(`GET /dead-letters/${message!.id}`, { as: 'support' })
      expect(shown).toMatchObject({ ...facts, body: JSON.stringify(message!.data) })
      expect(shown.headers).toMatchObject({ cloudEvents_id: message!.id, cloudEvents_type: 'order_placed' })

      state.failure = undefined
      const redriven = await call(`POST /dead-letters/${message!.id}/redrive`)
      expect(redriven).toEqual({ status: 200, body: { redriven: 1 } })
      await eventually(() => expect(handled.at(-1)).toEqual({ id: message!.id, attempt: 1 }))
      expect((await call('GET /dead-letters')).body.items).toEqual([])
      expect((await call(`GET /dead-letters/${message!.id}`)).status).toBe(404)
      expect(service.told('dead letter redriven')).toMatchObject([{ actor: 'usr_1', message_id: message!.id }])
    })

    it('a message that fails again is parked again; dropped, it is forgotten, and it is told who did it', async () => {
      const { call, handled } = service
      const [message] = await service.parked()
      const before = (await call('GET /dead-letters')).body.items[0].parkedAt
      expect((await call(`POST /dead-letters/${message!.id}/redrive`)).status).toBe(200)
      await eventually(async () => {
        const [again] = (await call('GET /dead-letters')).body.items
        expect(again).toMatchObject({ id: message!.id, attempts: 5 })
        expect(again.parkedAt > before).toBe(true)
      })
      expect(handled).toHaveLength(10)
      expect((await call(`DELETE /dead-letters/${message!.id}`)).status).toBe(204)
      expect((await call(`DELETE /dead-letters/${message!.id}`)).status).toBe(404)
      expect((await call(`POST /dead-letters/${message!.id}/redrive`)).status).toBe(404)
      expect(service.told('dead letter dropped')).toMatchObject([{ actor: 'usr_1', message_id: message!.id }])
    })

    it('many are listed and redriven up to a limit', async () => {
      const { call, queue, handled, state } = service
      const messages = await service.parked(5)
      const list = (await call(`GET /dead-letters?limit=2&queue=${queue}`)).body
      expect(list.items).toHaveLength(2)
      expect(list.queues[0]).toEqual({ queue, parked: 5 })
      state.failure = undefined
      handled.length = 0
      const { body: first } = await call('POST /dead-letters/redrives', { body: { queue, limit: 2 } })
      expect(first).toMatchObject({ redriven: 2 })
      await eventually(() => expect(handled).toHaveLength(2))
      const { parkedBefore } = first
      expect((await call('POST /dead-letters/redrives', { body: { parkedBefore } })).body).toEqual({
        redriven: 3,
        parkedBefore,
      })
      await eventually(() =>
        expect(handled.map(({ id }) => id).toSorted()).toEqual(messages.map(({ id }) => id).toSorted()),
      )
      expect((await call('POST /dead-letters/redrives', { body: {} })).body).toMatchObject({ redriven: 0 })
      expect(service.told('dead letters redriven')).toHaveLength(3)
    })

    it('what fails again at once is not redriven again by the same command', async () => {
      const { call, handled } = service
      await service.parked(3)
      handled.length = 0
      let [redriven, parkedBefore]: [number, string | undefined] = [0, undefined]
      for (let rounds = 0; rounds < 6; rounds++) {
        const { body } = await call('POST /dead-letters/redrives', { body: { limit: 1, parkedBefore } })
        redriven += body.redriven
        parkedBefore = body.parkedBefore
        if (rounds < 3) await eventually(() => expect(handled.length).toBeGreaterThanOrEqual(5 * redriven))
      }
      expect(redriven).toBe(3)
      await eventually(async () => expect((await call('GET /dead-letters')).body.items).toHaveLength(3))
      expect(handled).toHaveLength(15)
    })

    it('staff read, administrators act, with a young sign-in for what can not be undone', async () => {
      const { call } = service
      const [message] = await service.parked()
      const one = `/dead-letters/${message!.id}`
      const statuses = async (target: string, body?: object) => {
        const who: Who[] = ['nobody', 'customer', 'catalogue', 'support', 'orders']
        return Promise.all(who.map(async (as) => (await call(target, { as, ...(body && { body }) })).status))
      }
      for (const target of ['GET /dead-letters', `GET ${one}`])
        expect(await statuses(target)).toEqual([401, 403, 403, 200, 200])
      for (const target of [`POST ${one}/redrive`, `DELETE ${one}`])
        expect(await statuses(target)).toEqual([401, 403, 403, 403, 403])
      expect(await statuses('POST /dead-letters/redrives', {})).toEqual([401, 403, 403, 403, 403])
      expect(await call(`DELETE ${one}`, { ageS: longAgoS })).toMatchObject({
        status: 401,
        body: { code: 'reauthentication-required' },
      })
      expect((await call('GET /dead-letters')).body.items).toHaveLength(1)
    })

    it('what is none of its own is unknown to a service, and so is what was never parked', async () => {
      const { call, name, event, bus } = service
      const elsewhere = event()
      void bus.publish(elsewhere).catch(() => {})
      await eventually(async () => expect(await bus.deadLetters(`${name}-beside`).list()).toHaveLength(1))
      expect((await call('GET /dead-letters')).body.items).toEqual([])
      for (const target of ['GET', 'DELETE'])
        expect((await call(`${target} /dead-letters/${elsewhere.id}`)).status).toBe(404)
      expect((await call(`POST /dead-letters/${elsewhere.id}/redrive`)).status).toBe(404)
      expect((await call('GET /dead-letters/unknown?queue=never')).status).toBe(404)
      expect((await call('GET /dead-letters?limit=0')).status).toBe(400)
    })
  })
}
