import { describe, expect, it } from 'vitest'
import { placed, reservation } from '../domain/order.fixture.ts'
import { alertOfAnswer } from './alert-of-answer.ts'
import type { Protocol } from './protocol.ts'

function alertsOf(reason: 'order-ended' | 'order-freed'): string[] {
  const raised: string[] = []
  const protocol = { alerts: { raise: (kind: string) => void raised.push(kind) } } as unknown as Protocol
  alertOfAnswer(protocol, placed({ status: 'authorised' }), reservation({ status: 'released', reason }))
  return raised
}

describe('an answer that the stock of a paid order is released', () => {
  it('is an alarm', () => {
    expect(alertsOf('order-ended')).toEqual(['not-allocated'])
  })

  it('is none for a process that slept through the confirmation and the cancellation of the order', () => {
    expect(alertsOf('order-freed')).toEqual([])
  })
})
