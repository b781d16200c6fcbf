type Fields = Readonly<Record<string, unknown>>

/** Fields that stores keep themselves. */
const own = new Set(['_id', 'rev', 'createdAt', 'updatedAt', 'outbox', 'outboxAt'])

/** What to set and unset so that a stored `from` becomes `to`. Compares by reference: unchanged parts keep theirs. */
export function changedFields(from: object, to: object): { set: Record<string, unknown>; unset: string[] } {
  const [before, after] = [from as Fields, to as Fields]
  const changed = Object.entries(after).filter(([key, value]) => !own.has(key) && value !== before[key])
  const unset = Object.keys(before).filter((key) => !own.has(key) && !(key in after))
  return { set: Object.fromEntries(changed), unset }
}
