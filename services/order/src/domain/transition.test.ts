import { describe, expect, it } from 'vitest'
import { OrderStatus } from '@toko/contracts'
import { attempt, limits, placed } from './order.fixture.ts'
import { isFinal, nextStatuses } from './status.ts'
import { eventsOf } from './events-of.ts'
import { moveTo } from './transition.ts'

const at = { nowMs: 1_000_000, limits }
const pairs = OrderStatus.options.flatMap((from) => OrderStatus.options.map((to) => [from, to] as const))

describe('the picture of an order', () => {
  it.each(pairs.filter(([from, to]) => nextStatuses[from].includes(to)))(
    '%s → %s: version and history grow by one',
    (from, to) => {
      const order = placed({ status: from, version: 4 })
      const moved = moveTo(order, to, at, {}, from === to ? 'refund' : undefined).to
      expect(moved).toMatchObject({ status: to, version: 5, attempts: 0 })
      expect(moved.history).toHaveLength(order.history.length + 1)
      expect(moved.history.at(-1)).toMatchObject({ version: 5, status: to, at: at.nowMs })
    },
  )

  it.each(pairs.filter(([from, to]) => !nextStatuses[from].includes(to)))('%s → %s is refused', (from, to) => {
    expect(() => moveTo(placed({ status: from }), to, at)).toThrow('is not a step')
  })

  it.each(['confirmed', 'shipped', 'completed'] as const)(
    '%s is left by nothing that is not called an act',
    (status) => {
      expect(() => moveTo(placed({ status }), status, at)).toThrow('is not a step')
      expect(moveTo(placed({ status }), status, at, {}, 'return').to.history.at(-1)).toMatchObject({ act: 'return' })
    },
  )

  it('has six final statuses for placement, three of them without any way out', () => {
    const finals = OrderStatus.options.filter(isFinal)
    expect(finals.toSorted()).toEqual(['cancelled', 'completed', 'confirmed', 'expired', 'rejected', 'shipped'])
    expect(finals.filter((each) => nextStatuses[each].length === 0)).toHaveLength(3)
  })

  it('every status that is not final is found by a sweeper from its own document (R9)', () => {
    const steps = pairs.filter(([from, to]) => nextStatuses[from].includes(to) && !isFinal(to))
    for (const [from, to] of steps) expect(moveTo(placed({ status: from }), to, at).to.dueAt).toBeGreaterThan(at.nowMs)
    expect(steps.length).toBeGreaterThan(8)
  })

  it('keeps looking after a confirmed order until it is captured, and drops what ended otherwise', () => {
    const payments = [attempt({ state: 'approved' })]
    expect(moveTo(placed({ status: 'authorised', payments }), 'confirmed', at).to.dueAt).toBeDefined()
    expect(moveTo(placed({ status: 'cancelling' }), 'cancelled', at).to).not.toHaveProperty('dueAt')
  })

  it.each([
    ['pending', 'order_placed'],
    ['cancelling', 'order_cancelling'],
    ['authorised', 'order_authorised'],
    ['confirmed', 'order_confirmed'],
    ['rejected', 'order_cancelled'],
    ['expired', 'order_cancelled'],
  ] as const)('%s says %s, with its full state and version', (status, type) => {
    const [event] = eventsOf(placed({ status, version: 7 }))
    expect(event).toMatchObject({ definition: { type }, version: 7, data: { status, version: 7 } })
    expect(event!.definition.data.safeParse(event!.data).success).toBe(true)
  })
})
