import { pack } from '../pack.ts'

export const orderStatuses = [
  'absent',
  'pending',
  'reserved',
  'paying',
  'voiding',
  'authorised',
  'confirmed',
  'cancelling',
  'ended', // cancelled, rejected or expired
] as const
export type OrderStatus = (typeof orderStatuses)[number]

const stockStatuses = ['absent', 'held', 'rejected', 'released', 'allocated'] as const
const keyStates = ['unknown', 'approved', 'declined', 'voided'] as const
export type KeyState = (typeof keyStates)[number]

/** What the provider said and the order service has not applied yet; one set of bits per attempt. */
export const reply = { approved: 1, declined: 2, voided: 4 } as const
const repliesSize = 8

/** One order with everything of it that lives elsewhere. Attempts count from 1; their keys, workers and replies by attempt - 1. */
export interface Placing {
  readonly status: OrderStatus
  readonly stock: (typeof stockStatuses)[number]
  /** The last payment attempt; 0 before the first. */
  readonly attempt: number
  /** What the provider knows of each key. */
  readonly keys: readonly KeyState[]
  /** Attempts for which a worker may still call `authorise`, as bits. */
  readonly workers: number
  readonly replies: readonly number[]
  /** Times that money was taken; 2 stands for more. */
  readonly taken: number
  /** Messages under way. */
  readonly net: number
}

export interface Shop {
  readonly orders: readonly Placing[]
  readonly available: number
  readonly held: number
  readonly allocated: number
}

/** A state that is being made from another one. */
export type Draft<T> = { -readonly [K in keyof T]: T[K] }

export function opening({ orders, stock, attempts }: Readonly<Record<'orders' | 'stock' | 'attempts', number>>): Shop {
  const order: Placing = {
    status: 'absent',
    stock: 'absent',
    attempt: 0,
    keys: Array.from({ length: attempts }, () => 'unknown' as const),
    workers: 0,
    replies: Array.from({ length: attempts }, () => 0),
    taken: 0,
    net: 0,
  }
  return { orders: Array.from({ length: orders }, () => order), available: stock, held: 0, allocated: 0 }
}

const indexes = <T extends string>(names: readonly T[]) =>
  Object.fromEntries(names.map((name, index) => [name, index])) as Record<T, number>
const statusIndex = indexes(orderStatuses)
const stockIndex = indexes(stockStatuses)
const keyIndex = indexes(keyStates)

function packOrder({ status, stock, attempt, keys, workers, replies, taken, net }: Placing, netSize: number): number {
  let packed = pack(
    [statusIndex[status], orderStatuses.length],
    [stockIndex[stock], stockStatuses.length],
    [attempt, keys.length + 1],
    [workers, 1 << keys.length],
    [taken, 3],
    [net, netSize],
  )
  for (const state of keys) packed = packed * keyStates.length + keyIndex[state]
  for (const bits of replies) packed = packed * repliesSize + bits
  return packed
}

/** Orders are interchangeable, so they are sorted: half the states of two. */
export function keyOf({ orders, available, held, allocated }: Shop, netSize: number): string | number {
  const [first = 0, ...rest] = orders.map((order) => packOrder(order, netSize)).toSorted((a, b) => a - b)
  const stock = pack([available + 1, 5], [held + 1, 5], [allocated, 5])
  const alone = first * 125 + stock
  return rest.length === 0 ? alone : `${alone},${rest.join()}`
}
