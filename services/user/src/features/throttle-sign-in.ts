import { errors } from '@toko/contracts'
import { waitMs, withAttempt, withFailure, withoutAttempt } from '../domain/throttle.ts'
import type { Context } from './context.ts'
import { ipPrefix } from './ip-prefix.ts'

const maxRounds = 5

interface Guess {
  failed(): Promise<void>
  passed(): Promise<void>
  /** It was not judged: the service was busy or failed. */
  withdrawn(): Promise<void>
}

const accountKey = (c: Context, email: string) => c.secrets.mac('sign-in-account', email)

/**
 * Lets a guess at an account's password through or refuses it, known account or not, in all replicas together. The guess
 * takes its place before it is judged. By network only failures count: an office signs in behind one address.
 * @throws quota-exceeded with the seconds to wait
 */
async function beginGuess(c: Context, email: string, ip: string): Promise<Guess> {
  const { perAccount, failsPerIp, windowMs } = c.limits
  const [byAccount, byIp] = [accountKey(c, email), c.secrets.mac('sign-in-network', ipPrefix(ip))]
  const network = await c.throttles.peek(byIp, windowMs)
  if (network.count >= failsPerIp) refuse(c, network.remainingMs)
  await takePlace(c, byAccount)

  const change = (next: typeof withFailure) =>
    c.throttles.update(byAccount, (state) => next(state, c.clock.now(), perAccount))
  return {
    async failed() {
      await Promise.all([change(withFailure), c.throttles.count(byIp, windowMs)])
    },
    passed: () => c.throttles.delete(byAccount),
    async withdrawn() {
      await change(withoutAttempt)
    },
  }
}

/** One write in an open window; the first guess of a window makes it, and a hundred at once agree on who did. */
async function takePlace(c: Context, key: string): Promise<void> {
  const { perAccount } = c.limits
  for (let round = 0; round < maxRounds; round++) {
    if (await c.throttles.tryAttempt(key, c.clock.now(), perAccount.maxPerWindow)) return
    const { before, isWritten } = await c.throttles.update(
      key,
      (state) =>
        waitMs(state, c.clock.now(), perAccount) === 0 ? withAttempt(state, c.clock.now(), perAccount) : undefined,
      1,
    )
    if (isWritten) return
    const ms = waitMs(before, c.clock.now(), perAccount)
    if (ms > 0) refuse(c, ms)
  }
  refuse(c, 1000)
}

/** A new password makes old failures worthless. */
export const forgetGuesses = (c: Context, email: string): Promise<void> => c.throttles.delete(accountKey(c, email))

function refuse(c: Context, ms: number): never {
  c.count.signIn('throttled')
  throw errors.quotaExceeded({ retryAfterSeconds: Math.max(1, ms / 1000) })
}

/** Judges a password as one guess. False for a wrong one. @throws quota-exceeded, overloaded */
export async function judgeGuess(
  c: Context,
  { email, ip }: { readonly email: string; readonly ip: string },
  judge: () => Promise<boolean>,
): Promise<boolean> {
  const guess = await beginGuess(c, email, ip)
  const isRight = await judge().catch(async (error: unknown) => {
    await guess.withdrawn()
    throw error
  })
  await (isRight ? guess.passed() : guess.failed())
  return isRight
}
