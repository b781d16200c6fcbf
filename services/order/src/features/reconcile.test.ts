import { fakeClock } from '@toko/testkit'
import { describe, expect, it } from 'vitest'
import type { Difference } from '../domain/differences.ts'
import { makeReconcile } from './reconcile.ts'
import { confirmedAt, idAt, memoryBooks, paymentOf, reservationOf } from './reconcile.test-support.ts'

const startMs = Date.parse('2026-11-24T12:00:00Z')
const hourMs = 3_600_000
const limits = { reconcileEveryMs: 60_000, reconcileBatch: 10, reconcileCycleMs: hourMs, reconcileSettleMs: 120_000 }

/** `count` orders of a day ago, one a minute, and a job that has just been started. */
function shop(count: number, change: Partial<typeof limits> = {}) {
  const orders = Array.from({ length: count }, (_, n) => confirmedAt(startMs - 24 * hourMs + n * 60_000))
  const books = memoryBooks(orders)
  const clock = fakeClock(startMs)
  const told: string[] = []
  const finished: { counts: ReadonlyMap<string, number>; checkedOrders: number }[] = []
  const tell =
    (what: string) =>
    ({ rule, subject }: Difference) =>
      void told.push(`${what} ${rule} ${subject}`)
  const outcome = {
    appeared: tell('new'),
    gone: tell('gone'),
    finished: (run: (typeof finished)[number]) => void finished.push(run),
  }
  const { store, neighbours } = books
  const job = makeReconcile({ orders: store, neighbours, outcome, clock, limits: { ...limits, ...change } })
  const tick = async () => {
    clock.advance(60_000)
    await job.run(new AbortController().signal)
  }
  const untilCycle = async () => {
    for (let runs = 1; ; runs++) {
      await tick()
      if (job.report().lastCycleAt) return runs
    }
  }
  return { ...books, clock, told, finished, job, tick, untilCycle }
}

