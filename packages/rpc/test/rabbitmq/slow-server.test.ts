import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { quiet } from '@toko/testkit'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { createRpcClient } from '../../src/index.ts'
import { authorization, failureOf } from '../harness.ts'
import { rabbitBus, uniqueService } from './rabbit-bus.ts'
import { putThing } from './thing-routes.ts'

const timeoutMs = 400
const minCalls = 15 // more than one consumer takes at once: some wait at the broker, some in the server's own buffers

/** order-protocol.md, fault row 32. */
describe('a server that is stopped', () => {
  const service = uniqueService()
  const bus = rabbitBus(service)
  const { log, metrics } = quiet('caller')
  const breaker = { minCalls, openMinMs: 500, openMaxMs: 1000, windowMs: 60_000 }
  const client = createRpcClient({ name: 'caller', service, bus, log, metrics, timeoutMs, authorization, breaker })
  let server: ChildProcess

  beforeAll(async () => {
    const main = fileURLToPath(new URL('slow-server.ts', import.meta.url))
    server = fork(main, [inject('amqpUrl'), service])
    await once(server, 'message')
    await bus.start?.()
  })
  afterAll(async () => {
    server.kill('SIGCONT')
    server.disconnect()
    if (server.exitCode === null) await once(server, 'exit')
    await client.stop?.()
    await bus.stop?.()
  })

  const put = (id: string) => client.call(putThing(id))
  const state = async () => /toko_breaker_state\{.*\} (\d)/.exec(await metrics.render())?.[1]
  async function executed(): Promise<string[]> {
    const answer = once(server, 'message')
    server.send('what did you run?')
    return ((await answer) as [{ executed: string[] }])[0].executed
  }

  it('is left alone by the breaker, is not asked for what was given up, and is taken up again', async () => {
    expect((await put('before')).body).toEqual({ id: 'before' })
    server.kill('SIGSTOP')
    const given = Array.from({ length: minCalls }, (_, n) => `given-up-${n}`)
    const failures = await Promise.all(given.map((id) => failureOf(put(id))))
    for (const failure of failures) expect(failure).toMatchObject({ name: 'CallUnknownError', reason: 'timeout' })
    expect(await state()).toBe('2')
    const startedMs = performance.now()
    expect(await failureOf(put('refused'))).toMatchObject({ name: 'CallNotSentError', reason: 'breaker-open' })
    expect(performance.now() - startedMs).toBeLessThan(timeoutMs / 2)
    expect(bus.idle()).toBe(true) // nobody waits for a reply any more

    await sleep(2 * timeoutMs)
    server.kill('SIGCONT')
    await expect.poll(async () => (await put('after').catch(() => undefined))?.body, { timeout: 20_000 }).toBeTruthy()
    expect(await state()).toBe('0')
    expect(new Set(await executed())).toEqual(new Set(['before', 'after']))
  })
})

/** Fault row 31, through the client. */
describe('replies that do not come as they should', { timeout: 30_000 }, () => {
  it('are lost or late: the caller is told in time, keeps nothing of it, and is not confused later', async () => {
    const service = uniqueService()
    const bus = rabbitBus(service)
    const { log, metrics } = quiet('caller')
    const client = createRpcClient({ name: 'caller', service, bus, log, metrics, timeoutMs: 300, authorization })
    let release = () => {}
    const released = new Promise<void>((resolve) => (release = resolve))
    await bus.start?.()
    bus.serve(service, {
      put_thing: async ({ kwargs }) => {
        if (String(kwargs['id']).startsWith('late')) await released
        return { id: kwargs['id'] }
      },
    })
    const late = Array.from({ length: 5 }, (_, n) => failureOf(client.call(putThing(`late-${n}`))))
    for (const failure of await Promise.all(late))
      expect(failure).toMatchObject({ name: 'CallUnknownError', reason: 'timeout' })
    release()
    for (let n = 0; n < 5; n++) {
      const id = `right-${n}`
      await expect.poll(async () => (await client.call(putThing(id)).catch(() => undefined))?.body).toEqual({ id })
    }
    await expect.poll(() => bus.idle()).toBe(true)
    await client.stop?.()
    await bus.stop?.()
  })
})
