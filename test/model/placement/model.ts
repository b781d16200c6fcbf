/**
 * Placement (order-protocol.md): N orders for one SKU, one unit each, the provider, and up to two payment attempts.
 *
 * Messages may be lost, doubled, reordered or late for ever; a worker that saw `paying` may call the provider at any later
 * time; replies may be lost with the worker that asked. A crash is a worker or message that is never heard of again.
 * Abstract: each handler of the product service is one action; cancelled, rejected and expired are one `ended`; time limits
 * may pass at any moment; reads and writes of one document are one compare-and-set; prices, amounts and history are left out.
 */
import type { Model } from '../engine.ts'
import { network } from '../network.ts'
import { orderSteps } from './order-steps.ts'
import { paymentSteps } from './payment-steps.ts'
import { problemOf } from './problem.ts'
import { messages, type Rules, type Turn } from './rules.ts'
import { keyOf, opening, type Placing, type Shop } from './state.ts'
import { stockSteps } from './stock-steps.ts'

const isConfirmed = ({ status, stock }: Placing) => status === 'confirmed' && stock === 'allocated'
const isEnded = ({ status, stock }: Placing) => status === 'ended' && stock !== 'held' && stock !== 'allocated'

export function placement(given: Partial<Rules> = {}): Model<Shop> {
  const rules: Rules = {
    orders: 1,
    stock: 1,
    attempts: 1,
    loss: 'each',
    overdue: false,
    broken: new Set(),
    ...given,
  }
  const used = rules.overdue ? messages : messages.filter((message) => message !== 'Overdue')
  const net = network(used, rules.loss)
  return {
    initial: opening(rules),
    key: (shop) => keyOf(shop, net.size),
    next(shop, step) {
      shop.orders.forEach((order, who) => {
        const name = shop.orders.length > 1 ? ` of order ${who}` : ''
        const act: Turn['act'] = (label, change) => {
          const next = { ...order }
          const after = { ...shop }
          change(next, after)
          after.orders = shop.orders.with(who, next)
          step(`${label}${name}`, after)
        }
        const turn: Turn = {
          order,
          shop,
          rules,
          net,
          act,
          on(message, handle) {
            for (const { label, left } of net.deliveries(order.net, message))
              act(label, (next, after) => {
                next.net = left
                handle(next, after)
              })
          },
          send(next, message) {
            next.net |= net.bit[message]
          },
        }
        for (const { label, left } of net.losses(order.net))
          act(label, (next) => {
            next.net = left
          })
        orderSteps(turn)
        stockSteps(turn)
        paymentSteps(turn)
      })
    },
    problem: (shop) => problemOf(shop, rules.stock, net.bit.Release),
    isEnd: ({ orders }) => orders.every((order) => isConfirmed(order) || isEnded(order)),
    goals: {
      [`${Math.min(rules.orders, rules.stock)} confirmed`]: ({ orders }) =>
        orders.filter(isConfirmed).length === Math.min(rules.orders, rules.stock),
      'a voided payment': ({ orders }) => orders.some(({ keys }) => keys.includes('voided')),
      ...(rules.attempts > 1
        ? { 'confirmed by the second attempt': ({ orders }) => orders.some((o) => isConfirmed(o) && o.attempt === 2) }
        : {}),
    },
  }
}
