import { expect, it } from 'vitest'
import { type Delivery, type Message, PermanentError } from '../../src/index.ts'
import { event, queueOf, uniqueName, type Fresh, soon } from '../harness.ts'

/** Longer than all retry delays of the suite together. */
const allDelaysMs = 400

export function retryCases(fresh: Fresh): void {
  async function failing(fail: (message: Message, attempt: number) => unknown, prefetch = 10) {
    const { bus, passTime } = fresh()
    const source = uniqueName()
    const deliveries: (Delivery & { readonly id: string })[] = []
    const { queue } = bus.subscribe(queueOf(source, { prefetch }), (message, delivery) => {
      deliveries.push({ ...delivery, id: message.id })
      return Promise.resolve(fail(message, delivery.attempt)) as Promise<void>
    })
    await bus.start?.()
    const publish = (message: Message) => void bus.publish(message).catch(() => {})
    return { queue, source, deliveries, publish, passTime, parked: () => bus.deadLetters().list(queue) }
  }
  const broken = () => Promise.reject(new Error('no stock database'))

  it('delivers again after a failure, and tells so', async () => {
    const { queue, source, deliveries, publish, passTime, parked } = await failing((_, attempt) =>
      attempt === 1 ? broken() : undefined,
    )
    const sent = event(source)
    publish(sent)
    await soon(() => expect(deliveries).toHaveLength(1))
    await passTime(allDelaysMs)
    await soon(() =>
      expect(deliveries).toEqual([
        { id: sent.id, queue, attempt: 1, redelivered: false },
        { id: sent.id, queue, attempt: 2, redelivered: true },
      ]),
    )
    expect(await parked()).toEqual([])
  })

  it('parks a message after 5 failures with reason, attempt and error', async () => {
    const { source, deliveries, publish, passTime, parked } = await failing(broken)
    const sent = event(source)
    publish(sent)
    await passTime(allDelaysMs)
    await soon(async () => expect(await parked()).toHaveLength(1))
    expect(deliveries.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4, 5])
    const error = { name: 'Error', message: 'no stock database' }
    expect((await parked())[0]).toMatchObject({ id: sent.id, reason: 'exhausted', attempt: 5, error })
    await passTime(allDelaysMs)
    expect(deliveries).toHaveLength(5)
  })

  it('parks a permanent failure at once', async () => {
    const { source, deliveries, publish, passTime, parked } = await failing(() =>
      Promise.reject(new PermanentError('unknown currency')),
    )
    const sent = event(source)
    publish(sent)
    await soon(async () => expect(await parked()).toHaveLength(1))
    const error = { name: 'PermanentError', message: 'unknown currency' }
    expect((await parked())[0]).toMatchObject({ id: sent.id, reason: 'permanent', attempt: 1, error })
    await passTime(allDelaysMs)
    expect(deliveries).toHaveLength(1)
  })

  it('counts dead letters per queue', async () => {
    const { queue, source, publish, parked } = await failing(() => Promise.reject(new PermanentError('no')))
    publish(event(source))
    publish(event(source))
    await soon(async () => expect(await parked()).toHaveLength(2))
    expect(await fresh().metrics()).toMatch(new RegExp(`^toko_dead_letters_total\\{.*queue="${queue}".*\\} 2$`, 'm'))
  })

  it('lets other messages flow while one is failing, also with a prefetch of 1', async () => {
    const { source, deliveries, publish } = await failing(({ data }) => (data === 'poison' ? broken() : undefined), 1)
    publish(event(source, { data: 'poison' }))
    const others = Array.from({ length: 20 }, () => event(source))
    for (const message of others) publish(message)
    const ids = others.map(({ id }) => id)
    // Time stands still on a manual clock: only what does not wait for the poisoned message can arrive.
    await soon(() => expect(deliveries.map(({ id }) => id)).toEqual(expect.arrayContaining(ids)))
  })

  it('takes a synchronous throw as a failure like any other', async () => {
    const { source, deliveries, publish, passTime } = await failing((_, attempt) => {
      if (attempt === 1) throw new Error('thrown, not rejected')
    })
    publish(event(source))
    await soon(() => expect(deliveries).toHaveLength(1))
    await passTime(allDelaysMs)
    await soon(() => expect(deliveries.map(({ attempt }) => attempt)).toEqual([1, 2]))
  })

  it('takes a handler without an end as a failure after its limit', async () => {
    const { source, deliveries, publish, passTime } = await failing(
      (_, attempt) => (attempt === 1 ? new Promise(() => {}) : undefined),
      1,
    )
    publish(event(source))
    await soon(() => expect(deliveries).toHaveLength(1))
    await passTime(200)
    expect(deliveries).toHaveLength(1)
    await passTime(200)
    await soon(() => expect(deliveries.map(({ attempt }) => attempt)).toEqual([1, 2]))
    expect(await fresh().metrics()).toMatch(/process_duration_seconds_count\{.*error_type="handler-timeout".*\} 1/)
  })

  it('redrives a dead letter with its original id, content and a clean slate', async () => {
    let isFixed = false
    const seen: Message[] = []
    const { queue, source, deliveries, publish, passTime, parked } = await failing((message) => {
      seen.push(message)
      return isFixed ? undefined : Promise.reject(new PermanentError('not yet'))
    })
    const sent = event(source, { version: 3, data: { total: 5 } })
    publish(sent)
    await soon(async () => expect(await parked()).toHaveLength(1))
    isFixed = true
    await fresh().bus.deadLetters().redrive(sent.id, queue)
    await soon(() => expect(deliveries).toHaveLength(2))
    await passTime(allDelaysMs)
    expect(deliveries[1]).toEqual({ id: sent.id, queue, attempt: 1, redelivered: true })
    expect(seen[1]).toEqual(sent)
    expect(await parked()).toEqual([])
  })

  it('redrives into the failed queue alone', async () => {
    const { queue, source, publish, parked } = await failing(() => Promise.reject(new PermanentError('no')))
    let others = 0
    fresh().bus.subscribe(queueOf(source, { service: 'mail' }), async () => void others++)
    const sent = event(source)
    publish(sent)
    await soon(async () => expect([others, (await parked()).length]).toEqual([1, 1]))
    await fresh().bus.deadLetters().redrive(sent.id, queue)
    await soon(async () => expect(await parked()).toHaveLength(1))
    await fresh().passTime(allDelaysMs)
    expect(others).toBe(1)
  })
}