describe('reconcile', () => {
  it('finds nothing in sound books, though it looks at all of them', async () => {
    const { untilCycle, job, told, finished } = shop(35)
    await untilCycle()
    expect(told).toEqual([])
    expect(job.report()).toMatchObject({ differences: [], isComplete: true })
    expect(finished.reduce((sum, { checkedOrders }) => sum + checkedOrders, 0)).toBeGreaterThanOrEqual(35)
    expect(finished.at(-1)!.counts.get('I9')).toBe(0)
    expect(finished.at(-1)!.counts.size).toBeGreaterThan(13)
  })

  it('goes round in batches: so many orders a run that the cycle is kept', async () => {
    expect(await shop(35).untilCycle()).toBe(4)
    // As many minutes as batches of 10.
    expect(await shop(115, { reconcileCycleMs: 12 * 60_000 }).untilCycle()).toBe(12)
    // A shorter cycle takes more batches a run.
    expect(await shop(115, { reconcileCycleMs: 3 * 60_000 }).untilCycle()).toBe(3)
    const { calls, tick } = shop(115)
    await tick()
    expect(calls.filter((call) => call.startsWith('reservations')).length).toBeLessThan(5)
  })

  it('looks at an order once it is final and quiet, without waiting for the cycle', async () => {
    const { orders, tick, told } = shop(100)
    const fresh = confirmedAt(startMs + 30_000)
    orders.push(fresh) // no reservation, no payment: everything about it is wrong
    await tick()
    await tick()
    expect(told).toEqual([]) // younger than the settle limit
    await tick()
    const { _id } = fresh
    expect(told).toEqual([`new I6 ${_id}`, `new I9 ${_id}`, `new I12 ${_id}`, `new M3 ${_id}:1`])
    await tick()
    expect(told).toHaveLength(4)
  })

  it('finds what only one of the books knows', async () => {
    const { reservations, payments, stock, untilCycle, told } = shop(25)
    const [lost, charged, stray] = [5, 10, 15].map((n) => confirmedAt(startMs - 12 * hourMs + n))
    reservations.push({ ...reservationOf(lost!), status: 'released' })
    payments.push(paymentOf(charged!))
    stock[1]!.entries.push({ orderId: stray!._id, quantity: 1, state: 'A', epoch: 1 })
    Object.assign(stock[1]!, { available: 999, reserved: 1 })
    await untilCycle()
    expect(new Set(told)).toEqual(new Set([`new I7 ${lost!._id}`, `new I7 ${charged!._id}:1`, 'new S5 TEA-2']))
  })

  it('finds orders that are stuck before they are final', async () => {
    const { orders, tick, told } = shop(100)
    const statuses = ['pending', 'reserved', 'paying'] as const
    const { payments: _, ...rest } = confirmedAt(startMs - hourMs)
    const history = statuses.map((status, n) => ({ version: n + 1, status, at: startMs - hourMs }))
    const payment = { ...confirmedAt(startMs - hourMs).payments[0]!, state: 'unknown' as const }
    // Its sweeper writes again and again, so its last write is always of just now.
    orders.push({
      ...rest,
      status: 'paying',
      version: 3,
      history,
      payments: [payment],
      updatedAt: new Date(startMs + hourMs),
    })
    await tick()
    expect(told).toEqual([`new I8 ${idAt(startMs - hourMs)}`])
  })

  it('tells a difference once, keeps it until it is gone, and looks at it in every run', async () => {
    const { payments, tick, told, job } = shop(100)
    const twice = payments[3]!.effects
    twice.push(twice[1]!)
    await tick()
    expect(told).toEqual(expect.arrayContaining([expect.stringContaining('new M6')]))
    const count = told.length
    await tick()
    await tick()
    expect(told).toHaveLength(count)
    const { rule, firstSeenAt, lastSeenAt } = job.report().differences.find((each) => each.rule === 'M6')!
    expect(rule).toBe('M6')
    expect(Date.parse(lastSeenAt) - Date.parse(firstSeenAt)).toBe(120_000)
    twice.pop()
    await tick()
    expect(told.filter((line) => line.startsWith('gone'))).toHaveLength(count)
    expect(job.report().differences).toEqual([])
  })

  it('believes no difference that the second reading does not show', async () => {
    const { reservations, neighbours, tick, told } = shop(5)
    const [missing] = reservations.splice(2, 1)
    const read = neighbours.reservations
    let readings = 0
    neighbours.reservations = async (selection) => {
      // Read in the middle of a change: the second time it is there.
      if (selection.ids && ++readings === 2) reservations.push(missing!)
      return read(selection)
    }
    await tick()
    expect(readings).toBeGreaterThanOrEqual(2)
    expect(told).toEqual([])
  })

  it('says nothing about what it could not read, and goes on where it was', async () => {
    const { neighbours, payments, tick, told, job, finished } = shop(5)
    payments[0]!.effects.push(payments[0]!.effects[1]!)
    const read = neighbours.payments
    neighbours.payments = () => Promise.reject(new Error('not there'))
    await expect(tick()).rejects.toThrow('not there')
    expect([told, finished]).toEqual([[], []])
    expect(job.report().lastSuccessAt).toBeNull()
    neighbours.payments = read
    await tick()
    expect(told).toContain(`new M6 ${payments[0]!.key}`)
    expect(job.report().lastSuccessAt).not.toBeNull()
  })

  it('changes nothing, also when two replicas run it at once', async () => {
    const { orders, reservations, payments, stock, store, neighbours, job, clock } = shop(30)
    payments[3]!.effects.push(payments[3]!.effects[1]!)
    reservations.splice(5, 1)
    const before = structuredClone({ orders, reservations, payments, stock })
    const outcome = { appeared() {}, gone() {}, finished() {} }
    const other = makeReconcile({ orders: store, neighbours, outcome, clock, limits })
    const { signal } = new AbortController()
    for (let run = 0; run < 5; run++) {
      clock.advance(60_000)
      await Promise.all([job.run(signal), other.run(signal)])
    }
    expect({ orders, reservations, payments, stock }).toEqual(before)
    expect(job.report().differences.length).toBeGreaterThan(3)
    expect(other.report().counts).toEqual(job.report().counts)
  })

  it('stops between two batches when it is told to', async () => {
    const { neighbours, store, job, clock, calls } = shop(100, { reconcileCycleMs: 60_000 })
    const stopping = new AbortController()
    const read = neighbours.payments
    neighbours.payments = async (selection) => {
      stopping.abort()
      return read(selection)
    }
    clock.advance(60_000)
    await job.run(stopping.signal)
    expect(await store.count()).toBe(100)
    expect(calls.length).toBeLessThan(15)
    expect(job.report().lastSuccessAt).toBeNull()
  })
})
