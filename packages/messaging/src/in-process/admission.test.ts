import { describe, expect, it } from 'vitest'
import { BusBlockedError } from '../errors.ts'
import { createAdmission } from './admission.ts'
import type { Queue } from './queue-port.ts'

function fakeQueue(isFull = false) {
  const state = { isFull, held: new Set<string>() }
  const queue = { isFull: () => state.isFull, holds: (id: string) => state.held.has(id) } as Queue
  return { queue, state }
}

describe('admission', () => {
  function setUp(maxWaiting = 10) {
    const [full, free] = [fakeQueue(true), fakeQueue()]
    const admitted: string[] = []
    const admission = createAdmission(maxWaiting)
    const enter = (id: string, ...queues: { queue: Queue }[]) =>
      admission.enter({ id, queues: queues.map(({ queue }) => queue), admit: () => void admitted.push(id) })
    return { full, free, admitted, admission, enter }
  }

  it('admits at once where there is room', () => {
    const { free, admitted, enter } = setUp()
    enter('a', free)
    expect(admitted).toEqual(['a'])
  })

  it('lets nobody overtake an earlier publish to the same queue', () => {
    const { full, free, admitted, admission, enter } = setUp()
    enter('both', full, free)
    enter('free', free)
    admission.released()
    expect(admitted).toEqual([])
    full.state.isFull = false
    admission.released()
    expect(admitted).toEqual(['both', 'free'])
  })

  it('lets others past a publish that waits for another queue', () => {
    const { full, free, admitted, admission, enter } = setUp()
    enter('blocked', full)
    enter('free', free)
    expect([admitted, admission.waiting()]).toEqual([['free'], 1])
  })

  it('needs no room for a message that the queue holds already', () => {
    const { full, admitted, enter } = setUp()
    full.state.held.add('again')
    enter('again', full)
    expect(admitted).toEqual(['again'])
  })

  it('forgets who left the line, and refuses who finds it full', () => {
    const { full, admitted, admission, enter } = setUp(1)
    const leave = enter('impatient', full)
    expect(() => enter('too many', full)).toThrow(BusBlockedError)
    leave()
    full.state.isFull = false
    admission.released()
    expect([admitted, admission.waiting()]).toEqual([[], 0])
  })
})
