import { describe, expect, it, vi } from 'vitest'
import { PermanentError } from '../src/index.ts'
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
    expect(letters.list().map((letter) => letter.queue)).toEqual([queue, mail])
    expect(letters.list(mail)).toMatchObject([{ id: sent.id, type: 'order_placed', subject: sent.subject, attempt: 1 }])
    expect(letters.list('evt-none')).toEqual([])
  })

  it('are shown with their message', async () => {
    const { letters, queue, sent } = await parked()
    expect(letters.show(sent.id)).toMatchObject({ queue, reason: 'permanent', message: sent, body: '{"total":-1}' })
    expect(letters.show('evt-unknown')).toBeUndefined()
  })

  it('are dropped from one queue or all', async () => {
    const { letters, queue, mail, sent } = await parked()
    expect(letters.drop(sent.id, queue)).toBe(1)
    expect(letters.list().map((letter) => letter.queue)).toEqual([mail])
    expect([letters.drop(sent.id), letters.drop(sent.id)]).toEqual([1, 0])
  })

  it('are redriven from all queues, and counted again when they fail again', async () => {
    const { letters, sent, metrics, mail } = await parked()
    expect(letters.redrive(sent.id)).toBe(2)
    expect(letters.list()).toEqual([])
    await vi.waitFor(() => expect(letters.list()).toHaveLength(2))
    expect(await metrics()).toMatch(new RegExp(`^toko_dead_letters_total\\{queue="${mail}".*\\} 2$`, 'm'))
  })

  it('are kept once per queue, however often the message is published and fails', async () => {
    const { bus, letters, sent } = await parked()
    await bus.publish(sent)
    expect(letters.list()).toHaveLength(2)
  })

  it('stay when their queue is gone', async () => {
    const { bus } = inProcess()
    await bus.start?.()
    const subscription = bus.subscribe(queueOf('order', { kind: 'broadcast' }), () =>
      Promise.reject(new PermanentError('x')),
    )
    await bus.publish(event('order', { id: 'evt-x' }))
    await subscription.unsubscribe()
    expect(bus.deadLetters().redrive('evt-x')).toBe(0)
    expect(bus.deadLetters().list()).toHaveLength(1)
  })
})
