import { z } from 'zod'
import { listOf, queryInteger, Sku } from './fields.ts'
import { idSchema } from './ids.ts'

/** Of `GET /internal/audit/…`: what has one of `ids`, or else what comes after `after` (from the beginning without it), in order of ids. */
const selectionOf = (id: z.ZodType<string, string>) =>
  z.strictObject({ ids: listOf(id).optional(), after: id.optional(), limit: queryInteger(1, 500).default(100) })

/** `ids` and `after` are order ids; reservations and payments come in their order. */
export const OrderSelection = selectionOf(idSchema('ord'))
export const SkuSelection = selectionOf(Sku)
/** With ids the limit is of no interest. */
export type Selection = z.output<typeof OrderSelection>

/** Without `ids`, fewer items than the limit say that there are no more. */
export const selectedOf = <T extends z.ZodType>(item: T) => z.strictObject({ items: z.array(item) })
