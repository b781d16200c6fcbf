/**
 * Goods after placement (ADR 12): one order of two units between its document and the product service, from authorised on.
 * Cancel, two shipments of one unit, deliveries, returns and refunds that bring goods back, with messages that are lost,
 * doubled, reordered or late for ever, a notice of an overdue hold from before among them.
 *
 * Abstract: each handler of the product service is one action (its writes are `stock/`); money is `isCaptured` and one step
 * `money is back` (its model is `money/`); one SKU, one unit per shipment and per restock; the 30 days of a return may pass
 * at any moment. An alarm is a problem here: the protocol must not cry when nothing is wrong.
 */
import type { Model } from '../engine.ts'
import { network } from '../network.ts'
import { orderSteps } from './order-steps.ts'
import { productSteps } from './product-steps.ts'
import { type Broken, messages, type Turn } from './rules.ts'
import { type Goods, keyOf, opening, ordered } from './state.ts'

function stockProblem({ available, reserved, left, back, shipments, restocks }: Goods): string | undefined {
  if (available < 0 || reserved < 0) return 'negative stock'
  if (available + reserved + left !== ordered + back) return 'stock not conserved'
  if (left > shipments.length) return 'more left the stock than was shipped'
  return back > restocks.length ? 'more came back than was refunded' : undefined
}

function orderProblem(state: Goods): string | undefined {
  const { status, reservation, shipments, restocks, returns, consumptions, isCaptured } = state
  if (shipments.length > ordered) return 'more shipped than ordered'
  if (returns > shipments.length) return 'more returned than shipped'
  if (restocks.length > shipments.length) return 'more restocked than shipped'
  const paid = restocks.flatMap(({ of }) => of ?? [])
  if (new Set(paid).size < paid.length) return 'a return is paid twice'
  if (shipments.some((each, index) => each === 'delivered' && (consumptions & (1 << index)) === 0))
    return 'delivered, but never taken from the stock'
  const isAllDelivered = shipments.length === ordered && shipments.every((each) => each === 'delivered')
  if (status === 'completed' && !isAllDelivered) return 'completed, but not all delivered'
  if (shipments.length > 0 && !isCaptured) return 'shipped, but not captured'
  const hasGoods = reservation === 'allocated' || reservation === 'consumed'
  if (['confirmed', 'shipped', 'completed'].includes(status) && !hasGoods) return 'paid, but the stock is gone'
  const isOff = ['freeing', 'refunding', 'cancelled'].includes(status)
  if (isOff && shipments.length > 0) return 'cancelled with a shipment'
  return status === 'cancelled' && reservation !== 'released' ? 'cancelled, but stock is allocated' : undefined
}

/** Nothing is under way in the documents; people may or may not go on. */
function isEnd({ status, isCaptured, shipments, restocks }: Goods): boolean {
  if (status === 'cancelled') return true
  const isQuiet = shipments.every((state) => state !== 'requested') && restocks.every(({ state }) => state === 'done')
  return ['confirmed', 'shipped', 'completed'].includes(status) && isCaptured && isQuiet
}

export function goods(broken: Broken = new Set()): Model<Goods> {
  const net = network(messages, 'all')
  return {
    initial: opening(net.bit.Allocate | net.bit.Overdue),
    key: keyOf,
    next(state, step) {
      const act: Turn['act'] = (label, change) => step(label, { ...state, ...change })
      const send: Turn['send'] = (label, change, ...sent) => {
        const under = sent.reduce((bits, message) => bits | net.bit[message], state.net)
        step(label, { ...state, ...change, net: under })
      }
      const on: Turn['on'] = (message, change, ...sent) => {
        for (const { label } of net.deliveries(state.net, message)) send(label, change, ...sent)
      }
      const turn: Turn = { goods: state, broken, net, act, send, on }
      for (const { label, left } of net.losses(state.net)) act(label, { net: left })
      orderSteps(turn)
      productSteps(turn)
    },
    problem: (state) =>
      (state.alarm === '' ? undefined : `alarm: ${state.alarm}`) ?? stockProblem(state) ?? orderProblem(state),
    isEnd,
    goals: {
      'cancelled after confirmed': ({ status }) => status === 'cancelled',
      'completed, all back on the shelf': ({ status, back }) => status === 'completed' && back === ordered,
      'shipped in part, one unit returned': ({ status, shipments, restocks }) =>
        status === 'shipped' &&
        shipments.length === 1 &&
        restocks.some(({ of, state }) => of === 0 && state === 'done'),
    },
  }
}
