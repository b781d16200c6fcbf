/** Thrown by a served method to choose what the caller sees; `excPath` is the only key a Nameko caller matches on. */
export class RpcFault extends Error {
  override readonly name: string = 'RpcFault'
  readonly code: string = 'rpc-fault'
  readonly excType: string
  readonly excPath: string
  readonly excArgs: readonly unknown[]
  /** The caller asked for something that it can't have; the service itself is well. */
  readonly isRefusal: boolean

  constructor(
    excType: string,
    excPath: string,
    message: string,
    excArgs: readonly unknown[] = [message],
    { isRefusal = false } = {},
  ) {
    super(message)
    this.isRefusal = isRefusal
    this.excType = excType
    this.excPath = excPath
    this.excArgs = excArgs
  }
}

/** The service answers, but not to this method. */
export class MethodNotFoundError extends RpcFault {
  override readonly name = 'MethodNotFoundError'
  override readonly code = 'method-not-found'

  constructor(method: string) {
    super('MethodNotFound', 'nameko.exceptions.MethodNotFound', method, [method], { isRefusal: true })
  }
}

/** The arguments do not fit the method. */
export class IncorrectSignatureError extends RpcFault {
  override readonly name = 'IncorrectSignatureError'
  override readonly code = 'incorrect-signature'

  constructor(message: string) {
    super('IncorrectSignature', 'nameko.exceptions.IncorrectSignature', message, [message], { isRefusal: true })
  }
}

/** The request's body lacks `args` or `kwargs`. */
export class MalformedRequestError extends RpcFault {
  override readonly name = 'MalformedRequestError'
  override readonly code = 'malformed-request'

  constructor(message = 'Message missing `args` or `kwargs`') {
    super('MalformedRequest', 'nameko.exceptions.MalformedRequest', message, [message], { isRefusal: true })
  }
}

/** No such service has ever been there. A stopped one keeps its queue: calls to it time out. */
export class UnknownServiceError extends RpcFault {
  override readonly name = 'UnknownServiceError'
  override readonly code = 'unknown-service'

  constructor(service: string) {
    super('UnknownService', 'nameko.exceptions.UnknownService', service)
  }
}

/** The method failed. `excPath` and `excArgs` as the service sent them. */
export class RemoteError extends RpcFault {
  override readonly name = 'RemoteError'
  override readonly code = 'remote-error'
  readonly value: string

  constructor(remote: { excType: string; excPath: string; excArgs: readonly unknown[]; value: string }) {
    super(remote.excType, remote.excPath, `${remote.excType} ${remote.value}`, remote.excArgs)
    this.value = remote.value
  }
}

/** No reply in time: outcome unknown. Try again only what is idempotent. */
export class RpcTimeoutError extends Error {
  override readonly name = 'RpcTimeoutError'
  readonly code = 'rpc-timeout'
}

/** Too many calls wait for replies; nothing was sent. Answer 503. */
export class TooManyPendingCallsError extends Error {
  override readonly name = 'TooManyPendingCallsError'
  readonly code = 'too-many-pending-calls'
}
