import { createHash } from 'node:crypto'
import type { AuditedOrder } from '@toko/contracts'
import type { SentKey } from '../history/sent-keys.ts'
import type { FinalTimes } from './verdict.ts'

/** Their orders are final as soon as the shop can: no slow card, no customer who thinks. */
const prompt: ReadonlySet<string> = new Set(['happy', 'severalLines', 'soldOut', 'repeatedKey'])
const final: ReadonlySet<string> = new Set(['confirmed', 'rejected', 'cancelled', 'expired'])

export function finalTimes(keys: readonly SentKey[], orders: readonly AuditedOrder[]): FinalTimes {
  const journeys = new Map(
    keys.map(({ key, intent }) => [createHash('sha256').update(key).digest('hex'), intent.journey]),
  )
  const times = orders
    .filter(({ idempotencyKeyHash }) => prompt.has(journeys.get(idempotencyKeyHash) ?? ''))
    .flatMap(({ id, history, createdAt }) => {
      const end = history.find(({ status }) => final.has(status))
      return end ? [{ id, ms: Math.max(0, Date.parse(end.at) - Date.parse(createdAt)) }] : []
    })
    .toSorted((a, b) => a.ms - b.ms)
  const at = (share: number) => times[Math.max(0, Math.ceil(share * times.length) - 1)]?.ms ?? 0
  return {
    count: times.length,
    p50: at(0.5),
    p99: at(0.99),
    max: at(1),
    slowest: times.at(-1)?.id ?? null,
    within2s: times.length === 0 ? 0 : times.filter(({ ms }) => ms <= 2000).length / times.length,
  }
}
