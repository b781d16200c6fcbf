import type { mongo } from 'mongoose'
import { duplicateIndexOf } from '@toko/database'
import type { Clock } from '@toko/runtime'
import type { ThrottleState } from '../domain/throttle.ts'
import type { ThrottleDocument } from './models.ts'
import type { ThrottleStore } from './throttle-store.ts'

/** More rounds than one window lets guesses through; who still loses meets a blocked account. */
const maxRounds = 25
/** The state of a used-up window is of no interest after it and its last block. */
const keepMs = 3_600_000

const stateOf = (document: ThrottleDocument | null): ThrottleState | null =>
  document?.windowEndsAtMs === undefined
    ? null
    : {
        attempts: document.attempts ?? 0,
        fails: document.fails ?? 0,
        windowEndsAtMs: document.windowEndsAtMs,
        blockedUntilMs: document.blockedUntilMs ?? 0,
      }

/** Counters shared by all replicas. Keys are keyed digests: no e-mail and no address stands in them. */
export function mongoThrottleStore(throttles: mongo.Collection<ThrottleDocument>, clock: Clock): ThrottleStore {
  const read = (key: string) => throttles.findOne({ _id: key }) as Promise<ThrottleDocument | null>

  /** The fixed window that now belongs to. */
  function windowOf(key: string, windowMs: number) {
    const now = clock.now()
    const startMs = Math.floor(now / windowMs) * windowMs
    return { id: `${key}:${startMs}`, remainingMs: startMs + windowMs - now }
  }

  async function write(key: string, document: ThrottleDocument | null, next: ThrottleState): Promise<boolean> {
    const expiresAt = new Date(Math.max(next.windowEndsAtMs, next.blockedUntilMs) + keepMs)
    if (document) {
      const change = { $set: { ...next, expiresAt }, $inc: { rev: 1 } }
      const { matchedCount } = await throttles.updateOne({ _id: key, rev: document.rev ?? 0 }, change)
      return matchedCount === 1
    }
    try {
      await throttles.insertOne({ _id: key, rev: 1, ...next, expiresAt })
      return true
    } catch (error) {
      if (duplicateIndexOf(error)) return false
      throw error
    }
  }

  return {
    async tryAttempt(key, nowMs, maxPerWindow) {
      const { modifiedCount } = await throttles.updateOne(
        {
          _id: key,
          attempts: { $lt: maxPerWindow },
          windowEndsAtMs: { $gt: nowMs },
          blockedUntilMs: { $lte: nowMs },
        },
        { $inc: { attempts: 1, rev: 1 } },
      )
      return modifiedCount === 1
    },
    async update(key, decide, rounds = maxRounds) {
      let before: ThrottleState | null = null
      for (let round = 0; round < rounds; round++) {
        const document = await read(key)
        before = stateOf(document)
        const next = decide(before)
        if (next === undefined) return { before, isWritten: false }
        if (await write(key, document, next)) return { before, isWritten: true }
      }
      return { before, isWritten: false }
    },
    async delete(key) {
      await throttles.deleteOne({ _id: key })
    },
    async peek(key, windowMs) {
      const window = windowOf(key, windowMs)
      return { count: (await read(window.id))?.count ?? 0, remainingMs: window.remainingMs }
    },
    async count(key, windowMs) {
      const { id, remainingMs } = windowOf(key, windowMs)
      const expiresAt = new Date(clock.now() + remainingMs + keepMs)
      const increment = () =>
        throttles.findOneAndUpdate(
          { _id: id },
          { $inc: { count: 1 }, $setOnInsert: { expiresAt } },
          { upsert: true, returnDocument: 'after' },
        )
      // two first ones may both try to insert: the loser finds the winner's
      const document = await increment().catch((error: unknown) => {
        if (duplicateIndexOf(error)) return increment()
        throw error
      })
      return { count: document?.count ?? 1, remainingMs }
    },
  }
}
