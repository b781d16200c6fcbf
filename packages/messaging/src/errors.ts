/** A failure that no repetition can heal, such as a message outside its contract: parked at once, never retried. */
export class PermanentError extends Error {
  override readonly name: string = 'PermanentError'
  readonly code: string = 'permanent'
}

/** Not plain JSON, nested too deep, or an attribute that cannot travel. */
export class InvalidMessageError extends PermanentError {
  override readonly name = 'InvalidMessageError'
  override readonly code = 'invalid-message'
}

export class MessageTooLargeError extends PermanentError {
  override readonly name = 'MessageTooLargeError'
  override readonly code = 'message-too-large'
}

/** Mandatory, and no queue is bound: nobody has the message. */
export class UnroutableError extends Error {
  override readonly name = 'UnroutableError'
  readonly code = 'unroutable'
}

/** No room, or no broker, within the confirm time-out: the message was not published. */
export class BusBlockedError extends Error {
  override readonly name = 'BusBlockedError'
  readonly code = 'bus-blocked'
}

/** Not started, stopping or stopped. When it comes while waiting for a confirm, the outcome is unknown. */
export class BusClosedError extends Error {
  override readonly name = 'BusClosedError'
  readonly code = 'bus-closed'
}

/** Published but not confirmed in time: outcome unknown; publish again with the same id. */
export class ConfirmTimeoutError extends Error {
  override readonly name = 'ConfirmTimeoutError'
  readonly code = 'confirm-timeout'
}

/** The connection was lost before the confirm or the reply: it may have happened or not. */
export class OutcomeUnknownError extends Error {
  override readonly name = 'OutcomeUnknownError'
  readonly code = 'outcome-unknown'
}

/** A handler exceeded its limit. It may still be running, so its effect may still come. */
export class HandlerTimeoutError extends Error {
  override readonly name = 'HandlerTimeoutError'
  readonly code = 'handler-timeout'
}
