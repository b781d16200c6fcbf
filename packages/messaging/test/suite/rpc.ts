import { expect, it } from 'vitest'
import { type RpcCall, RpcTimeoutError, TooManyPendingCallsError, UnknownServiceError } from '../../src/index.ts'
import { gate, uniqueName, type Fresh, soon } from '../harness.ts'

export function rpcCases(fresh: Fresh): void {
  async function serving(methods: Record<string, (call: RpcCall) => Promise<unknown>>) {
    const { bus, passTime } = fresh()
    const service = uniqueName()
    const subscription = bus.serve(service, methods)
    await bus.start?.()
    const call = (method: string, ...rest: unknown[]) => bus.request({ service, method }, { args: rest })
    return { bus, service, subscription, call, passTime }
  }

  it('hands over args, kwargs and headers, and brings the result back', async () => {
    const seen: RpcCall[] = []
    const { bus, service } = await serving({
      quote: async (call) => {
        seen.push(call)
        return { total: 12, lines: call.args }
      },
    })
    const result = await bus.request(
      { service, method: 'quote' },
      { args: [['a', 2]], kwargs: { currency: 'IDR' } },
      { headers: { 'x-idempotency-key': 'k1' } },
    )
    expect(result).toEqual({ total: 12, lines: [['a', 2]] })
    expect(seen).toHaveLength(1)
    expect(seen[0]).toMatchObject({
      service,
      method: 'quote',
      args: [['a', 2]],
      kwargs: { currency: 'IDR' },
      redelivered: false,
    })
    expect(seen[0]?.headers['x-idempotency-key']).toBe('k1')
  })

  it.each([undefined, null])('answers null for a result of %s', async (nothing) => {
    const { call } = await serving({ forget: async () => nothing })
    expect(await call('forget')).toBeNull()
  })

  it('never executes within request', async () => {
    let isExecuted = false
    const { call } = await serving({ run: async () => (isExecuted = true) })
    const reply = call('run')
    await Promise.resolve()
    expect(isExecuted).toBe(false)
    expect(await reply).toBe(true)
  })

  it('keeps many replies apart', async () => {
    const { bus, service } = await serving({
      double: async ({ args }) => {
        if (Number(args[0]) % 2 === 0) await new Promise((resolve) => setImmediate(resolve))
        return Number(args[0]) * 2
      },
    })
    const numbers = [1, 2, 3, 4, 5]
    const replies = numbers.map((number) => bus.request({ service, method: 'double' }, { args: [number] }))
    expect(await Promise.all(replies)).toEqual([2, 4, 6, 8, 10])
  })

  it('knows no service that was never served', async () => {
    const { bus } = await serving({})
    await expect(bus.request({ service: uniqueName(), method: 'get' }, {})).rejects.toThrow(UnknownServiceError)
  })

  it('lets calls to a stopped service time out: its queue is still there', async () => {
    const { bus, service, subscription, passTime } = await serving({ get: async () => 1 })
    await subscription.unsubscribe()
    const reply = bus.request({ service, method: 'get' }, {}, { timeoutMs: 100 })
    const failure = reply.catch((error: unknown) => error)
    await passTime(150)
    expect(await failure).toBeInstanceOf(RpcTimeoutError)
  })

  it('times out, then drops the late reply and counts it', async () => {
    const blocked = gate()
    let isBegun = false
    const { bus, service, passTime } = await serving({
      slow: async () => {
        isBegun = true
        await blocked.opened
      },
      fast: async () => 'fine',
    })
    const reply = bus.request({ service, method: 'slow' }, {}, { timeoutMs: 100 })
    const failure = reply.catch((error: unknown) => error)
    await soon(() => expect(isBegun).toBe(true))
    await passTime(150)
    expect(await failure).toBeInstanceOf(RpcTimeoutError)
    blocked.open()
    await soon(async () => expect(await fresh().metrics()).toMatch(/^toko_rpc_late_replies_total\{.*\} 1$/m))
    expect(await bus.request({ service, method: 'fast' }, {})).toBe('fine')
  })

  it('never executes a request whose caller has given up', async () => {
    const executed: unknown[] = []
    const { bus, service, subscription, passTime } = await serving({})
    await subscription.unsubscribe()
    const reply = bus.request({ service, method: 'charge' }, { args: ['abandoned'] }, { timeoutMs: 100 })
    const failure = reply.catch((error: unknown) => error)
    await passTime(150)
    expect(await failure).toBeInstanceOf(RpcTimeoutError)
    bus.serve(service, { charge: async ({ args }) => void executed.push(args[0]) })
    await bus.request({ service, method: 'charge' }, { args: ['wanted'] })
    expect(executed).toEqual(['wanted'])
  })

  it('refuses calls beyond the limit of pending ones, and recovers', async () => {
    const blocked = gate()
    const { call } = await serving({ wait: () => blocked.opened })
    const waiting = Array.from({ length: 5 }, () => call('wait'))
    await expect(call('wait')).rejects.toThrow(TooManyPendingCallsError)
    blocked.open()
    expect(await Promise.all(waiting)).toEqual([null, null, null, null, null])
    expect(await call('wait')).toBeNull()
  })

  it('appends each call to the stack of the call that made it, and keeps the last 11', async () => {
    const stacks: (readonly string[])[] = []
    const { bus, service, call } = await serving({
      recurse: async ({ args, callIdStack }) => {
        stacks.push(callIdStack)
        const left = Number(args[0])
        if (left > 0) await bus.request({ service, method: 'recurse' }, { args: [left - 1] })
      },
    })
    await call('recurse', 3)
    expect(stacks.map(({ length }) => length)).toEqual([2, 3, 4, 5])
    expect(stacks[3]?.slice(0, 4)).toEqual(stacks[2])
    expect(stacks[3]?.at(-1)).toMatch(new RegExp(`^${service}\\.recurse\\.[0-9a-f-]{36}$`))
    expect(await bus.request({ service, method: 'recurse' }, { args: [0] })).toBeNull()
    expect(stacks[4]).toHaveLength(2)
  })

  it('shares calls among the instances of a service', async () => {
    const { bus, service, call } = await serving({ who: async () => 'one' })
    bus.serve(service, { who: async () => 'two' })
    const answers = new Set<unknown>()
    for (let round = 0; round < 20; round++) answers.add(await call('who'))
    expect(answers).toEqual(new Set(['one', 'two']))
  })
}
