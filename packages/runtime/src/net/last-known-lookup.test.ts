import type { LookupAddress, LookupOptions } from 'node:dns'
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type LookupFunction } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { createLogger } from '../logger.ts'
import { lastKnownLookup } from './last-known-lookup.ts'

type Step = string | { code: string } | Promise<string>
const silence = new Promise<string>(() => {})

/** A lookup over a resolver that answers with one step after the other, the last one for ever. */
function scripted(...steps: Step[]) {
  const lines: Record<string, unknown>[] = []
  const log = createLogger('test', 'warn', { write: (line) => void lines.push(JSON.parse(line)) })
  let nowMs = 0
  let asked = 0
  const resolver: LookupFunction = (_, options, callback) => {
    const step = steps[Math.min(asked++, steps.length - 1)]!
    const answer = (address: string) => callback(null, options.all ? [{ address, family: 4 }] : address, 4)
    if (typeof step === 'string') return process.nextTick(answer, step)
    if ('code' in step) return process.nextTick(callback, Object.assign(new Error(step.code), step), '')
    void step.then(answer)
  }
  const lookup = lastKnownLookup({ log, lookup: resolver, clock: { now: () => nowMs } })
  const find = (host = 'shop.test', options: LookupOptions = {}) =>
    new Promise<string | LookupAddress[]>((resolve, reject) =>
      lookup(host, options, (error, address) => (error ? reject(error) : resolve(address))),
    )
  return { lookup, find, lines, asked: () => asked, pass: (ms: number) => void (nowMs += ms) }
}

describe('a lookup', () => {
  it('asks for every connection, so that a new address counts at once', async () => {
    const { find, asked } = scripted('10.0.0.1', '10.0.0.2')
    expect([await find(), await find()]).toEqual(['10.0.0.1', '10.0.0.2'])
    expect(asked()).toBe(2)
  })

  it('asks once for connections that are made at the same time', async () => {
    const { find, asked } = scripted('10.0.0.1')
    expect(new Set(await Promise.all(Array.from({ length: 20 }, () => find())))).toEqual(new Set(['10.0.0.1']))
    expect(asked()).toBe(1)
  })

  it('tells names and ways of asking apart', async () => {
    const { find, asked } = scripted('10.0.0.1', '10.0.0.2', '10.0.0.3')
    const answers = Promise.all([find('a.test'), find('b.test'), find('b.test', { all: true })])
    expect(await answers).toEqual(['10.0.0.1', '10.0.0.2', [{ address: '10.0.0.3', family: 4 }]])
    expect(asked()).toBe(3)
  })

  it('fails as before without an earlier answer, and asks again at once', async () => {
    const { find } = scripted({ code: 'EAI_AGAIN' }, '10.0.0.1', '10.0.0.2')
    await expect(find()).rejects.toMatchObject({ code: 'EAI_AGAIN' })
    expect([await find(), await find()]).toEqual(['10.0.0.1', '10.0.0.2'])
  })

  it.each(['127.0.0.1', '::1', 'localhost'])('neither remembers %s nor lets it wait', async (host) => {
    const { find } = scripted('127.0.0.1', { code: 'EAI_AGAIN' })
    await find(host)
    await expect(find(host)).rejects.toMatchObject({ code: 'EAI_AGAIN' })
  })
})

describe('without an answer', () => {
  it('gives the last one after 100 ms, at once to those who come later, and takes the late one when it comes', async () => {
    const late = Promise.withResolvers<string>()
    const { find, asked } = scripted('10.0.0.1', late.promise, silence)
    await find()
    const timed = async () => {
      const fromMs = performance.now()
      return { address: await find(), ms: performance.now() - fromMs }
    }
    const first = await timed()
    expect(first.address).toBe('10.0.0.1')
    expect(first.ms).toBeGreaterThan(90)
    const next = await timed()
    expect(next.address).toBe('10.0.0.1')
    expect(next.ms).toBeLessThan(50)
    expect(asked()).toBe(2)
    late.resolve('10.0.0.2')
    await nextTurn()
    expect(await find()).toBe('10.0.0.2')
    expect(asked()).toBe(3)
  })

  it('gives the last one when it is told of a failure, and asks again after a second', async () => {
    const { find, asked, pass } = scripted('10.0.0.1', { code: 'EAI_AGAIN' }, '10.0.0.2')
    expect([await find(), await find(), await find()]).toEqual(['10.0.0.1', '10.0.0.1', '10.0.0.1'])
    expect(asked()).toBe(2)
    pass(1000)
    expect(await find()).toBe('10.0.0.2')
  })

  it('forgets a name that does not exist any more', async () => {
    const { find } = scripted('10.0.0.1', { code: 'ENOTFOUND' }, { code: 'EAI_AGAIN' })
    await find()
    await expect(find()).rejects.toMatchObject({ code: 'ENOTFOUND' })
    await expect(find()).rejects.toMatchObject({ code: 'EAI_AGAIN' })
  })

  it('says so once a minute for each name', async () => {
    const { find, lines, pass } = scripted('10.0.0.1', '10.0.0.1', { code: 'EAI_AGAIN' })
    const both = () => Promise.all([find('a.test'), find('b.test')])
    await both()
    for (let second = 0; second < 90; second++) {
      await both()
      pass(1000)
    }
    expect(lines.map(({ host }) => host)).toEqual(['a.test', 'b.test', 'a.test', 'b.test'])
    expect(lines[0]).toMatchObject({ level: 'warn', err: { code: 'EAI_AGAIN' } })
  })

  it.each([true, false])('connects sockets (autoSelectFamily: %s)', async (autoSelectFamily) => {
    const server = createServer((socket) => socket.end())
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const { lookup } = scripted('127.0.0.1', silence)
    const open = () => once(connect({ host: 'shop.test', port, lookup, autoSelectFamily }).resume(), 'close')
    await open()
    const fromMs = performance.now()
    await Promise.all(Array.from({ length: 10 }, open))
    expect(performance.now() - fromMs).toBeLessThan(500)
    server.close()
  })
})
