import { z } from 'zod'
import { DeadLetter } from './dead-letter.ts'
import { Timestamp } from './fields.ts'
import { AuditedOrder, Order } from './order.ts'
import { PaymentLedgerEntry } from './payment.ts'
import { AuditedReservation } from './stock.ts'

/** Seconds in which a placed order is to be final: the objective order-outcome. */
export const orderObjectiveSeconds = 30

/** What one source knows, or why it could not be asked. */
export type Source<T> = { readonly value: T } | { readonly fault: string }

const sourceOf = <S extends z.ZodType>(value: S) =>
  z.union([z.strictObject({ value }), z.strictObject({ fault: z.string() })])

export const StorySpan = z
  .strictObject({
    traceId: z.string(),
    spanId: z.string(),
    parentSpanId: z.string().nullable(),
    service: z.string(),
    name: z.string(),
    kind: z.enum(['internal', 'server', 'client', 'producer', 'consumer']),
    /** Milliseconds since 1970, with a fraction. */
    startMs: z.number(),
    durationMs: z.number(),
    isError: z.boolean(),
    errorType: z.string().nullable(),
    /** Of an exception or of the status. */
    message: z.string().nullable(),
    /** An exception is recorded on it. */
    hasException: z.boolean(),
    status: z.int().nullable(),
    /** Who was called: `product-service`. */
    target: z.string().nullable(),
    /** A command of the service's own database. */
    isDatabase: z.boolean(),
    /** What the message is, and which delivery of it. */
    messageType: z.string().nullable(),
    attempt: z.int().nullable(),
    links: z.array(z.strictObject({ traceId: z.string(), spanId: z.string() })),
  })
  .meta({ id: 'StorySpan' })
export type StorySpan = z.infer<typeof StorySpan>

export const StoryTrace = z
  .strictObject({
    traceId: z.string(),
    /** Name of its first span. */
    name: z.string(),
    services: z.array(z.string()),
    startedAt: Timestamp,
    durationMs: z.number(),
    /** Of the span where its failure began; null where nothing failed. */
    rootCause: z.string().nullable(),
    spans: z.array(StorySpan),
  })
  .meta({ id: 'StoryTrace' })
export type StoryTrace = z.infer<typeof StoryTrace>

/** Where a failure began, as far as the evidence says. */
export const StoryCause = z
  .strictObject({
    /** The service to look at: the one that was called and gave no answer, not the one that waited. */
    service: z.string(),
    /** What the verdict rests on: a failed span, a dead letter, a log line, or what the order waits for. */
    evidence: z.enum(['span', 'dead-letter', 'log', 'waiting']),
    operation: z.string(),
    errorType: z.string().nullable(),
    message: z.string().nullable(),
    traceId: z.string().nullable(),
    spanId: z.string().nullable(),
  })
  .meta({ id: 'StoryCause' })
export type StoryCause = z.infer<typeof StoryCause>

/** Something that happened, each after what caused it. */
export const StoryEvent = z
  .strictObject({ at: Timestamp, service: z.string(), what: z.string(), detail: z.string().optional() })
  .meta({ id: 'StoryEvent' })
export type StoryEvent = z.infer<typeof StoryEvent>

export const StoryLogLine = z
  .strictObject({
    at: Timestamp,
    service: z.string(),
    level: z.string(),
    message: z.string(),
    error: z.string().nullable(),
    traceId: z.string().nullable(),
  })
  .meta({ id: 'StoryLogLine' })
export type StoryLogLine = z.infer<typeof StoryLogLine>

/** An alert that fired while the order was under way. */
export const StoryAlert = z
  .strictObject({
    name: z.string(),
    severity: z.string(),
    service: z.string().nullable(),
    slo: z.string().nullable(),
    firstSeenAt: Timestamp,
    lastSeenAt: Timestamp,
  })
  .meta({ id: 'StoryAlert' })
export type StoryAlert = z.infer<typeof StoryAlert>

/** Everything that is known of one order. What could not be asked says so. */
export const OrderStory = z
  .strictObject({
    order: Order,
    /** Null where nothing failed, or nothing tells what did. */
    cause: StoryCause.nullable(),
    /** Whether it is final in the time that is promised; null while there is still time. */
    objective: z.strictObject({
      slo: z.literal('order-outcome'),
      limitSeconds: z.number(),
      seconds: z.number(),
      isMet: z.boolean().nullable(),
    }),
    events: z.array(StoryEvent),
    audited: sourceOf(AuditedOrder),
    /** Null when the product service has none. */
    reservation: sourceOf(AuditedReservation.nullable()),
    payments: sourceOf(z.array(PaymentLedgerEntry)),
    deadLetters: sourceOf(z.array(DeadLetter)),
    traces: sourceOf(z.array(StoryTrace)),
    logs: sourceOf(z.array(StoryLogLine)),
    alerts: sourceOf(z.array(StoryAlert)),
    /** What should be there and is not, a line each. */
    missing: z.array(z.string()),
  })
  .meta({ id: 'OrderStory' })
export type OrderStory = z.infer<typeof OrderStory>
