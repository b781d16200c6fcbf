import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { failureOf, json, problem, startTarget } from './target.test-support.ts'

const answer = { 200: z.object({ id: z.string() }) }
const get = { method: 'GET', path: '/x', answer } as const
const post = { method: 'POST', path: '/x', body: {}, answer } as const

async function setup() {
  let now = 0
  let status = 500
  const target = await startTarget(
    (_, response) => json(response, status, status === 200 ? { id: 'a' } : problem(status, 'x')),
    { clock: { now: () => now }, breaker: { minCalls: 4 } },
  )
  const fail = async (times: number, call: Parameters<typeof target.client.call>[0] = get) => {
    for (let i = 0; i < times; i++) expect(await failureOf(target.client.call(call))).toMatchObject({ status })
  }
  const state = async () =>
    /toko_breaker_state\{.*target="thing-service".*\} (\d)/.exec(await target.metrics.render())?.[1]
  return { target, fail, state, pass: (ms: number) => (now += ms), answerWith: (next: number) => (status = next) }
}

describe('the circuit breaker of a client', () => {
  it('opens, sends nothing, probes once and closes', async () => {
    const { target, fail, state, pass, answerWith } = await setup()
    await using _ = target
    expect(await state()).toBe('0')
    await fail(4)
    expect(await state()).toBe('2')
    pass(999)
    expect(await failureOf(target.client.call(get))).toMatchObject({ name: 'CallNotSentError', reason: 'breaker-open' })
    expect(target.requests).toHaveLength(4)

    pass(4001)
    await fail(1)
    expect(await state()).toBe('2')
    expect(target.requests).toHaveLength(5)

    pass(5000)
    answerWith(200)
    const probe = target.client.call(get)
    const others = await Promise.all([failureOf(target.client.call(get)), failureOf(target.client.call(get))])
    expect(others).toMatchObject([{ reason: 'breaker-open' }, { reason: 'breaker-open' }])
    expect(await probe).toMatchObject({ status: 200 })
    expect(await state()).toBe('0')
    expect(target.requests).toHaveLength(6)
    await Promise.all(Array.from({ length: 20 }, () => target.client.call(get)))
  })

  it('shows the probe under way as half-open', async () => {
    const { target, fail, state, pass, answerWith } = await setup()
    await using _ = target
    await fail(4)
    pass(5000)
    answerWith(200)
    const probe = target.client.call(get)
    await Promise.resolve()
    expect(await state()).toBe('1')
    await probe
  })

  it('does not count refusals by the target', async () => {
    const { target, fail, state, answerWith } = await setup()
    await using _ = target
    for (const status of [400, 404, 409]) {
      answerWith(status)
      await fail(10)
    }
    expect(await state()).toBe('0')
  })

  it('neither guards nor counts a POST, unless told to', async () => {
    const { target, fail, state } = await setup()
    await using _ = target
    await fail(10, post)
    expect(await state()).toBe('0')
    await fail(4, { ...post, breaker: true })
    expect(await state()).toBe('2')
    await fail(1, post)
    expect(await failureOf(target.client.call({ ...post, breaker: true }))).toMatchObject({ reason: 'breaker-open' })
  })
})
