import { defineError } from './define-error.ts'

/** Every problem that any toko API answers, once. docs/errors.md lists them; a test compares the two. */
export const errors = {
  validation: defineError('validation', 400, 'The request is not valid'),
  idempotencyKeyMissing: defineError('idempotency-key-missing', 400, 'The Idempotency-Key header is required'),
  cursorInvalid: defineError('cursor-invalid', 400, 'The cursor does not belong to this list'),
  tokenInvalid: defineError('token-invalid', 400, 'The token is unknown, used or expired'),
  signatureInvalid: defineError('signature-invalid', 400, 'The signature does not match'),
  unauthenticated: defineError('unauthenticated', 401, 'Sign in to do this'),
  reauthenticationRequired: defineError('reauthentication-required', 401, 'Sign in again to do this'),
  paymentDeclined: defineError('payment-declined', 402, 'The payment was declined'),
  forbidden: defineError('forbidden', 403, 'This account may not do this'),
  notFound: defineError('not-found', 404, 'Not found'),
  methodNotAllowed: defineError('method-not-allowed', 405, 'The resource does not have this method'),
  notAcceptable: defineError('not-acceptable', 406, 'Only JSON can be answered'),
  conflict: defineError('conflict', 409, 'The request conflicts with the current state'),
  limitReached: defineError('limit-reached', 409, 'A limit of this account is reached'),
  insufficientStock: defineError('insufficient-stock', 409, 'Not enough stock'),
  priceChanged: defineError('price-changed', 409, 'The price has changed'),
  illegalTransition: defineError('illegal-transition', 409, 'The resource cannot do that now'),
  requestInProgress: defineError('request-in-progress', 409, 'The same request is still being worked on'),
  preconditionFailed: defineError('precondition-failed', 412, 'The resource was changed meanwhile'),
  payloadTooLarge: defineError('payload-too-large', 413, 'The body is too large'),
  unsupportedMediaType: defineError('unsupported-media-type', 415, 'The content type is not supported'),
  idempotencyKeyReused: defineError('idempotency-key-reused', 422, 'The key was used with another request'),
  preconditionRequired: defineError('precondition-required', 428, 'The If-Match header is required'),
  quotaExceeded: defineError('quota-exceeded', 429, 'Too many requests'),
  internal: defineError('internal', 500, 'Something went wrong on our side'),
  dependencyUnavailable: defineError('dependency-unavailable', 503, 'A dependency is not available'),
  overloaded: defineError('overloaded', 503, 'The service is busy; nothing was started'),
} as const

export type ErrorName = keyof typeof errors
