import { expect, it } from 'vitest'
import { InvalidMessageError, type Message, MessageTooLargeError, UnroutableError } from '../../src/index.ts'
import { event, queueOf, uniqueName, type Fresh, soon } from '../harness.ts'

const cycle: Record<string, unknown> = {}
cycle['self'] = cycle

const notJson: readonly (readonly [string, unknown])[] = [
  ['undefined', undefined],
  ['a key with undefined', { reason: undefined }],
  ['a hole in an array', [1, undefined]],
  ['NaN', { total: Number.NaN }],
  ['Infinity', [Number.POSITIVE_INFINITY]],
  ['a BigInt', { total: 1n }],
  ['a function', { run: () => 1 }],
  ['a symbol', Symbol('x')],
  ['a Date', { at: new Date(0) }],
  ['a Map', new Map([[1, 2]])],
  ['a Buffer', { bytes: Buffer.from('x') }],
  ['an integer above 2^53', { total: 2 ** 53 }],
  ["kombu's type marker", { __type__: 'datetime', __value__: '2026' }],
  ['a cycle', cycle],
]

const badAttributes: readonly (readonly [string, Partial<Message>])[] = [
  ['no id', { id: '' }],
  ['a line break in the id', { id: 'a\nb' }],
  ['a dot in the source', { source: 'a.b' }],
  ['a wildcard in the type', { type: 'order.*' }],
  ['an overlong type', { type: 'x'.repeat(300) }],
  ['no subject', { subject: '' }],
  ['a time that is no RFC 3339', { time: 'yesterday' }],
  ['a fractional version', { version: 1.5 }],
]

