import type { Draft, Placing, Shop } from './state.ts'
import type { Turn } from './rules.ts'

/** A hold ends: back to the shelf, or on to a paid order. */
function endHold(order: Draft<Placing>, shop: Draft<Shop>, end: 'released' | 'allocated'): void {
  shop.held--
  if (end === 'released') shop.available++
  else shop.allocated++
  order.stock = end
}

/** The product service, each handler one action: how it gets there write by write is the model of `stock/`. */
export function stockSteps({ order, rules: { broken, overdue }, act, on, send }: Turn): void {
  on('Reserve', (next, shop) => {
    if (next.stock !== 'absent')
      return send(next, next.stock === 'held' || next.stock === 'allocated' ? 'Reserved' : 'Rejected')
    if (shop.available < 1) {
      next.stock = 'rejected'
      return send(next, 'Rejected')
    }
    shop.available--
    shop.held++
    next.stock = 'held'
    send(next, 'Reserved')
  })
  on('Release', (next, shop) => {
    if (next.stock === 'allocated') {
      if (!broken.has('plainReleaseFrees')) return
      shop.allocated--
      shop.available++
      next.stock = 'released'
    }
    if (next.stock === 'held') endHold(next, shop, 'released')
    else if (next.stock === 'absent' && !broken.has('noTombstone')) next.stock = 'released'
    send(next, 'Released')
  })
  on('Allocate', (next, shop) => {
    if (next.stock === 'held') endHold(next, shop, 'allocated')
    else if (next.stock !== 'allocated' && !broken.has('commitAny')) return
    send(next, 'Allocated')
  })
  if (order.stock !== 'held') return
  if (overdue) act('hold is overdue', (next) => send(next, 'Overdue'))
  if (broken.has('clockRelease')) act('hold expires', (next, shop) => endHold(next, shop, 'released'))
}
