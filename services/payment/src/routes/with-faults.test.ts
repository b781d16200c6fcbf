import { PaymentFault } from '@toko/contracts'
import { type Answer, route } from '@toko/http'
import { eventually, quiet } from '@toko/testkit'
import { describe, expect, it } from 'vitest'
import type { FaultSwitches } from '../ports.ts'
import { heldRequests } from './held-requests.ts'
import { withFaults } from './with-faults.ts'

const never = () => new Promise<Answer>(() => {})

function wrapped(handle: () => Promise<Answer>, fault?: PaymentFault) {
  const held = heldRequests(quiet().log)
  const switches = { pick: async () => fault } as unknown as FaultSwitches
  const plain = route({ method: 'GET', path: '/x', summary: 'x', auth: 'service', answers: {} }, handle)
  const { spec, handle: call } = withFaults('query', switches, held, plain)
  return { held, spec, call: () => call({} as never, {} as never) }
}

describe('a route with faults', () => {
  it('keeps the limit that its budget no longer gives', async () => {
    const { spec, call } = wrapped(never)
    expect(spec.budgetMs).toBeNull()
    const startedMs = performance.now()
    await expect(call()).rejects.toMatchObject({ status: 503, code: 'dependency-unavailable' })
    expect(performance.now() - startedMs).toBeLessThan(1500)
  })

  it('does late effects, and drops those whose time has not come when the service stops', async () => {
    const done: string[] = []
    const serve = (name: string) => async () => {
      done.push(name)
      return { status: 200 }
    }
    const late = wrapped(serve('late'), PaymentFault.parse({ kind: 'late-approval', delayMs: 15_000 }))
    await expect(late.call()).rejects.toMatchObject({ status: 500 })
    const soon = wrapped(serve('soon'), PaymentFault.parse({ kind: 'error-500', effect: 'after' }))
    await expect(soon.call()).rejects.toMatchObject({ status: 500 })
    await eventually(() => expect(done).toEqual(['soon']))
    await Promise.all([late.held.stop?.(), soon.held.stop?.()])
    expect(done).toEqual(['soon'])
  })
})
