import { describe, expect, it } from 'vitest'
import { composeParts, type Part } from './part.ts'

function recorded() {
  const events: string[] = []
  const part = (name: string, failing?: 'start' | 'stop'): Part => ({
    name,
    start: async () => {
      events.push(`start ${name}`)
      if (failing === 'start') throw new Error(`${name} can't start`)
    },
    stop: async () => {
      events.push(`stop ${name}`)
      if (failing === 'stop') throw new Error(`${name} can't stop`)
    },
  })
  return { events, part }
}

describe('composeParts', () => {
  it('starts in order and stops in reverse', async () => {
    const { events, part } = recorded()
    const whole = composeParts('shop', [part('a'), part('b')])
    await whole.start?.()
    await whole.stop?.()
    expect(events).toEqual(['start a', 'start b', 'stop b', 'stop a'])
  })

  it('frees what was started when a later part fails, and rejects with that failure', async () => {
    const { events, part } = recorded()
    const whole = composeParts('shop', [part('a'), part('b', 'start'), part('c')])
    await expect(whole.start?.()).rejects.toThrow("b can't start")
    expect(events).toEqual(['start a', 'start b', 'stop b', 'stop a'])
  })

  it('stops the others when one does not stop cleanly, and says so', async () => {
    const { events, part } = recorded()
    const whole = composeParts('shop', [part('a'), part('b', 'stop')])
    await whole.start?.()
    await expect(whole.stop?.()).rejects.toThrow('1 parts did not stop cleanly')
    expect(events.at(-1)).toBe('stop a')
  })

  it('is ready when all parts are', async () => {
    let isReady = false
    const whole = composeParts('shop', [{ name: 'a' }, { name: 'b', ready: async () => void (isReady || fail()) }])
    await expect(whole.ready?.()).rejects.toThrow('not yet')
    isReady = true
    await expect(whole.ready?.()).resolves.toBeUndefined()
  })
})

function fail(): never {
  throw new Error('not yet')
}
