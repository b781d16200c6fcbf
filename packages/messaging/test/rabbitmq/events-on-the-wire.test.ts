import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest'
import { type Delivery, type Message, PermanentError, type RabbitBusOptions } from '../../src/index.ts'
import { event, queueOf, soon, uniqueName } from '../harness.ts'
import { onRabbit } from './rabbit-harness.ts'
import { jsonOf, type RawClient, rawClient } from './raw.ts'

/** Events as another program sends and sees them (messaging.md, "Nameko events", "Event envelope"). */
describe('events on the wire', () => {
  const url = inject('amqpUrl')
  let raw: RawClient
  const stops: (() => Promise<void> | void)[] = []
  beforeEach(async () => {
    raw = await rawClient(url)
  })
  afterEach(async () => {
    for (const stop of stops.splice(0)) await stop()
    await raw.close()
  })

  async function started(options: Partial<RabbitBusOptions> = {}) {
    const all = onRabbit(url, { retryDelaysMs: [50], ...options })
    stops.push(() => all.bus.stop?.())
    const source = uniqueName()
    const got: (Message & Delivery)[] = []
    const queue = `evt-${source}-order_placed--product.reserve`
    const subscribe = (handle: (message: Message) => unknown = () => {}) =>
      all.bus.subscribe(queueOf(source), async (message, delivery) => {
        got.push({ ...message, ...delivery })
        await handle(message)
      })
    await all.bus.start?.()
    return { ...all, source, queue, got, subscribe }
  }

  it('are what an unmodified Nameko handler reads: the data alone, its properties, no envelope', async () => {
    const { bus, source } = await started()
    const got = await raw.listen(`${source}.events`, 'order_placed')
    const trace = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' }
    const sent = event(source, { version: 4, causationId: 'evt-0', trace, data: { total: 3, note: 'teh ☕' } })
    await bus.publish(sent)
    await soon(() => expect(got).toHaveLength(1))
    const { content, properties, fields } = got[0]!
    expect(content.toString()).toBe('{"total":3,"note":"teh ☕"}')
    expect(fields).toMatchObject({ exchange: `${source}.events`, routingKey: 'order_placed' })
    expect(properties).toMatchObject({
      contentType: 'application/json',
      contentEncoding: 'utf-8',
      deliveryMode: 2,
      priority: 0,
      messageId: sent.id,
      correlationId: sent.subject,
      type: 'order_placed',
      appId: source,
      timestamp: Date.parse(sent.time) / 1000,
    })
    expect(properties.headers).toEqual({
      cloudEvents_specversion: '1.0',
      cloudEvents_id: sent.id,
      cloudEvents_source: source,
      cloudEvents_type: 'order_placed',
      cloudEvents_subject: sent.subject,
      cloudEvents_time: sent.time,
      cloudEvents_aggregateversion: '4',
      cloudEvents_causationid: 'evt-0',
      ...trace,
    })
  })

  it("use queues and exchanges that Nameko's own declarations agree with", async () => {
    const { bus, source } = await started()
    const { queue: shared } = bus.subscribe(queueOf(source, { kind: 'singleton' }), async () => {})
    const { queue: pool } = bus.subscribe(queueOf(source), async () => {})
    await bus.publish(event(source))
    await raw.channel.assertExchange(`${source}.events`, 'topic', { durable: true, autoDelete: false })
    expect((await raw.channel.assertQueue(shared, { durable: true })).queue).toBe(shared)
    // A pool of ours is a quorum queue: no Nameko service declares it.
    await expect(raw.channel.assertQueue(pool, { durable: true })).rejects.toThrow(/inequivalent/)
  })

  it('from Nameko arrive with an id that every repeat has too, in both of its JSON dialects', async () => {
    const { bus, source, got, subscribe } = await started()
    let failures = 1
    subscribe(() => (failures-- > 0 ? Promise.reject(new Error('busy')) : undefined))
    await bus.publish(event(source, { type: 'unheard' }), { mandatory: false }) // once the queue is declared
    const at = { __type__: 'datetime', __value__: '2026-01-02T03:04:05+00:00' }
    const id = { __type__: 'uuid', __value__: { hex: '0123456789abcdef0123456789abcdef' } }
    const total = { __type__: 'decimal', __value__: '10.10' }
    const headers = { 'nameko.call_id_stack': ['shop.place.1', 'orders.create.2'] }
    raw.send(`${source}.events`, 'order_placed', { at, id, total, plain: [1] }, { headers })
    await soon(() => expect(got).toHaveLength(2))
    const data = {
      at: '2026-01-02T03:04:05+00:00',
      id: '01234567-89ab-cdef-0123-456789abcdef',
      total: '10.10',
      plain: [1],
    }
    expect(got[0]).toMatchObject({ source, type: 'order_placed', attempt: 1, data })
    expect(got[0]?.id).toMatch(/^nameko-[0-9a-f]{32}$/)
    expect(got[1]).toMatchObject({ id: got[0]?.id, attempt: 2, data })
    raw.send(`${source}.events`, 'order_placed', { plain: [2] }, { headers })
    await soon(() => expect(got).toHaveLength(3))
    expect(got[2]?.id).not.toBe(got[0]?.id)
  })

  it('that nobody can read are parked as they came, and the others flow', async () => {
    const { bus, source, queue, got, subscribe } = await started()
    subscribe()
    await bus.publish(event(source))
    const headers = { cloudEvents_id: 'evt-x' }
    const bad: [string, Buffer | string, object?][] = [
      ['bad JSON', Buffer.from('{"total":')],
      ['no UTF-8', Buffer.from([0x22, 0xff, 0x22])],
      ['NaN', Buffer.from('{"total":NaN}')],
      ['a megabyte', Buffer.from(JSON.stringify('x'.repeat(1024 * 1024)))],
      ['nesting', Buffer.from('['.repeat(100_000) + ']'.repeat(100_000))],
      ['attributes that are missing', Buffer.from('{}'), headers],
      ['numbers as attributes', Buffer.from('{}'), { ...headers, cloudEvents_type: 7, cloudEvents_subject: ['a'] }],
    ]
    for (const [what, body, extra] of bad)
      raw.send(`${source}.events`, 'order_placed', body, { messageId: what, ...(extra && { headers: extra }) })
    await bus.publish(event(source))
    await soon(async () => expect(await bus.deadLetters().list(queue)).toHaveLength(bad.length))
    const letters = await bus.deadLetters().list(queue)
    expect(letters.map(({ id }) => id).toSorted()).toEqual(bad.map(([what]) => what).toSorted())
    expect(new Set(letters.map(({ reason }) => reason))).toEqual(new Set(['undecodable']))
    expect((await bus.deadLetters().show('NaN', queue))?.body).toBe('{"total":NaN}')
    await soon(() => expect(got).toHaveLength(2))
  })

  it('that come without any id get one when they are parked, so that a person can name them', async () => {
    const { bus, source, queue, subscribe } = await started()
    subscribe()
    await bus.publish(event(source))
    raw.send(`${source}.events`, 'order_placed', Buffer.from('{"total":'), { headers: { cloudEvents_id: 7 } })
    await soon(async () => expect(await bus.deadLetters().list(queue)).toHaveLength(1))
    const id = (await bus.deadLetters().list(queue))[0]!.id
    expect(id).toMatch(/^parked-[0-9a-f-]{36}$/)
    expect(await bus.deadLetters().show(id)).toMatchObject({ reason: 'undecodable', body: '{"total":' })
    expect(await bus.deadLetters().drop(id)).toBe(1)
  })

  it('from Nameko keep clear of what it forwards: neither their trace nor their id comes from a renamed header', async () => {
    const { bus, source, got, subscribe } = await started()
    subscribe()
    await bus.publish(event(source))
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
    const headers = {
      'nameko.traceparent': traceparent,
      'nameko.cloudEvents_id': 'evt-of-another',
      'nameko.user_id': 1,
    }
    raw.send(`${source}.events`, 'order_placed', { plain: [1] }, { headers })
    await soon(() => expect(got).toHaveLength(2))
    expect(got[1]?.id).toMatch(/^nameko-[0-9a-f]{32}$/)
    expect(got[1]).not.toHaveProperty('trace')
  })

  it('that fail wait in a queue of their pause, with their attempt, and are parked with the reason in headers', async () => {
    const { bus, source, queue, got, subscribe } = await started({ retryDelaysMs: [60_000, 50], maxFailures: 2 })
    subscribe(() => Promise.reject(new Error('no stock database')))
    const sent = event(source, { version: 2 })
    await bus.publish(sent)
    const retry = `${queue}.retry.60000`
    await soon(() => expect(got).toHaveLength(1))
    let waiting: Awaited<ReturnType<typeof raw.channel.get>> = false
    await soon(async () => {
      waiting = await (await reopened()).get(retry)
      expect(waiting).not.toBe(false)
    })
    const { content, properties } = waiting as unknown as { content: Buffer; properties: Record<string, never> }
    expect(jsonOf({ content })).toEqual(sent.data)
    expect(properties['headers']).toMatchObject({
      'x-attempt': 2,
      'x-origin-exchange': `${source}.events`,
      cloudEvents_id: sent.id,
    })
    // On to its last attempt by hand, as the broker does after the pause.
    raw.send('', queue, content, properties)
    await soon(async () => expect(await bus.deadLetters().list(queue)).toHaveLength(1))
    const parked = await (await reopened()).get(`${queue}.dlq`)
    expect(parked && parked.properties.headers).toMatchObject({
      'x-dead-reason': 'exhausted',
      'x-dead-queue': queue,
      'x-dead-error-name': 'Error',
      'x-dead-error-message': 'no stock database',
      'x-attempt': 2,
      cloudEvents_aggregateversion: '2',
    })
    expect(got[1]).toMatchObject({ ...sent, attempt: 2, redelivered: true })
  })

  it('that kill their consumer are parked instead of killing the next; those beside them are not lost', async () => {
    const { bus, source, queue, got, subscribe } = await started()
    const subscription = subscribe()
    await bus.publish(event(source))
    await soon(() => expect(got).toHaveLength(1))
    await subscription.unsubscribe()
    got.length = 0
    const [deadly, beside] = [event(source), event(source)]
    await bus.publish(deadly)
    for (let crash = 0; crash < 12; crash++) await soon(async () => expect(await raw.takeAndDie(queue)).toBeTruthy())
    await bus.publish(beside)
    subscribe()
    await soon(async () =>
      expect(await bus.deadLetters().list(queue)).toMatchObject([{ id: deadly.id, reason: 'crashing' }]),
    )
    await soon(() => expect(got.map(({ id }) => id)).toEqual([beside.id]))
  })

  it('are redriven with their content and attributes only', async () => {
    const { bus, source, queue, subscribe } = await started()
    let isFixed = false
    const seen: Message[] = []
    subscribe((message) => {
      seen.push(message)
      return isFixed ? undefined : Promise.reject(new PermanentError('no'))
    })
    const sent = event(source, { version: 9 })
    await bus.publish(sent)
    await soon(async () => expect(await bus.deadLetters().list(queue)).toHaveLength(1))
    isFixed = true
    expect(await bus.deadLetters().redrive(sent.id, queue)).toBe(1)
    await soon(() => expect(seen).toEqual([sent, sent]))
  })

  /** A refused passive declaration or get ends its channel. */
  async function reopened() {
    raw = await rawClient(url)
    stops.push(raw.close)
    return raw.channel
  }
})
