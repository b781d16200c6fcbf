import mongoose, { mongo } from 'mongoose'
import { errors, type ProblemError } from '@toko/contracts'

/** True when the server could not be reached or did not answer in time: the write's outcome is **unknown**, not failed. */
export function isUnavailable(error: unknown): boolean {
  if (error instanceof mongoose.Error.MongooseServerSelectionError || error instanceof mongo.MongoNotConnectedError)
    return true
  if (error instanceof mongo.MongoWriteConcernError || error instanceof mongo.MongoOperationTimeoutError) return true
  if (error instanceof mongo.MongoTopologyClosedError || error instanceof mongo.MongoServerSelectionError) return true
  if (error instanceof mongo.MongoNetworkError) return true
  if (error instanceof Error && error.name === 'MongoWaitQueueTimeoutError') return true // the driver does not export it
  if (
    error instanceof mongoose.MongooseError &&
    /before initial connection|not connected|disconnected/.test(error.message)
  )
    return true
  return (
    error instanceof mongo.MongoError &&
    (error.hasErrorLabel('RetryableWriteError') || notPrimary.has(Number(error.code)))
  )
}

/** NotWritablePrimary, PrimarySteppedDown, InterruptedAtShutdown, InterruptedDueToReplStateChange, ShutdownInProgress, MaxTimeMSExpired. */
const notPrimary = new Set([10107, 189, 11600, 11602, 91, 50])

/** For the edge: an unreachable database is a 503 that may be tried again. */
export function translateDatabaseError(error: unknown): ProblemError | undefined {
  return isUnavailable(error) ? errors.dependencyUnavailable({ retryAfterSeconds: 1, cause: error }) : undefined
}

/** The name of the unique index that refused a write, or undefined for any other error. */
export function duplicateIndexOf(error: unknown): string | undefined {
  if (!(error instanceof mongo.MongoServerError) || error.code !== 11_000) return undefined
  return /index: (?:.*\.\$)?(\S+?) dup key/.exec(error.message)?.[1] ?? 'unknown'
}
