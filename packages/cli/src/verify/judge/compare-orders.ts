import { createHash } from 'node:crypto'
import type { Books } from '@toko/audit'
import type { AuditedOrder } from '@toko/contracts'
import type { RunRecord } from '../history/record.ts'
import { acknowledgedIds, type SentKey } from '../history/sent-keys.ts'
import type { BrokenPromises } from './verdict.ts'

const hashOf = (key: string) => createHash('sha256').update(key).digest('hex')
const nameOf = (userId: string, keyHash: string) => `${userId} ${keyHash}`

type Compared = Pick<BrokenPromises, 'lost' | 'unexpected' | 'doubled'> & { readonly recovered: number }

/** What the shop said to its clients, beside the orders that are there. */
export function compareOrders(run: RunRecord, keys: readonly SentKey[], { orders }: Pick<Books, 'orders'>): Compared {
  const places = keys.filter(({ intent }) => intent.op === 'place')
  const byId = new Map(orders.map((order) => [order.id, order]))
  const byKey = Map.groupBy(orders, ({ userId, idempotencyKeyHash }) => nameOf(userId, idempotencyKeyHash))
  const sent = new Map(places.map((each) => [nameOf(each.intent.userId, hashOf(each.key)), each]))
  const ofKey = ({ key, intent }: SentKey) => byKey.get(nameOf(intent.userId, hashOf(key))) ?? []

  const users = new Set(run.users)
  const unexpected = orders.flatMap(({ id, userId, idempotencyKeyHash }) => {
    if (!users.has(userId)) return [] // somebody else bought what this run sells
    const known = sent.get(nameOf(userId, idempotencyKeyHash))
    if (!known) return [`${id}: nobody sent it`]
    return known.outcome === 'fail' ? [`${id}: every attempt of ${known.key} was refused`] : []
  })
  return {
    lost: [...places.flatMap((each) => lostOrders(each, ofKey(each), byId)), ...lostActs(keys, byId)],
    unexpected,
    doubled: [
      ...places.flatMap((each) => doubledOrders(each, ofKey(each))),
      ...sharedCarts(orders),
      ...doubledActs(keys),
    ],
    recovered: places.filter((each) => each.wasUnknown && ofKey(each).length === 1).length,
  }
}

function lostOrders(sent: SentKey, made: readonly AuditedOrder[], byId: ReadonlyMap<string, AuditedOrder>): string[] {
  if (sent.outcome === 'ok' && made.length === 0)
    return [`${acknowledgedIds(sent, 'orderId').join(', ')}: acknowledged for ${sent.key}`]
  return acknowledgedIds(sent, 'orderId')
    .filter((id) => !made.some((order) => order.id === id))
    .map((id) => `${id}: acknowledged for ${sent.key}, ${byId.has(id) ? 'but made for another key' : 'not there'}`)
}

/** An acknowledged shipment or refund is in its order's books; an acknowledged cancellation has cancelled it. */
function lostActs(keys: readonly SentKey[], byId: ReadonlyMap<string, AuditedOrder>): string[] {
  return keys.flatMap((sent) => {
    const { op, orderId } = sent.intent
    const order = orderId === null ? undefined : byId.get(orderId)
    if (!order || sent.outcome !== 'ok') return []
    const made = acknowledgedIds(sent, 'madeId')
    if (op === 'ship') return missing(order, 'shipment', made, order.shipments)
    if (op === 'refund') return missing(order, 'refund', made, order.refunds)
    const isOver = ['confirmed', 'shipped', 'completed', 'rejected', 'expired'].includes(order.status)
    return op === 'cancel' && isOver ? [`${order.id}: its cancellation was acknowledged, it is ${order.status}`] : []
  })
}

const missing = ({ id }: AuditedOrder, what: string, made: readonly string[], known: readonly { id: string }[]) =>
  made
    .filter((each) => !known.some((entry) => entry.id === each))
    .map((each) => `${id}: ${what} ${each} was acknowledged`)

function doubledOrders(sent: SentKey, made: readonly AuditedOrder[]): string[] {
  const ids = new Set([...acknowledgedIds(sent, 'orderId'), ...made.map(({ id }) => id)])
  const bodies = new Set(sent.attempts.filter(({ outcome }) => outcome === 'ok').map(({ bodyHash }) => bodyHash))
  return [
    ...(made.length > 1 || (ids.size > 1 && made.length > 0) ? [`${[...ids].join(', ')}: one key, ${sent.key}`] : []),
    ...(bodies.size > 1 ? [`${[...ids].join(', ')}: ${sent.key} was accepted with ${bodies.size} bodies`] : []),
  ]
}

const sharedCarts = (orders: readonly AuditedOrder[]) =>
  [...Map.groupBy(orders, ({ cartId }) => cartId)]
    .filter(([, group]) => group.length > 1)
    .map(([cartId, group]) => `${group.map(({ id }) => id).join(', ')}: one cart, ${cartId}`)

const doubledActs = (keys: readonly SentKey[]) =>
  keys.flatMap((sent) => {
    const made = acknowledgedIds(sent, 'madeId')
    return made.length > 1 ? [`${sent.intent.orderId}: ${made.join(', ')} for one key, ${sent.key}`] : []
  })
