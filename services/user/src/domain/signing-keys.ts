export interface SigningKeyPlan {
  readonly kid: string
  /** Counts the keys; unique, so that of several replicas one makes the next key. */
  readonly sequence: number
  readonly signsFromMs: number
}

export interface RotationLimits {
  /** Age of a key at which its successor is made. */
  readonly keyRotateMs: number
  /** Published for so long before it signs: verifiers cache the set. */
  readonly keyLeadMs: number
  /** Published for so long after its successor signs: cache plus life of a token. */
  readonly keyRetainMs: number
}

const newestFirst = (keys: readonly SigningKeyPlan[]) => keys.toSorted((a, b) => b.sequence - a.sequence)

/** The key that signs now: the newest whose time has come. */
export function signingKeyAt<K extends SigningKeyPlan>(keys: readonly K[], nowMs: number): K | undefined {
  return newestFirst(keys).find((key) => key.signsFromMs <= nowMs) as K | undefined
}

/** The next key's place, or undefined while the newest is young. The very first key signs at once: nobody has cached anything. */
export function nextKey(
  keys: readonly SigningKeyPlan[],
  nowMs: number,
  { keyRotateMs, keyLeadMs }: RotationLimits,
): { sequence: number; signsFromMs: number } | undefined {
  const [newest] = newestFirst(keys)
  if (!newest) return { sequence: 1, signsFromMs: nowMs }
  const isYoung = nowMs - newest.signsFromMs < keyRotateMs
  return isYoung ? undefined : { sequence: newest.sequence + 1, signsFromMs: nowMs + keyLeadMs }
}

/** Keys that no valid token can name any more. */
export function outdatedKeys<K extends SigningKeyPlan>(
  keys: readonly K[],
  nowMs: number,
  { keyRetainMs }: RotationLimits,
): K[] {
  return keys.filter((key) =>
    keys.some((other) => other.sequence === key.sequence + 1 && other.signsFromMs + keyRetainMs < nowMs),
  )
}
