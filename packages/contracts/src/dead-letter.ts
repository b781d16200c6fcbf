import { z } from 'zod'
import { queryInteger, Timestamp } from './fields.ts'

/** Names of messages and queues are AMQP's short strings, whoever made them. */
const shortText = z.string().min(1).max(255)

export const DeadLetterId = shortText

/** `?queue=`: only in this one; the same message can be parked in several. */
export const deadLetterQuery = { queue: shortText.optional() }
export const deadLetterListQuery = { ...deadLetterQuery, limit: queryInteger(1, 500).default(100) }

/** A message that was put aside for a person. Texts are empty where a foreign message brought none. */
const facts = {
  id: z.string(),
  /** The queue in which it failed. */
  queue: z.string(),
  type: z.string(),
  /** Id of what it is about: of an order. */
  subject: z.string(),
  /** permanent, exhausted, undecodable or crashing (packages/messaging). */
  reason: z.string(),
  /** Deliveries that failed. */
  attempts: z.int(),
  error: z.strictObject({ name: z.string(), message: z.string() }),
  parkedAt: z.string(),
}
export const DeadLetter = z.strictObject(facts).meta({ id: 'DeadLetter' })
export type DeadLetter = z.infer<typeof DeadLetter>

/** The oldest of each queue, up to the limit, and how many there are in all. */
export const DeadLetterList = z
  .strictObject({
    items: z.array(DeadLetter),
    queues: z.array(z.strictObject({ queue: z.string(), parked: z.int() })),
  })
  .meta({ id: 'DeadLetterList' })
export type DeadLetterList = z.infer<typeof DeadLetterList>

export const ShownDeadLetter = z
  .strictObject({
    ...facts,
    /** Those that describe the message; the values of all others are withheld. */
    headers: z.record(z.string(), z.string()),
    /** As it came, cut after 16 KiB. Null when the reader may see only what is ids and lines by contract. */
    body: z.string().nullable(),
    bodyBytes: z.int(),
  })
  .meta({ id: 'ShownDeadLetter' })
export type ShownDeadLetter = z.infer<typeof ShownDeadLetter>

/** Which to redrive: of one queue, or of all of the service; those parked before now, or before an earlier answer's time. */
export const DeadLetterRedrive = z
  .strictObject({
    queue: shortText.optional(),
    limit: z.int().min(1).max(500).default(100),
    parkedBefore: Timestamp.optional(),
  })
  .meta({ id: 'DeadLetterRedrive' })

/** How many messages went back into their queue. */
export const DeadLettersRedriven = z.strictObject({ redriven: z.int() }).meta({ id: 'DeadLettersRedriven' })
/** As many as were asked for: there may be more, to be asked for with this time, so that none is redriven twice. */
export const DeadLetterRedrives = z
  .strictObject({ redriven: z.int(), parkedBefore: Timestamp })
  .meta({ id: 'DeadLetterRedrives' })
