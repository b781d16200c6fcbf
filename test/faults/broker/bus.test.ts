import { rmSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { newId, orderEvents } from '@toko/contracts'
import {
  createRabbitBus,
  eventHandlers,
  eventQueueName,
  type Message,
  onEvent,
  type OwnedBus,
  type PrivateBroker,
  startPrivateBroker,
} from '@toko/messaging'
import { eventually, quiet } from '@toko/testkit'
import { type GetMessage, connect } from 'amqplib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { random } from '../../kill/random.ts'
import { parkedReasons, poisonOf, publishPoison } from '../support/poison.ts'
import { startTcpProxy } from '../support/tcp-proxy.ts'
import { workFolder } from '../support/work-folder.ts'

const folder = workFolder('bus')
let broker: PrivateBroker
const stops: (() => Promise<void> | undefined)[] = []

beforeAll(async () => {
  broker = await startPrivateBroker({ folder, env: process.env })
})
afterAll(async () => {
  for (const stop of stops) await stop()
  await broker?.stop()
  rmSync(folder, { recursive: true, force: true })
})

async function started(url = broker.url): Promise<OwnedBus> {
  const bus = createRabbitBus({ url, service: 'test', ...quiet() })
  stops.push(async () => bus.stop?.())
  await bus.start?.()
  return bus
}

/** A queue of its own for each test. */
const queueOf = (source: string) => ({ source, type: 'order_changed', service: 'mail', handler: 'follow' }) as const
const event = (source: string, more: Partial<Message> = {}): Message => ({
  id: newId('evt'),
  source,
  type: 'order_changed',
  subject: newId('ord'),
  time: new Date().toISOString(),
  data: {},
  ...more,
})

const isWithin = (limitMs: number) => ({ timeoutMs: limitMs, everyMs: 50 })

// What the bus promises, and what only those above it can: versions (R8), outboxes and sweepers (R9).
describe('the bus alone', { timeout: 90_000, concurrent: true }, () => {
  it('24: gives up a connection that has fallen silent, and consumes and publishes again within 25 s', async () => {
    const proxy = await startTcpProxy(Number(new URL(broker.url).port))
    stops.unshift(proxy.stop)
    const [near, far] = [await started(), await started(proxy.via(broker.url))]
    const got = new Set<string>()
    far.subscribe(queueOf('half-open'), async ({ id }) => void got.add(id))
    await eventually(() => near.publish(event('half-open')), isWithin(10_000))
    await eventually(() => expect(got.size).toBe(1), isWithin(10_000))

    proxy.silence()
    const fromMs = performance.now()
    const told = eventually(
      () => far.publish(event('half-open', { type: 'unheard' }), { mandatory: false }),
      isWithin(40_000),
    )
    const sent: string[] = []
    while (got.size === 1 && performance.now() - fromMs < 40_000) {
      const next = event('half-open')
      await near.publish(next)
      sent.push(next.id)
      await sleep(200)
    }
    const tookMs = performance.now() - fromMs
    await told
    const publishedMs = performance.now() - fromMs
    console.log(`heard again after ${Math.round(tookMs)} ms, published after ${Math.round(publishedMs)} ms`)
    expect(tookMs).toBeLessThan(25_000)
    expect(publishedMs).toBeLessThan(25_000)
    // What the broker gave to the dead connection comes when it has given it up too: after three of its heartbeats.
    await eventually(() => expect(sent.filter((id) => !got.has(id))).toEqual([]), isWithin(40_000))
  })

  it('26, 27: hands on every copy in the order in which they come: the version check makes one state of them', async () => {
    const bus = await started()
    const got: Message[] = []
    const versions = new Map<string, number>()
    let stepsBack = 0
    bus.subscribe(queueOf('disorder'), async (message) => {
      const { subject, version = 0 } = message
      got.push(message)
      const known = versions.get(subject) ?? 0
      if (version > known) versions.set(subject, version)
      else if (version < known) stepsBack++
    })
    const draws = random(26)
    const sent = Array.from({ length: 100 }, (_, n) =>
      event('disorder', { subject: `ord-${n % 10}`, version: 1 + Math.floor(n / 10) }),
    )
    await eventually(() => bus.publish(event('disorder', { type: 'unheard' }), { mandatory: false }), isWithin(10_000))
    const publishing = [...sent, ...sent, ...sent].map(async (message) => {
      await sleep(draws.between(0, 2000))
      await bus.publish(message)
    })
    await Promise.all(publishing)
    await eventually(() => expect(got).toHaveLength(3 * sent.length), isWithin(20_000))
    for (const { id } of sent) expect(got.filter((each) => each.id === id)).toHaveLength(3)
    expect(stepsBack).toBeGreaterThan(10)
    expect([...versions.values()]).toEqual(Array.from({ length: 10 }, () => 10))
  })

  it('28: does not know what the broker lost after its confirm: the same ids published again do', async () => {
    const bus = await started()
    const queue = queueOf('lossy')
    const idle = bus.subscribe(queue, async () => {})
    await eventually(() => bus.publish(event('lossy', { type: 'unheard' }), { mandatory: false }), isWithin(10_000))
    await idle.unsubscribe()
    const sent = Array.from({ length: 20 }, () => event('lossy'))
    for (const message of sent) await bus.publish(message)
    await loseEveryFifth(idle.queue)

    const got = new Set<string>()
    bus.subscribe(queue, async ({ id }) => void got.add(id))
    await eventually(() => expect(got.size).toBe(16), isWithin(10_000))
    await eventually(async () => expect(await depthOf(idle.queue)).toBe(0), isWithin(10_000))
    const lost = sent.filter(({ id }) => !got.has(id))
    expect(lost).toHaveLength(4)
    // As a sweeper does, which knows that no answer came.
    await Promise.all(lost.map((message) => bus.publish(message)))
    await eventually(() => expect(got.size).toBe(20), isWithin(10_000))
  })

  it('29: parks what nobody can read or use, with the reason, and holds up no other by 1 s', async () => {
    const bus = await started()
    const definition = orderEvents.reservationKept
    const [sentMs, tookMs] = [new Map<string, number>(), [] as number[]]
    const queue = eventQueueName({ ...definition, service: 'mail', handler: 'keep' })
    const part = eventHandlers(bus, 'mail', [
      onEvent(definition, 'keep', async (_, { id }) => void tookMs.push(performance.now() - sentMs.get(id)!)),
    ])
    await part.start?.()
    stops.unshift(async () => part.stop?.())
    const good = () => event(definition.source, { type: definition.type, data: { orderId: newId('ord') } })
    await eventually(() => bus.publish({ ...good(), type: 'unheard' }, { mandatory: false }), isWithin(10_000))

    const [rounds, each] = [10, 20]
    for (let round = 0; round < rounds; round++) {
      await publishPoison(broker.url, definition, poisonOf(definition, { orderId: newId('ord') }))
      for (let n = 0; n < each; n++) {
        const message = good()
        sentMs.set(message.id, performance.now())
        await bus.publish(message)
      }
    }
    await eventually(() => expect(tookMs).toHaveLength(rounds * each), isWithin(30_000))
    const p99 = tookMs.toSorted((a, b) => a - b)[Math.ceil(0.99 * tookMs.length) - 1]!
    console.log(`p99 beside ${rounds * poisonOf(definition, {}).length} messages of poison: ${Math.round(p99)} ms`)
    expect(p99).toBeLessThan(1000)
    const expected = poisonOf(definition, {}).map(({ name, reason }) => [name, reason])
    await eventually(
      async () =>
        expect((await parkedReasons(broker.url, queue)).toSorted()).toEqual(
          expected.flatMap((one) => Array.from({ length: rounds }, () => one)).toSorted(),
        ),
      { everyMs: 500 },
    )
  })
})

async function withChannel<T>(use: (channel: Awaited<ReturnType<typeof openChannel>>['channel']) => Promise<T>) {
  const { connection, channel } = await openChannel()
  try {
    return await use(channel)
  } finally {
    await connection.close()
  }
}
async function openChannel() {
  const connection = await connect(broker.url)
  return { connection, channel: await connection.createChannel() }
}

const depthOf = (queue: string) => withChannel(async (channel) => (await channel.checkQueue(queue)).messageCount)

/** Takes a queue's messages as a broker whose disk is bad. */
const loseEveryFifth = (queue: string) =>
  withChannel(async (channel) => {
    const kept: GetMessage[] = []
    for (let n = 1; ; n++) {
      const message = await channel.get(queue)
      if (!message) break
      if (n % 5 === 0) channel.ack(message)
      else kept.push(message)
    }
    for (const message of kept) channel.reject(message, true)
    await channel.checkQueue(queue) // what was sent before it has arrived
  })
