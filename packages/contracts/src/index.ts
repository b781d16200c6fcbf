export { defineError, type ErrorDefinition, ProblemError } from './define-error.ts'
export { type ErrorName, errors } from './errors.ts'
export { type DomainEvent, happened } from './domain-event.ts'
export type { EventDefinition } from './event-definition.ts'
export { orderEvents, stockEvents } from './events.ts'
export { Email, optionalTextField, pageOf, pageQuery, queryInteger, Sku, Slug, textField, Timestamp } from './fields.ts'
export { type IdPrefix, idSchema, newId } from './ids.ts'
export { Currency, currencyExponents, formatMoney, MinorUnits, Money, totalMinor } from './money.ts'
export { OrderEventData } from './order-events.ts'
export { OrderReason, OrderStatus } from './order-status.ts'
export { InputFault, Problem } from './problem.ts'
export {
  ReleaseReason,
  Reservation,
  ReservationRequest,
  ReservationState,
  ReservationStatus,
  ReservedLine,
  Shortage,
} from './reservation.ts'
export { Role } from './roles.ts'
export {
  DeclineCode,
  Payment,
  paymentAuditQuery,
  PaymentAuthorisation,
  PaymentCapture,
  PaymentEffect,
  PaymentEvent,
  PaymentFault,
  PaymentFaults,
  PaymentKey,
  PaymentLedgerEntry,
  PaymentMethod,
  PaymentOperation,
  PaymentRefund,
  PaymentRefundRequest,
  PaymentState,
  RefundKey,
} from './payment.ts'
export {
  Address,
  Cart,
  CartId,
  CartLine,
  CartMerge,
  CartPatch,
  CartWarning,
  CreatedCart,
  LineQuantity,
  NewCart,
} from './cart.ts'
export {
  AcceptedOrder,
  AttemptState,
  AuditedOrder,
  CancelOrder,
  Cancellation,
  OpenOrders,
  Order,
  OrderAction,
  OrderEvent,
  OrderId,
  OrderLine,
  PaymentAttempt,
  PlaceOrder,
  StartPayment,
} from './order.ts'
