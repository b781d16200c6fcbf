export { backoffMs } from './backoff.ts'
export {
  DeadLetter,
  DeadLetterId,
  DeadLetterList,
  deadLetterListQuery,
  deadLetterQuery,
  DeadLetterRedrive,
  DeadLetterRedrives,
  DeadLettersRedriven,
  ShownDeadLetter,
} from './dead-letter.ts'
export { isDue, latestDueMs, longestBackoffMs } from './due.ts'
export { defineError, type ErrorDefinition, ProblemError } from './define-error.ts'
export { type ErrorName, errors } from './errors.ts'
export { type DomainEvent, happened } from './domain-event.ts'
export type { EventDefinition } from './event-definition.ts'
export { forecastEvents, orderEvents, stockEvents } from './events.ts'
export { Email, optionalTextField, pageOf, pageQuery, queryInteger, Sku, Slug, textField, Timestamp } from './fields.ts'
export { DemandForecast, ForecastQuery, RunningLow, StockForecast, UnknownForecast } from './forecast.ts'
export { type IdPrefix, idSchema, newId } from './ids.ts'
export { Currency, currencyExponents, formatMoney, MinorUnits, Money, totalMinor } from './money.ts'
export { OrderEventData } from './order-events.ts'
export { OrderAct, OrderReason, OrderStatus } from './order-status.ts'
export { InputFault, Problem } from './problem.ts'
export {
  MovedLines,
  ReleaseReason,
  Reservation,
  ReservationRequest,
  ReservationState,
  ReservationStatus,
  ReservedLine,
  Shortage,
  StockMove,
} from './reservation.ts'
export { readTolerantly } from './read-tolerantly.ts'
export {
  orderObjectiveSeconds,
  OrderStory,
  type Source,
  type StoryAlert,
  type StoryCause,
  type StoryEvent,
  type StoryLogLine,
  StorySpan,
  StoryTrace,
} from './order-story.ts'
export { Reconciliation } from './reconciliation.ts'
export { Role } from './roles.ts'
export { OrderSelection, selectedOf, type Selection, SkuSelection } from './selection.ts'
export {
  DeclineCode,
  longestFaultMs,
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
  OrderReturn,
  Refund,
  Shipment,
  CreateRefund,
  CreateReturn,
  CreateShipment,
  OrderEvent,
  OrderId,
  OrderLine,
  PaymentAttempt,
  PlaceOrder,
  StartPayment,
} from './order.ts'
export {
  AccountDeletion,
  AccountSeed,
  AddressId,
  AuditAction,
  AuditEntry,
  EmailBody,
  JsonWebKeySet,
  MailAccepted,
  MailboxItem,
  NewUserAddress,
  PasswordChange,
  PasswordReset,
  ProfilePatch,
  RefreshBody,
  RefreshToken,
  Registration,
  RegistrationAnswer,
  SeededAccount,
  Session,
  SessionId,
  SignedIn,
  SignIn,
  TokenBody,
  TokenStatus,
  TokenStatusBody,
  User,
  UserAddress,
  UserExport,
  UserId,
  UserPatch,
  UserStatus,
} from './user.ts'
export {
  Category,
  CategoryId,
  CategoryPatch,
  ImportStatus,
  ListedVariant,
  ListedVariants,
  NewCategory,
  NewProduct,
  NewVariant,
  Product,
  ProductId,
  ProductImage,
  ProductImport,
  ProductPage,
  ProductPatch,
  ProductQuery,
  ProductSort,
  ProductStatus,
  Quote,
  QuotedLine,
  SkuQuery,
  StockLevel,
  Variant,
  VariantOptions,
  VariantPatch,
} from './catalogue.ts'
export {
  AuditedReservation,
  AuditedStock,
  MovementKind,
  Stock,
  StockAdjustment,
  StockEntryState,
  StockMovement,
  Stocks,
} from './stock.ts'
