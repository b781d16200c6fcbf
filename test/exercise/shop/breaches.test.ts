import { describe, expect, it } from 'vitest'
import { breachesSeen } from './breaches.ts'
import type { Answered, PlacedOrder } from './traffic.ts'

const answers = (count: number, given: Partial<Answered> = {}): Answered[] =>
  Array.from({ length: count }, () => ({ atMs: 1000, isRead: true, status: 200, ms: 20, ...given }))
const orders = (count: number, finalMs: number | undefined): PlacedOrder[] =>
  Array.from({ length: count }, (_, n) => ({ id: String(n), atMs: 1000, finalMs, status: 'confirmed' }))
const seen = (given: { answers?: Answered[]; orders?: PlacedOrder[] }) =>
  breachesSeen({ answers: [], orders: [], ...given }, 0, 2000)

describe('what clients saw missed', () => {
  it('is nothing where all went well, and nothing of another time', () => {
    expect(seen({ answers: answers(100), orders: orders(10, 2000) })).toEqual([])
    expect(seen({ answers: answers(10, { status: 500, atMs: 3000 }) })).toEqual([])
  })

  it('takes three bad events, whatever share they are', () => {
    expect(seen({ answers: answers(2, { status: 500 }) })).toEqual([])
    expect(seen({ answers: [...answers(100), ...answers(3, { status: 500 })] })).toEqual(['availability'])
  })

  it('counts no answer as a bad one, and a refusal as a good one', () => {
    expect(seen({ answers: answers(3, { status: null }) })).toEqual(['availability'])
    expect(seen({ answers: answers(30, { status: 409 }) })).toEqual([])
  })

  it('times reads alone', () => {
    expect(seen({ answers: answers(3, { ms: 400 }) })).toEqual(['latency'])
    expect(seen({ answers: answers(3, { ms: 400, isRead: false }) })).toEqual([])
  })

  it('counts orders that were final too late, and those that never were', () => {
    expect(seen({ orders: orders(3, 32_000) })).toEqual(['outcome'])
    expect(seen({ orders: orders(3, undefined) })).toEqual(['outcome'])
  })
})
