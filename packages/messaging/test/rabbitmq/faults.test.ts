import { setTimeout as sleep } from 'node:timers/promises'
import { connect } from 'amqplib'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import {
  BusBlockedError,
  ConfirmTimeoutError,
  type Message,
  OutcomeUnknownError,
  type PrivateBroker,
  type RabbitBusOptions,
  startPrivateBroker,
  UnroutableError,
} from '../../src/index.ts'
import { event, gate, queueOf, soon, uniqueName } from '../harness.ts'
import { brokerFolder } from './broker-folder.ts'
import { onRabbit } from './rabbit-harness.ts'

/** What happens to a bus when its broker fails; on a broker of its own (order-protocol.md, fault rows 20 to 25 and 38). */
describe('the bus and a failing broker', () => {
  const { folder, remove } = brokerFolder()
  let broker: PrivateBroker
  const stops: (() => Promise<void> | void)[] = []

  beforeAll(async () => {
    broker = await startPrivateBroker({ folder, env: process.env })
  }, 90_000)
  afterEach(async () => {
    for (const stop of stops.splice(0)) await stop()
  }, 30_000)
  afterAll(async () => {
    await broker?.stop()
    remove()
  }, 30_000)

  async function running(options: Partial<RabbitBusOptions> = {}, url = broker.url) {
    const all = onRabbit(url, options)
    stops.push(() => all.bus.stop?.())
    const source = uniqueName()
    const got: Message[] = []
    const ids = () => new Set(got.map(({ id }) => id))
    all.bus.subscribe(queueOf(source), async (message) => void got.push(message))
    await all.bus.start?.()
    /** As an outbox relay: again and again with the same id until it is confirmed. */
    async function relayed(message: Message): Promise<number> {
      for (let tries = 1; ; tries++) {
        const failure = await all.bus.publish(message).then(
          () => undefined,
          (error: unknown) => error as Error,
        )
        if (!failure) return tries
        expect(failure, failure.message).toSatisfy(isTransient)
        await sleep(50)
      }
    }
    return { ...all, source, got, ids, relayed }
  }
  const isTransient = (error: unknown) =>
    error instanceof BusBlockedError ||
    error instanceof ConfirmTimeoutError ||
    error instanceof OutcomeUnknownError ||
    error instanceof UnroutableError

  it('is killed and comes back: nothing confirmed is lost, everything goes on by itself', async () => {
    const { bus, source, ids, relayed } = await running({ confirmTimeoutMs: 1_000 })
    const sent: string[] = []
    const over = new AbortController()
    const load = Array.from({ length: 5 }, async () => {
      while (!over.signal.aborted) {
        const message = event(source)
        await relayed(message)
        sent.push(message.id)
      }
    })
    await soon(() => expect(sent.length).toBeGreaterThan(20))
    await broker.flush()
    await broker.kill()
    expect(bus.ready?.()).toBeUndefined() // a service without its broker stays ready
    await broker.restart()
    const before = sent.length
    await expect.poll(() => sent.length, { timeout: 20_000 }).toBeGreaterThan(before + 20)
    over.abort()
    await Promise.all(load)
    await expect.poll(() => sent.filter((id) => !ids().has(id)), { timeout: 10_000 }).toEqual([])
  })

  it('is not there at the start: the service starts, and takes part when the broker comes', async () => {
    await broker.kill()
    const { bus, source, got, lines, metrics } = await running({ startLimitMs: 300, confirmTimeoutMs: 500 })
    expect(bus.ready?.()).toBeUndefined()
    expect(lines.join('')).toContain('started without RabbitMQ')
    await expect(bus.publish(event(source))).rejects.toThrow(BusBlockedError)
    expect(await metrics()).toMatch(/toko_bus_connected\{.*\} 0/)
    await broker.restart()
    await expect.poll(() => metrics(), { timeout: 20_000 }).toMatch(/toko_bus_connected\{.*\} 1/)
    await soon(() => bus.publish(event(source)))
    await soon(() => expect(got.length).toBeGreaterThan(0))
  })

  it('loses its disk: exchanges, queues and bindings are declared again', async () => {
    const { bus, source, ids, relayed } = await running({ confirmTimeoutMs: 1_000 })
    bus.serve(source, { get: async () => 'here' })
    await bus.publish(event(source))
    await broker.restart({ wipe: true })
    const after = event(source)
    await relayed(after)
    await expect.poll(() => ids(), { timeout: 10_000 }).toContain(after.id)
    await soon(async () => expect(await bus.request({ service: source, method: 'get' }, {})).toBe('here'))
  })

  it('closes every connection again and again: no false confirm, no stuck consumer', async () => {
    const { source, ids, relayed } = await running({ confirmTimeoutMs: 1_000 })
    const sent: string[] = []
    const over = new AbortController()
    const load = Array.from({ length: 5 }, async () => {
      while (!over.signal.aborted) {
        const message = event(source)
        await relayed(message)
        sent.push(message.id)
        await sleep(5)
      }
    })
    for (let round = 0; round < 5; round++) {
      await sleep(1_000)
      await broker.control('close_all_connections', 'a test')
    }
    over.abort()
    await Promise.all(load)
    expect(sent.length).toBeGreaterThan(100)
    // The fifth loss in a row may wait for 10 s before it connects again, and a busy machine for longer.
    await expect.poll(() => sent.filter((id) => !ids().has(id)), { timeout: 40_000 }).toEqual([])
  })

  it('loses a connection while a handler is at work: the message comes again, its late ack harms no other', async () => {
    const { bus } = await running()
    const source = uniqueName()
    const blocked = gate()
    const deliveries: { id: string; redelivered: boolean }[] = []
    bus.subscribe(queueOf(source, { prefetch: 1 }), async ({ id }, { redelivered }) => {
      deliveries.push({ id, redelivered })
      if (deliveries.length === 1) await blocked.opened
    })
    const [first, second] = [event(source), event(source)]
    await bus.publish(first)
    await soon(() => expect(deliveries).toHaveLength(1))
    await bus.publish(second)
    await broker.control('close_all_connections', 'a test')
    await soon(() => expect(deliveries).toHaveLength(3))
    blocked.open()
    expect(deliveries.slice(1)).toEqual([
      { id: first.id, redelivered: true },
      { id: second.id, redelivered: false },
    ])
    const third = event(source)
    await bus.publish(third)
    await soon(() => expect(deliveries.at(-1)).toEqual({ id: third.id, redelivered: false }))
    expect(deliveries).toHaveLength(4)
  })

  it('fails calls under way as unknown when the connection is lost', async () => {
    const { bus } = await running({ stopLimitMs: 100 })
    const service = uniqueName()
    let calls = 0
    bus.serve(service, { wait: () => (++calls === 1 ? new Promise(() => {}) : Promise.resolve(calls)) })
    const outcome = bus.request({ service, method: 'wait' }, {}).catch((error: unknown) => error)
    await soon(() => expect(calls).toBe(1))
    await broker.control('close_all_connections', 'a test')
    expect(await outcome).toBeInstanceOf(OutcomeUnknownError)
    await soon(() => bus.request({ service, method: 'wait' }, {}, { timeoutMs: 500 }))
  })

  it('is blocked by an alarm: publishes wait and fail as not published, consumers go on, and it heals', async () => {
    const { bus, source, ids, relayed } = await running({ confirmTimeoutMs: 700 })
    const before = event(source)
    await bus.publish(before)
    await broker.control('set_vm_memory_high_watermark', '0')
    // The broker tells so only after the first publish, whose outcome is unknown.
    await expect(bus.publish(event(source))).rejects.toThrow(ConfirmTimeoutError)
    await expect(bus.publish(event(source))).rejects.toThrow(BusBlockedError)
    expect(bus.ready?.()).toBeUndefined()
    await broker.control('set_vm_memory_high_watermark', '0.4')
    const after = event(source)
    await relayed(after)
    await expect.poll(() => ids(), { timeout: 10_000 }).toContain(after.id)
    expect(ids()).toContain(before.id)
  })

  it('has a queue deleted by hand: it is declared again, with its consumer', async () => {
    const { bus, source, ids } = await running()
    await bus.publish(event(source))
    await onChannel(async (channel) => void (await channel.deleteQueue(`evt-${source}-order_placed--product.reserve`)))
    const after = event(source)
    await soon(() => bus.publish(after))
    await soon(() => expect(ids()).toContain(after.id))
  })

  it('has an exchange deleted by hand: it is declared again, and bound again', { timeout: 90_000 }, async () => {
    const { bus, source, ids, relayed } = await running({ redeclareMs: 500 })
    await bus.publish(event(source))
    await onChannel(async (channel) => void (await channel.deleteExchange(`${source}.events`)))
    const after = event(source)
    expect(await relayed(after)).toBeGreaterThan(1)
    await soon(() => expect(ids()).toContain(after.id))
  })

  it('has a binding removed by hand: publishes fail instead of vanishing, and it comes back', async () => {
    const { bus, source, ids, relayed } = await running({ redeclareMs: 500 })
    await bus.publish(event(source))
    const queue = `evt-${source}-order_placed--product.reserve`
    await onChannel(async (channel) => void (await channel.unbindQueue(queue, `${source}.events`, 'order_placed')))
    const after = event(source)
    await expect(bus.publish(after)).rejects.toThrow(UnroutableError)
    await relayed(after)
    await soon(() => expect(ids()).toContain(after.id))
  })

  it('falls silent behind an open connection: the heartbeat ends it, and it is taken up again', async () => {
    const { source, ids, relayed, lines } = await running({ confirmTimeoutMs: 500 }, `${broker.url}?heartbeat=1`)
    await relayed(event(source))
    broker.pause()
    const after = event(source)
    const confirmed = relayed(after)
    await expect.poll(() => lines.join(''), { timeout: 10_000 }).toContain('Heartbeat timeout')
    broker.resume()
    expect(await confirmed).toBeGreaterThan(1)
    await expect.poll(() => ids(), { timeout: 10_000 }).toContain(after.id)
  })

  it('is gone while the bus stops: the stop still ends', async () => {
    const { bus } = await running()
    broker.pause()
    const startedMs = performance.now()
    await bus.stop?.()
    expect(performance.now() - startedMs).toBeLessThan(8_000)
    broker.resume()
  })

  async function onChannel(use: (channel: Awaited<ReturnType<typeof openChannel>>['channel']) => Promise<void>) {
    const { connection, channel } = await openChannel()
    await use(channel)
    await connection.close()
  }
  async function openChannel() {
    const connection = await connect(broker.url)
    return { connection, channel: await connection.createChannel() }
  }
})
