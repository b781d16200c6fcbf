import { PaymentFaults } from '@toko/contracts'
import { describe, expect, it } from 'vitest'
import type { FaultStore, StoredFaults } from '../store/fault-store.ts'
import { makeFaultSwitches } from './fault-switches.ts'

/** One process's memory in place of the shared document. */
function memoryStore() {
  let stored: StoredFaults = { ...PaymentFaults.parse({}), faults: [] }
  let reads = 0
  let failsNext = false
  const store: FaultStore = {
    async read() {
      reads++
      if (failsNext) {
        failsNext = false
        throw new Error('not reachable')
      }
      return structuredClone(stored)
    },
    async replace(faults) {
      stored = { ...faults, faults: faults.faults.map((fault, index) => ({ ...fault, id: String(index) })) }
    },
    async claim(id) {
      const fault = stored.faults.find((each) => each.id === id)
      if (!fault?.remaining) return false
      fault.remaining--
      return true
    },
    nextDraw: async () => 1,
  }
  return { store, reads: () => reads, failNext: () => (failsNext = true) }
}

const faultsOf = (...faults: object[]) => PaymentFaults.parse({ faults })

describe('fault switches', () => {
  it('ask the database once per cache life, also for many calls at once', async () => {
    const { store, reads } = memoryStore()
    const switches = makeFaultSwitches({ store, cacheMs: 60_000, random: () => 0 })
    await Promise.all(Array.from({ length: 100 }, () => switches.pick('query')))
    expect(reads()).toBe(1)
  })

  it('see a change of their own at once, and that of another replica after the cache life', async () => {
    const { store } = memoryStore()
    const own = makeFaultSwitches({ store, cacheMs: 60_000, random: () => 0 })
    const other = makeFaultSwitches({ store, cacheMs: 0, random: () => 0 })
    await own.pick('query')
    await own.replace(faultsOf({ kind: 'delay' }))
    expect([(await own.pick('query'))?.kind, (await other.pick('query'))?.kind]).toEqual(['delay', 'delay'])
  })

  it('do not keep a failed read', async () => {
    const { store, failNext } = memoryStore()
    const switches = makeFaultSwitches({ store, cacheMs: 60_000, random: () => 0 })
    failNext()
    await expect(switches.pick('query')).rejects.toThrow('not reachable')
    expect(await switches.pick('query')).toBeUndefined()
  })

  it('take the first fault that hits: one without luck or without rest lets the next one act', async () => {
    const { store } = memoryStore()
    const switches = makeFaultSwitches({ store, cacheMs: 60_000, random: () => 0.5 })
    await switches.replace(
      faultsOf({ kind: 'malformed', probability: 0.5 }, { kind: 'reset', remaining: 1 }, { kind: 'delay' }),
    )
    expect((await switches.pick('query'))?.kind).toBe('reset')
    expect((await switches.pick('query'))?.kind).toBe('delay')
    expect((await switches.show()).faults[1]).toMatchObject({ kind: 'reset', remaining: 0 })
  })
})
