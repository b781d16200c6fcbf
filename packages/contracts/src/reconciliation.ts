import { z } from 'zod'
import { Timestamp } from './fields.ts'

/** One fault between the books of the services. The subject is an order's id, a payment's key or a SKU. */
const BookDifference = z
  .strictObject({
    /** Of packages/audit: I1–I13, S…, M…, F… */
    rule: z.string(),
    subject: z.string(),
    detail: z.string(),
    firstSeenAt: Timestamp,
    lastSeenAt: Timestamp,
  })
  .meta({ id: 'BookDifference' })

/** What the reconciliation of one replica knows. It reports and never repairs. */
export const Reconciliation = z
  .strictObject({
    lastSuccessAt: Timestamp.nullable(),
    /** Orders that the last run looked at. */
    checkedOrders: z.int(),
    /** When every order, reservation, payment and SKU had been looked at once more. */
    lastCycleAt: Timestamp.nullable(),
    /** Open differences by rule, zeros included. */
    counts: z.record(z.string(), z.int()),
    /** The newest of them. */
    differences: z.array(BookDifference),
    /** False when there are more than are listed or kept. */
    isComplete: z.boolean(),
  })
  .meta({ id: 'Reconciliation' })
export type Reconciliation = z.infer<typeof Reconciliation>
