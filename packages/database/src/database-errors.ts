import mongoose, { mongo } from 'mongoose'
import { errors, type ProblemError } from '@toko/contracts'

/** True when the server could not be reached or did not answer in time: the write's outcome is **unknown**, not failed. */
export function isUnavailable(error: unknown): boolean {
  if (error instanceof mongoose.Error.MongooseServerSelectionError || error instanceof mongo.MongoNotConnectedError)
    return true
  if (error instanceof mongo.MongoWriteConcernError || error instanceof mongo.MongoOperationTimeoutError) return true
  if (error instanceof mongo.MongoTopologyClosedError || error instanceof mongo.MongoServerSelectionError) return true
  if (error instanceof mongo.MongoNetworkError) return true
  if (error instanceof Error && (ofTheDriver.has(error.name) || ofTheSocket.has(codeOf(error)))) return true
  if (
    error instanceof mongoose.MongooseError &&
    /before initial connection|not connected|disconnected/.test(error.message)
  )
    return true
  return (
    error instanceof mongo.MongoError &&
    (error.hasErrorLabel('RetryableWriteError') || cannotNow.has(Number(error.code)))
  )
}

/** Names, since the driver does not export all of them. The last: no answer came, or a new primary is not known well enough yet. */
const ofTheDriver = new Set([
  'MongoWaitQueueTimeoutError',
  'MongoPoolClosedError',
  'MongoServerClosedError',
  'MongoUnexpectedServerResponseError',
])

/** Who writes to a connection that the server ends at that moment gets the socket's own error from the driver. */
const ofTheSocket = new Set(['EPIPE', 'ECONNRESET', 'ERR_STREAM_WRITE_AFTER_END', 'ERR_STREAM_DESTROYED'])
const codeOf = (error: Error) => String((error as NodeJS.ErrnoException).code)

/**
 * What a member answers instead of working: it is not primary, goes down, catches up, lost its own connections, took too
 * long or has no room. Reads carry no label that says so.
 */
const cannotNow = new Set([
  6, // HostUnreachable
  7, // HostNotFound
  8, // UnknownError: its storage engine failed, such as with ENOSPC just before it ends
  50, // MaxTimeMSExpired
  89, // NetworkTimeout
  91, // ShutdownInProgress
  134, // ReadConcernMajorityNotAvailableYet
  189, // PrimarySteppedDown
  262, // ExceededTimeLimit
  9001, // SocketException
  10_107, // NotWritablePrimary
  11_600, // InterruptedAtShutdown
  11_602, // InterruptedDueToReplStateChange
  13_435, // NotPrimaryNoSecondaryOk
  13_436, // NotPrimaryOrSecondary
  14_031, // OutOfDiskSpace
])

/** For the edge: an unreachable database is a 503 that may be tried again. */
export function translateDatabaseError(error: unknown): ProblemError | undefined {
  return isUnavailable(error) ? errors.dependencyUnavailable({ retryAfterSeconds: 1, cause: error }) : undefined
}

/** The name of the unique index that refused a write, or undefined for any other error. */
export function duplicateIndexOf(error: unknown): string | undefined {
  if (!(error instanceof mongo.MongoServerError) || error.code !== 11_000) return undefined
  return /index: (?:.*\.\$)?(\S+?) dup key/.exec(error.message)?.[1] ?? 'unknown'
}
