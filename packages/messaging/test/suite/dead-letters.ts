import { expect, it } from 'vitest'
import { type Message, PermanentError } from '../../src/index.ts'
import { event, queueOf, uniqueName, type Fresh, soon } from '../harness.ts'

export function deadLetterCases(fresh: Fresh): void {
  /** One message, parked by the two services that take it. */
  async function parked(more: Partial<Message> = {}) {
    const { bus } = fresh()
    const source = uniqueName()
    const handled: string[] = []
    let isFixed = false
    const queueFor = (service: string) =>
      bus.subscribe(queueOf(source, { service }), () => {
        if (!isFixed) return Promise.reject(new PermanentError('bad total'))
        handled.push(service)
        return Promise.resolve()
      }).queue
    const [product, mail] = [queueFor('product'), queueFor('mail')]
    await bus.start?.()
    const sent = event(source, { data: { total: -1 }, ...more })
    await bus.publish(sent)
    const letters = bus.deadLetters()
    await soon(async () => expect(await letters.list()).toHaveLength(2))
    return { bus, source, letters, product, mail, sent, handled, fix: () => void (isFixed = true) }
  }

  it('lists what is parked, of all queues or of one', async () => {
    const { letters, product, mail, sent, source } = await parked()
    expect((await letters.list()).map(({ queue }) => queue).toSorted()).toEqual([mail, product])
    const [letter] = await letters.list(mail)
    const error = { name: 'PermanentError', message: 'bad total' }
    const facts = {
      id: sent.id,
      queue: mail,
      type: 'order_placed',
      subject: sent.subject,
      reason: 'permanent',
      attempt: 1,
    }
    expect(letter).toEqual({ ...facts, error, parkedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) })
    expect(await letters.list(`evt-${source}-never`)).toEqual([])
  })

  it('keeps what it has listed or shown, however often', async () => {
    const { letters, sent } = await parked()
    for (let round = 0; round < 30; round++) expect(await letters.list()).toHaveLength(2)
    for (let round = 0; round < 5; round++) expect(await letters.show(sent.id)).toBeDefined()
    expect(await letters.list()).toHaveLength(2)
  })

  it('shows a message with its content', async () => {
    const { letters, product, sent } = await parked({ version: 3, causationId: 'evt-before' })
    const shown = await letters.show(sent.id, product)
    expect(shown).toMatchObject({ queue: product, reason: 'permanent', body: '{"total":-1}' })
    expect(shown?.message).toEqual(sent)
    expect(shown?.headers).toMatchObject({ cloudEvents_id: sent.id, cloudEvents_causationid: 'evt-before' })
    expect(await letters.show('evt-unknown')).toBeUndefined()
  })

  it('drops from one queue or from all, for good', async () => {
    const { letters, product, mail, sent, fix, handled } = await parked()
    expect(await letters.drop('evt-unknown')).toBe(0)
    expect(await letters.drop(sent.id, product)).toBe(1)
    expect((await letters.list()).map(({ queue }) => queue)).toEqual([mail])
    expect([await letters.drop(sent.id), await letters.drop(sent.id)]).toEqual([1, 0])
    fix()
    expect(await letters.redrive(sent.id)).toBe(0)
    await fresh().passTime(50)
    expect([await letters.list(), handled]).toEqual([[], []])
  })

  it('redrives to all queues in which the message is parked, each alone', async () => {
    const { letters, sent, fix, handled } = await parked()
    fix()
    expect(await letters.redrive(sent.id)).toBe(2)
    await soon(() => expect(handled.toSorted()).toEqual(['mail', 'product']))
    expect(await letters.list()).toEqual([])
  })

  it('parks and counts again what fails again after a redrive', async () => {
    const { letters, sent, mail } = await parked()
    expect(await letters.redrive(sent.id, mail)).toBe(1)
    await soon(async () =>
      expect(await fresh().metrics()).toMatch(new RegExp(`^toko_dead_letters_total\\{.*queue="${mail}".*\\} 2$`, 'm')),
    )
    expect(await letters.list(mail)).toMatchObject([{ id: sent.id, attempt: 1 }])
  })

  it('redrives one of many, and leaves the others', async () => {
    const { bus, source, letters, product } = await parked()
    const others = Array.from({ length: 5 }, () => event(source))
    await Promise.all(others.map((message) => bus.publish(message)))
    await soon(async () => expect(await letters.list(product)).toHaveLength(6))
    expect(await letters.drop(others[2]?.id ?? '', product)).toBe(1)
    const left = (await letters.list(product)).map(({ id }) => id)
    expect(left).toHaveLength(5)
    expect(left).not.toContain(others[2]?.id)
  })

  it('counts what waits, queue by queue, zeros included, and keeps a gauge of it', async () => {
    const { bus, source, letters, product, mail, sent } = await parked()
    const { queue: never } = bus.subscribe(queueOf(source, { type: 'unheard' }), async () => {})
    const gauge = async (queue: string) =>
      new RegExp(`^toko_dead_letters_parked\\{.*queue="${queue}".*\\} (.*)$`, 'm').exec(await fresh().metrics())?.[1]
    await bus.publish(event(source))
    const amounts = async () => Object.fromEntries(await letters.counts())
    await soon(async () => expect(await amounts()).toEqual({ [mail]: 2, [product]: 2, [never]: 0 }))
    await soon(async () =>
      expect([await gauge(product), await gauge(mail), await gauge(never)]).toEqual(['2', '2', '0']),
    )
    await letters.drop(sent.id, product)
    expect(await amounts()).toEqual({ [mail]: 2, [product]: 1, [never]: 0 })
    expect([await gauge(product), await gauge(mail)]).toEqual(['1', '2'])
  })

  it('lists the oldest of each queue up to a limit', async () => {
    const { bus, source, letters, product, sent } = await parked()
    for (let count = 0; count < 3; count++) await bus.publish(event(source))
    await soon(async () => expect(await letters.list()).toHaveLength(8))
    expect(await letters.list(undefined, 2)).toHaveLength(4)
    expect((await letters.list(product, 1)).map(({ id }) => id)).toEqual([sent.id])
    expect(await letters.list(undefined, 500)).toHaveLength(8)
  })

  it('redrives many up to a limit, of all queues or of one, and none that was parked later', async () => {
    const { bus, source, letters, product, mail, fix, handled } = await parked()
    for (let count = 0; count < 2; count++) await bus.publish(event(source))
    await soon(async () => expect(await letters.list()).toHaveLength(6))
    const youngest = Math.max(...(await letters.list()).map(({ parkedAt }) => Date.parse(parkedAt)))
    const before = new Date(youngest + 1)
    expect(await letters.redriveParkedBefore('2020-01-01T00:00:00.000Z', 500)).toBe(0)
    fix()
    const redrive = (most: number, queue?: string) => letters.redriveParkedBefore(before.toISOString(), most, queue)
    expect(await redrive(2, product)).toBe(2)
    await soon(() => expect(handled).toEqual(['product', 'product']))
    expect((await letters.list()).map(({ queue }) => queue).toSorted()).toEqual([mail, mail, mail, product])
    expect([await redrive(500), await redrive(500)]).toEqual([4, 0])
    await soon(() => expect(handled.toSorted()).toEqual(['mail', 'mail', 'mail', 'product', 'product', 'product']))
  })

  it('answers for the queues of one service alone', async () => {
    const { bus, source, product, mail, sent } = await parked()
    const [ofMail, ofNobody] = [bus.deadLetters('mail'), bus.deadLetters(uniqueName())]
    bus.serve(source, {})
    expect([...(await bus.deadLetters(source).counts())]).toEqual([[`rpc-${source}`, 0]])
    expect((await ofMail.list()).map(({ queue }) => queue)).toEqual([mail])
    expect([await ofMail.show(sent.id, product), await ofNobody.show(sent.id)]).toEqual([undefined, undefined])
    expect([await ofMail.redrive(sent.id, product), await ofNobody.drop(sent.id)]).toEqual([0, 0])
    expect(await ofMail.drop(sent.id)).toBe(1)
    expect((await bus.deadLetters().list()).map(({ queue }) => queue)).toEqual([product])
  })

  it('parks a message of a broadcast too, and keeps it when its queue is gone', async () => {
    const { bus } = fresh()
    const source = uniqueName()
    const fail = () => Promise.reject(new PermanentError('no'))
    const subscription = bus.subscribe(queueOf(source, { kind: 'broadcast' }), fail)
    await bus.start?.()
    const sent = event(source)
    await bus.publish(sent)
    const letters = bus.deadLetters()
    await soon(async () => expect(await letters.list(subscription.queue)).toHaveLength(1))
    await subscription.unsubscribe()
    expect(await letters.redrive(sent.id, subscription.queue)).toBe(0)
    expect(await letters.list(subscription.queue)).toHaveLength(1)
  })
}
