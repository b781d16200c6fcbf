import { AsyncLocalStorage } from 'node:async_hooks'
import { createLogger, createMetrics } from '@toko/runtime'
import { describe, expect, it, vi } from 'vitest'
import { createBusMetrics } from '../src/bus-metrics.ts'
import { encodeMessage } from '../src/envelope.ts'
import { consumeEvent } from '../src/consuming/consume-event.ts'
import { createDeadLetters } from '../src/in-process/dead-letters.ts'
import { consumeRequest } from '../src/rpc/serve-request.ts'
import { manualClock, PermanentError } from '../src/index.ts'
import { event, queueOf } from './harness.ts'
import { inProcess } from './in-process-harness.ts'

describe('dead letters', () => {
  async function parked() {
    const all = inProcess()
    await all.bus.start?.()
    const fail = () => Promise.reject(new PermanentError('bad total'))
    const { queue } = all.bus.subscribe(queueOf('order'), fail)
    const { queue: mail } = all.bus.subscribe(queueOf('order', { service: 'mail' }), fail)
    const sent = event('order', { data: { total: -1 } })
    await all.bus.publish(sent)
    return { ...all, queue, mail, sent, letters: all.bus.deadLetters() }
  }

  it('are listed for all queues or one', async () => {
    const { letters, queue, mail, sent } = await parked()
    expect((await letters.list()).map((letter) => letter.queue)).toEqual([queue, mail])
    expect(await letters.list(mail)).toMatchObject([
      { id: sent.id, type: 'order_placed', subject: sent.subject, attempt: 1 },
    ])
    expect(await letters.list('evt-none')).toEqual([])
  })

  it('are shown with their message', async () => {
    const { letters, queue, sent } = await parked()
    expect(await letters.show(sent.id)).toMatchObject({
      queue,
      reason: 'permanent',
      message: sent,
      body: '{"total":-1}',
    })
    expect(await letters.show('evt-unknown')).toBeUndefined()
  })

  it('are dropped from one queue or all', async () => {
    const { letters, queue, mail, sent } = await parked()
    expect(await letters.drop(sent.id, queue)).toBe(1)
    expect((await letters.list()).map((letter) => letter.queue)).toEqual([mail])
    expect([await letters.drop(sent.id), await letters.drop(sent.id)]).toEqual([1, 0])
  })

  it('are redriven from all queues, and counted again when they fail again', async () => {
    const { letters, sent, metrics, mail } = await parked()
    expect(await letters.redrive(sent.id)).toBe(2)
    expect(await letters.list()).toEqual([])
    await vi.waitFor(async () => expect(await letters.list()).toHaveLength(2))
    expect(await metrics()).toMatch(new RegExp(`^toko_dead_letters_total\\{queue="${mail}".*\\} 2$`, 'm'))
  })

  it('are kept once per queue, however often the message is published and fails', async () => {
    const { bus, letters, sent } = await parked()
    await bus.publish(event('order', { id: 'evt-between' }))
    await bus.publish(sent)
    // Oldest first: the repeat counts from when it failed last.
    expect((await letters.list()).map(({ id }) => id)).toEqual(['evt-between', 'evt-between', sent.id, sent.id])
  })

  it('stay when their queue is gone', async () => {
    const { bus } = inProcess()
    await bus.start?.()
    const subscription = bus.subscribe(queueOf('order', { kind: 'broadcast' }), () =>
      Promise.reject(new PermanentError('x')),
    )
    await bus.publish(event('order', { id: 'evt-x' }))
    await subscription.unsubscribe()
    expect(await bus.deadLetters().redrive('evt-x')).toBe(0)
    expect(await bus.deadLetters().list()).toHaveLength(1)
  })
})

describe('a bounded list of dead letters', () => {
  const all = () => ['q']

  it('drops the oldest, and says so', async () => {
    const lines: string[] = []
    const log = createLogger('test', 'error', { write: (line) => void lines.push(line) })
    const metrics = createBusMetrics(createMetrics('test', { processMetrics: false }))
    const { deadLetters, park } = createDeadLetters({ log, metrics, now: Date.now, limit: 2, requeue: () => true })
    const info = { attempt: 1, redelivered: false, redriven: false }
    for (const id of ['a', 'b', 'c'])
      park({ name: 'q', label: 'q' }, encodeMessage(event('order', { id })), info, 'permanent', new Error('no'))
    expect((await deadLetters(all).list()).map(({ id }) => id)).toEqual(['b', 'c'])
    expect(lines.at(-1)).toContain('"dropped":"a","queue":"q"')
  })

  it('redrives past messages whose queue is gone', async () => {
    const log = createLogger('test', 'silent')
    const metrics = createBusMetrics(createMetrics('test', { processMetrics: false }))
    const requeue = (_: string, { messageId }: { messageId: string }) => messageId !== 'a'
    const { deadLetters, park } = createDeadLetters({ log, metrics, now: Date.now, limit: 9, requeue })
    const info = { attempt: 1, redelivered: false, redriven: false }
    for (const id of ['a', 'b', 'c'])
      park({ name: 'q', label: 'q' }, encodeMessage(event('order', { id })), info, 'permanent', new Error('no'))
    const redrive = () => deadLetters(all).redriveParkedBefore('2999-01-01T00:00:00.000Z', 1)
    expect([await redrive(), await redrive()]).toEqual([1, 1])
    expect((await deadLetters(all).list()).map(({ id }) => id)).toEqual(['a'])
  })

  it('shows what could not be decoded as it came', async () => {
    const log = createLogger('test', 'silent')
    const metrics = createBusMetrics(createMetrics('test', { processMetrics: false }))
    const { deadLetters, park } = createDeadLetters({ log, metrics, now: Date.now, limit: 2, requeue: () => true })
    const wire = { ...encodeMessage(event('order', { id: 'a' })), body: Buffer.from('{"total":NaN}') }
    const info = { attempt: 1, redelivered: false, redriven: false }
    park({ name: 'q', label: 'q' }, wire, info, 'undecodable', 'a text, not an Error')
    expect(await deadLetters(all).show('a')).toMatchObject({
      message: null,
      body: '{"total":NaN}',
      error: { message: 'a text, not an Error' },
    })
  })
})

describe('consumers of what cannot be decoded', () => {
  const metrics = () => createBusMetrics(createMetrics('test', { processMetrics: false }))
  const log = createLogger('test', 'silent')
  const processing = () => ({ system: 'test', clock: manualClock(), log, metrics: metrics(), handlerLimitMs: 1_000 })
  const info = { attempt: 1, redelivered: false, redriven: false }
  const wire = { ...encodeMessage(event('order')), body: Buffer.from('{') }

  it('park an event', async () => {
    const handler = vi.fn<() => Promise<void>>()
    const retry = { delaysMs: [1], maxFailures: 5, jitter: 0 }
    const consume = consumeEvent({ ...processing(), queue: 'q', label: 'q', retry, handler })
    expect(await consume(wire, info)).toMatchObject({ kind: 'park', reason: 'undecodable' })
    expect(handler).not.toHaveBeenCalled()
  })

  it('park a call, and answer nothing', async () => {
    const sendReply = vi.fn<() => void>()
    const served = { queue: 'q', service: 's', methods: {}, context: new AsyncLocalStorage<readonly string[]>() }
    const consume = consumeRequest({ ...processing(), ...served, sendReply })
    expect(await consume({ ...wire, correlationId: 'c' }, info)).toMatchObject({ kind: 'park', reason: 'undecodable' })
    expect(sendReply).not.toHaveBeenCalled()
  })
})
