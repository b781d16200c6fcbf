import type { HistoryRecord, Outcome } from './record.ts'
import { sentKeys } from './sent-keys.ts'

export interface HistoryCounts {
  /** Orders sent: keys, however often each was repeated. */
  readonly sent: number
  /** The shop said that the order exists, whatever became of it. */
  readonly acknowledged: number
  /** It certainly was not made. */
  readonly refused: number
  /** Keys of any request whose outcome was unknown for a while, and keys that nobody has an answer for yet. */
  readonly unknown: number
  readonly unresolved: number
  readonly attempts: Readonly<Record<Outcome, number>>
}

export function historyCounts(records: readonly HistoryRecord[]): HistoryCounts {
  const keys = sentKeys(records)
  const places = keys.filter(({ intent }) => intent.op === 'place')
  const attempts = { ok: 0, fail: 0, info: 0 }
  for (const record of records) if (record.type === 'attempt') attempts[record.outcome]++
  return {
    sent: places.length,
    acknowledged: places.filter(({ outcome }) => outcome === 'ok').length,
    refused: places.filter(({ outcome }) => outcome === 'fail').length,
    unknown: keys.filter(({ wasUnknown }) => wasUnknown).length,
    unresolved: keys.filter(({ isResolved }) => !isResolved).length,
    attempts,
  }
}
