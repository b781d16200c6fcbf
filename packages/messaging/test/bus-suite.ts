import { afterEach, beforeEach, describe } from 'vitest'
import type { BusHarness, Fresh, SuiteBus, SuiteSettings } from './harness.ts'
import { deadLetterCases } from './suite/dead-letters.ts'
import { lifecycleCases } from './suite/lifecycle.ts'
import { publishCases } from './suite/publish.ts'
import { queueCases } from './suite/queues.ts'
import { retryCases } from './suite/retries.ts'
import { rpcErrorCases } from './suite/rpc-errors.ts'
import { rpcCases } from './suite/rpc.ts'

const settings: SuiteSettings = {
  retryDelaysMs: [20, 40, 60, 80],
  maxFailures: 5,
  handlerLimitMs: 300,
  maxPendingCalls: 5,
}

/** What every adapter behind the bus port does; an adapter passes when all cases do (messaging.md, "Conformance suite"). */
export function busSuite(harness: BusHarness): void {
  describe(`bus over ${harness.adapter}`, () => {
    let current: SuiteBus | undefined
    const fresh: Fresh = () => {
      if (!current) throw new Error('no bus: fresh() is for use inside a case')
      return current
    }
    beforeEach(async () => {
      current = await harness.create(settings)
    })
    afterEach(async () => {
      await current?.bus.stop?.()
      current = undefined
    })

    describe('publish', () => {
      publishCases(fresh)
    })
    describe('queues', () => {
      queueCases(fresh)
    })
    describe('retries and dead letters', () => {
      retryCases(fresh)
    })
    describe('dead letters', () => {
      deadLetterCases(fresh)
    })
    describe('rpc', () => {
      rpcCases(fresh)
    })
    describe('rpc errors', () => {
      rpcErrorCases(fresh)
    })
    describe('lifecycle', () => {
      lifecycleCases(fresh)
    })
  })
}
