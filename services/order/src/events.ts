import { stockEvents } from '@toko/contracts'
import { type EventHandler, onEvent } from '@toko/messaging'
import { answerOverdue } from './features/answer-overdue.ts'
import { applyStockAnswer, type StockAnswer } from './features/apply-stock-answer.ts'
import type { Protocol } from './features/protocol.ts'

/**
 * What the order service hears. It decides by the order's state, never by what was heard before (R5).
 * @param onRepeat told of an answer that fits no step any more: it came before, by this way or another
 */
export function orderEventHandlers(protocol: Protocol, onRepeat: () => void = () => {}): EventHandler[] {
  const answer = async (data: StockAnswer) => {
    if (!(await applyStockAnswer(protocol, data))) onRepeat()
  }
  return [
    onEvent(stockEvents.reserved, 'reserved', ({ orderId, lines }) => answer({ orderId, status: 'held', lines })),
    onEvent(stockEvents.rejected, 'rejected', ({ orderId, reason, shortages }) =>
      answer({ orderId, status: 'released', lines: [], reason, shortages }),
    ),
    onEvent(stockEvents.released, 'released', ({ orderId }) =>
      answer({ orderId, status: 'released', lines: [], reason: 'order-ended' }),
    ),
    onEvent(stockEvents.allocated, 'allocated', ({ orderId }) => answer({ orderId, status: 'allocated', lines: [] })),
    onEvent(stockEvents.notAllocated, 'not_allocated', ({ orderId }) =>
      answer({ orderId, status: 'released', lines: [], reason: 'order-ended' }),
    ),
    onEvent(stockEvents.consumed, 'consumed', ({ orderId, shipmentIds }) =>
      answer({ orderId, status: 'allocated', lines: [], consumptions: shipmentIds }),
    ),
    onEvent(stockEvents.restocked, 'restocked', ({ orderId, refundIds }) =>
      answer({ orderId, status: 'allocated', lines: [], restocks: refundIds }),
    ),
    onEvent(stockEvents.overdue, 'overdue', ({ orderId }) => answerOverdue(protocol, orderId)),
  ]
}
