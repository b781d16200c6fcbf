import type { mongo } from 'mongoose'

/** Due by `nowMs`, or after `latestMs`: two ranges of one index. */
export function dueFilter<T>(nowMs: number, latestMs = Number.POSITIVE_INFINITY): mongo.Filter<T> {
  const isDue = { dueAt: { $lte: nowMs } }
  const filter = Number.isFinite(latestMs) ? { $or: [isDue, { dueAt: { $gt: latestMs } }] } : isDue
  return filter as unknown as mongo.Filter<T>
}
