export { type BusClock, systemBusClock } from './bus-clock.ts'
export type { Bus, OwnedBus, PublishOptions, RequestOptions, RpcCall, RpcMethods, Subscription } from './bus.ts'
export {
  BusBlockedError,
  BusClosedError,
  ConfirmTimeoutError,
  HandlerTimeoutError,
  InvalidMessageError,
  MessageTooLargeError,
  OutcomeUnknownError,
  PermanentError,
  UnroutableError,
} from './errors.ts'
export type { EventQueue } from './event-queue.ts'
export { type EventHandler, eventHandlers, onEvent } from './event-handlers.ts'
export type { ChaosOptions } from './in-process/chaos.ts'
export type { DeadLetter, DeadLetters, ShownDeadLetter } from './dead-letters.ts'
export { createInProcessBus, type InProcessBus } from './in-process/in-process-bus.ts'
export type { InProcessBusOptions } from './in-process/options.ts'
export { type ManualClock, manualClock } from './manual-clock.ts'
export type { Delivery, Message, MessageHandler } from './message.ts'
export { eventQueueName } from './queue-name.ts'
export {
  IncorrectSignatureError,
  MalformedRequestError,
  MethodNotFoundError,
  RemoteError,
  RpcFault,
  RpcTimeoutError,
  TooManyPendingCallsError,
  UnknownServiceError,
} from './rpc/rpc-errors.ts'
export { RabbitmqNotFoundError } from './private-broker/find-rabbitmq.ts'
export {
  BrokerStartError,
  type PrivateBroker,
  type PrivateBrokerOptions,
  startPrivateBroker,
} from './private-broker/private-broker.ts'
export { createRabbitBus } from './rabbit/rabbit-bus.ts'
export type { RabbitBusOptions } from './rabbit/options.ts'
export { type BusChoice, createBus } from './create-bus.ts'
