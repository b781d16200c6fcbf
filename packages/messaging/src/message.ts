/** An event on its way. The body is `data` alone; the rest travels as headers (CloudEvents binary mode, W3C trace context). */
export interface Message {
  /** Event id; a repeat of the same event has the same id. */
  readonly id: string
  /** Publishing service: `order` publishes on exchange `order.events`. */
  readonly source: string
  /** Routing key: `order_placed`. */
  readonly type: string
  /** Aggregate id (order id); also the correlation id. */
  readonly subject: string
  /** The aggregate's version (R8). */
  readonly version?: number
  /** RFC 3339. */
  readonly time: string
  /** Id of the message that caused this one. */
  readonly causationId?: string
  /** `traceparent`, `tracestate`, `baggage` as stored with the outbox entry. */
  readonly trace?: Readonly<Record<string, string>>
  /** Plain JSON: no undefined, NaN, BigInt, Date or class instance anywhere inside. */
  readonly data: unknown
}

export interface Delivery {
  /** 1 on the first delivery, one more after each failure. */
  readonly attempt: number
  readonly queue: string
  /** True when an earlier delivery may already have had its effect. */
  readonly redelivered: boolean
}

export type MessageHandler = (message: Message, delivery: Delivery) => Promise<void>
