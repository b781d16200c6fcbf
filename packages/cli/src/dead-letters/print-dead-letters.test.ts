import type { DeadLetter } from '@toko/contracts'
import { describe, expect, it } from 'vitest'
import type { Output } from '../io/output.ts'
import { ageOf, printDeadLetter, printDeadLetters } from './print-dead-letters.ts'

const letter: DeadLetter = {
  id: 'evt_1',
  queue: 'evt-order-order_placed--product.reserve',
  type: 'order_placed',
  subject: 'ord_1',
  reason: 'exhausted',
  attempts: 5,
  error: { name: 'Error', message: 'no stock database' },
  parkedAt: '2026-01-01T00:00:00.000Z',
}
const nowMs = Date.parse('2026-01-01T00:05:00.000Z')
function written(print: (output: Output) => void): string {
  const lines: string[] = []
  const line = (text = '') => void lines.push(text)
  print({ isTty: false, line, json: line, note: line, paint: (_, text) => text })
  return lines.join('\n')
}

describe('dead letters for a person', () => {
  it('are a row each, and how many there are in all', () => {
    const queues = [{ queue: letter.queue, parked: 7 }]
    const text = written((output) => printDeadLetters(output, [letter], queues, nowMs))
    expect(text).toMatch(/^id +queue +type +subject +reason +attempts +age$/m)
    expect(text).toMatch(/^evt_1 +evt-order-order_placed--product.reserve +order_placed +ord_1 +exhausted +5 +5 min$/m)
    expect(text).toMatch(/^7 in all: 7 × evt-order-order_placed--product.reserve$/m)
    expect(written((output) => printDeadLetters(output, [], [{ queue: 'q', parked: 0 }], nowMs))).toBe(
      'no dead letters',
    )
  })

  it('are shown with facts, headers and body, and no control characters of anybody', () => {
    const shown = { ...letter, headers: { cloudEvents_id: 'evt_1' }, body: '{"a":\n"\u001b[2J"}', bodyBytes: 13 }
    const text = written((output) => printDeadLetter(output, shown, nowMs))
    expect(text).toMatch(/^error +Error: no stock database$/m)
    expect(text).toMatch(/^parked +2026-01-01T00:00:00.000Z \(5 min ago\)$/m)
    expect(text).toMatch(/^cloudEvents_id +evt_1$/m)
    expect(text).toContain('Body, 13 bytes\n{"a":\n"�[2J"}')
    expect(written((output) => printDeadLetter(output, { ...shown, body: null }, nowMs))).toContain('withheld')
  })

  it.each([
    [0, '0 s'],
    [119_000, '119 s'],
    [120_000, '2 min'],
    [7_200_000, '2 h'],
    [200_000_000, '2 d'],
    [-5_000, '0 s'],
  ])('%i ms are %s old', (ms, text) => {
    expect(ageOf(new Date(nowMs - ms).toISOString(), nowMs)).toBe(text)
  })

  it('of an unknown age are of an unknown age', () => {
    expect(ageOf('', nowMs)).toBe('?')
  })
})
