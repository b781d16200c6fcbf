import { randomUUID } from 'node:crypto'
import type { Message } from '@toko/messaging'
import type { Options } from 'amqplib'

/** An order of three lines, about 400 bytes of JSON. */
export function sampleEvent(source: string, type: string, n: number): Message {
  const line = (m: number) => ({
    sku: `KOPI-GAYO-${m}`,
    quantity: m,
    unitPrice: { amount: 4_500_000, currency: 'IDR' },
  })
  return {
    id: randomUUID(),
    source,
    type,
    subject: `ord_${n}`,
    version: 1,
    time: new Date().toISOString(),
    data: {
      orderId: `ord_${n}`,
      status: 'pending',
      lines: [line(1), line(2), line(3)],
      total: { amount: 27_000_000, currency: 'IDR' },
    },
  }
}

export const bodyOf = (message: Message): Buffer => Buffer.from(JSON.stringify(message.data))

/** What the bus sends with an event, written by hand; `assertSameOnTheWire` compares the two. */
export function bareProperties({ id, source, type, subject, version, time }: Message): Options.Publish {
  return {
    mandatory: true,
    contentType: 'application/json',
    contentEncoding: 'utf-8',
    deliveryMode: 2,
    priority: 0,
    headers: {
      cloudEvents_specversion: '1.0',
      cloudEvents_id: id,
      cloudEvents_source: source,
      cloudEvents_type: type,
      cloudEvents_subject: subject,
      cloudEvents_time: time,
      cloudEvents_aggregateversion: String(version),
    },
    messageId: id,
    correlationId: subject,
    type,
    appId: source,
    timestamp: Math.floor(Date.parse(time) / 1000),
  }
}