export function publishCases(fresh: Fresh): void {
  async function started() {
    const { bus } = fresh()
    const source = uniqueName()
    const got: Message[] = []
    bus.subscribe(queueOf(source), async (message) => void got.push(message))
    await bus.start?.()
    return { bus, source, got }
  }

  it('delivers every attribute and the data unchanged', async () => {
    const { bus, source, got } = await started()
    const trace = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', baggage: 'order.id=ord-1' }
    const data = {
      lines: [{ sku: 'a', quantity: 2 }],
      note: 'teh ☕ \u0000',
      none: null,
      deep: { ok: true },
      big: 2 ** 53 - 1,
    }
    const sent = event(source, { version: 7, causationId: 'evt-before', trace, data })
    await bus.publish(sent)
    await soon(() => expect(got).toEqual([sent]))
  })

  it('leaves absent attributes absent', async () => {
    const { bus, source, got } = await started()
    await bus.publish(event(source))
    await soon(() => expect(got).toHaveLength(1))
    expect(Object.keys(got[0] ?? {}).toSorted()).toEqual(['data', 'id', 'source', 'subject', 'time', 'type'])
  })

  it.each([null, 'text', 0, false, [], {}])('carries %j as data', async (data) => {
    const { bus, source, got } = await started()
    await bus.publish(event(source, { data }))
    await soon(() => expect(got.map((message) => message.data)).toEqual([data]))
  })

  it('never delivers within publish', async () => {
    const { bus, source, got } = await started()
    const confirmed = bus.publish(event(source))
    await Promise.resolve()
    expect(got).toEqual([])
    await confirmed
    await soon(() => expect(got).toHaveLength(1))
  })

  it('sends what the data was at the call, and each handler its own copy', async () => {
    const { bus, source, got } = await started()
    bus.subscribe(queueOf(source, { service: 'mail' }), async (message) => {
      ;(message.data as { list: number[] }).list.push(99)
    })
    const data = { list: [1] }
    const confirmed = bus.publish(event(source, { data }))
    data.list.push(2)
    await confirmed
    await soon(() => expect(got.map((message) => message.data)).toEqual([{ list: [1] }]))
  })

  it('rejects what nobody is bound to', async () => {
    const { bus, source } = await started()
    await expect(bus.publish(event(uniqueName()))).rejects.toThrow(UnroutableError)
    await expect(bus.publish(event(source, { type: 'order_shipped' }))).rejects.toThrow(UnroutableError)
  })

  it('delivers again what is published again: at least once, with the same id', async () => {
    const { bus, source, got } = await started()
    const sent = event(source, { version: 2 })
    await bus.publish(sent)
    await soon(() => expect(got).toHaveLength(1))
    await bus.publish(sent)
    await soon(() => expect(got).toEqual([sent, sent]))
  })

  it('applies what comes again and again once, where the handler keeps the version (R8)', async () => {
    const { bus, source, got } = await started()
    const applied = new Map<string, number>()
    let applications = 0
    bus.subscribe(queueOf(source, { service: 'follower' }), async ({ subject, version = 0 }) => {
      if (version <= (applied.get(subject) ?? 0)) return
      applied.set(subject, version)
      applications++
    })
    const sent = event(source, { version: 2 })
    for (let time = 0; time < 5; time++) await bus.publish(sent)
    await bus.publish({ ...sent, id: `${sent.id}-older`, version: 1 })
    await soon(() => expect(got).toHaveLength(6))
    await soon(() => expect([applications, applied.get(sent.subject)]).toEqual([1, 2]))
  })

  it('publishes many at once, each to its own end', async () => {
    const { bus, source, got } = await started()
    const outcomes = await Promise.allSettled(
      Array.from({ length: 200 }, (_, index) =>
        bus.publish(event(source, index % 2 === 0 ? {} : { type: 'unheard', id: `lost-${index}` })),
      ),
    )
    expect(outcomes.map(({ status }) => status === 'fulfilled')).toEqual(outcomes.map((_, index) => index % 2 === 0))
    await soon(() => expect(got).toHaveLength(100))
  })

  it('lets an announcement go unheard', async () => {
    const { bus, got } = await started()
    await bus.publish(event(uniqueName()), { mandatory: false })
    expect(got).toEqual([])
  })

  it.each(notJson)('rejects %s', async (_, data) => {
    const { bus, source, got } = await started()
    await expect(bus.publish(event(source, { data }))).rejects.toThrow(InvalidMessageError)
    await bus.publish(event(source, { data: 'the next one' }))
    await soon(() => expect(got.map((message) => message.data)).toEqual(['the next one']))
  })

  it.each(badAttributes)('rejects %s', async (_, attributes) => {
    const { bus, source } = await started()
    await expect(bus.publish(event(source, attributes))).rejects.toThrow(InvalidMessageError)
  })

  it('carries 256 KiB and refuses one byte more', async () => {
    const { bus, source, got } = await started()
    const largest = 'x'.repeat(256 * 1024 - 2)
    await bus.publish(event(source, { data: largest }))
    await soon(() => expect(got.map((message) => message.data)).toEqual([largest]))
    await expect(bus.publish(event(source, { data: `${largest}x` }))).rejects.toThrow(MessageTooLargeError)
  })

  it('carries 32 levels and refuses one more', async () => {
    const { bus, source, got } = await started()
    const nested = (levels: number): unknown => (levels === 0 ? 1 : [nested(levels - 1)])
    await bus.publish(event(source, { data: nested(32) }))
    await soon(() => expect(got).toHaveLength(1))
    await expect(bus.publish(event(source, { data: nested(33) }))).rejects.toThrow(/deeper/)
  })

  it('counts what was sent, consumed, handled, and its age', async () => {
    const { bus, source, got } = await started()
    await bus.publish(event(source))
    await soon(() => expect(got).toHaveLength(1))
    await expect(bus.publish(event(source, { type: 'unheard' }))).rejects.toThrow(UnroutableError)
    const queue = `evt-${source}-order_placed--product.reserve`
    const text = await fresh().metrics()
    expect(text).toMatch(series('messaging_client_sent_messages_total', `${source}.events`, 1))
    expect(text).toMatch(series('messaging_client_consumed_messages_total', queue, 1))
    expect(text).toMatch(series('messaging_process_duration_seconds_count', queue, 1))
    expect(text).toMatch(series('toko_message_age_seconds_count', queue, 1))
    expect(text).toMatch(series('toko_dead_letters_total', queue, 0))
    expect(text).toMatch(/sent_messages_total\{.*error_type="unroutable".*\} 1/)
  })
}

function series(name: string, label: string, value: number): RegExp {
  return new RegExp(String.raw`^${name}\{.*="${label}".*\} ${value}$`, 'm')
}
