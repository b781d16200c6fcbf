import type { AuditedOrder } from '@toko/contracts'
import type { Index } from './books.ts'
import { check, type Finding } from './finding.ts'

type Step = AuditedOrder['history'][number]

/** The picture of order-protocol.md and docs/adr/0012, written down apart from the code that it checks. */
const next: Readonly<Record<string, readonly string[]>> = {
  pending: ['reserved', 'rejected', 'cancelling'],
  reserved: ['paying', 'cancelling'],
  paying: ['authorised', 'reserved', 'cancelling', 'voiding'],
  voiding: ['cancelling'],
  authorised: ['confirmed'],
  cancelling: ['cancelled', 'expired', 'rejected'],
  confirmed: ['shipped', 'freeing'],
  freeing: ['refunding'],
  refunding: ['cancelled'],
  shipped: ['completed'],
}

/** Steps that stay in their status, by what is done. */
const acts: Readonly<Record<string, readonly string[]>> = {
  confirmed: ['refund', 'refunded'],
  shipped: ['shipment', 'delivery', 'refund', 'refunded', 'return'],
  completed: ['refund', 'refunded', 'return'],
}
/** The acts that change the status; every other change comes by itself, or by a cancellation. */
const changingActs: Readonly<Record<string, string>> = { shipped: 'shipment', completed: 'delivery' }

function isInThePicture(from: Step, to: Step): boolean {
  const stays = from.status === to.status
  if (stays) return to.act !== undefined && acts[from.status]?.includes(to.act) === true
  return next[from.status]?.includes(to.status) === true && (to.act === undefined || changingActs[to.status] === to.act)
}

const name = ({ status, act }: Step) => (act === undefined ? status : `${status} (${act})`)

/** I4: the history is a path of the picture, version by version, and ends where the order is. */
export function historyIsAPath({ orders }: Index): Finding {
  return check('I4', 'history is a path, version +1 each, final stays final', orders, ({ id, history, ...order }) => [
    (history[0]?.status !== 'pending' || history[0].version !== 1) && `${id}: does not begin as pending, version 1`,
    ...history.slice(1).map((step, index) => {
      const from = history[index]!
      if (step.version !== from.version + 1) return `${id}: version ${step.version} follows ${from.version}`
      return !isInThePicture(from, step) && `${id}: ${from.status} → ${name(step)}`
    }),
    history.at(-1)?.status !== order.status &&
      `${id}: ${order.status}, but its history ends as ${history.at(-1)?.status}`,
    history.at(-1)?.version !== order.version &&
      `${id}: version ${order.version}, its history ${history.at(-1)?.version}`,
  ])
}
