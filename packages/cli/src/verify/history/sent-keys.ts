import type { AttemptRecord, HistoryRecord, IntentRecord, Outcome, RunRecord } from './record.ts'

/** Everything that a history tells of one key. */
export interface SentKey {
  readonly key: string
  readonly intent: IntentRecord
  /** Different bodies under the key: only a client that tests it sends two. */
  readonly bodyHashes: ReadonlySet<string>
  readonly attempts: readonly AttemptRecord[]
  /** `ok` when any attempt was acknowledged, `fail` when each certainly did not happen, else `info`. */
  readonly outcome: Outcome
  /** Somebody did not know for a while, and whether the shop told in the end: an acknowledgement, or a refusal of the key. */
  readonly wasUnknown: boolean
  readonly isResolved: boolean
}

/** An answer about this key; a token that ran out or a shop that was busy said nothing of it. */
const isRefusal = (last: AttemptRecord | undefined) =>
  last?.outcome === 'fail' && last.status !== null && last.status < 500 && ![401, 429].includes(last.status)

/** What the shop said that one attempt made: order, shipment, refund. */
export const acknowledgedIds = ({ attempts }: SentKey, of: 'orderId' | 'madeId'): string[] => [
  ...new Set(attempts.filter(({ outcome }) => outcome === 'ok').flatMap((each) => each[of] ?? [])),
]

/** The history by keys, in the order of their first intent. */
export function sentKeys(records: readonly HistoryRecord[]): SentKey[] {
  const intents = records.filter((record) => record.type === 'intent')
  const attempts = Map.groupBy(
    records.filter((record) => record.type === 'attempt'),
    ({ key }) => key,
  )
  return [...Map.groupBy(intents, ({ key }) => key)].map(([key, [intent, ...more]]) => {
    const tried = attempts.get(key) ?? []
    // A parallel repetition may be unanswered for ever after another one was acknowledged.
    const isKnown = tried.some(({ outcome }) => outcome === 'ok')
    const hasFailed = tried.length > 0 && tried.every(({ outcome }) => outcome === 'fail')
    return {
      key,
      intent: intent!,
      bodyHashes: new Set([intent!, ...more].map(({ bodyHash }) => bodyHash)),
      attempts: tried,
      outcome: isKnown ? 'ok' : hasFailed ? 'fail' : 'info',
      wasUnknown: tried.some(({ outcome }) => outcome === 'info'),
      isResolved: isKnown || isRefusal(tried.at(-1)),
    }
  })
}

export const runOf = (records: readonly HistoryRecord[]): RunRecord | undefined =>
  records.find((record) => record.type === 'run')
