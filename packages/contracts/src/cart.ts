import { z } from 'zod'
import { Email, Sku, textField, Timestamp } from './fields.ts'
import { idSchema } from './ids.ts'
import { Currency, Money } from './money.ts'

export const CartId = idSchema('crt')

export const Address = z
  .strictObject({
    name: textField(120),
    line1: textField(200),
    line2: textField(200).optional(),
    city: textField(120),
    postalCode: textField(20),
    country: z.string().regex(/^[A-Z]{2}$/, 'expected an ISO 3166 code such as ID'),
  })
  .meta({ id: 'Address' })
export type Address = z.infer<typeof Address>

/** `copyOf` takes over the lines of a cart whose order did not work out: one cart makes at most one order. */
export const NewCart = z.strictObject({ currency: Currency.default('IDR'), copyOf: CartId.optional() })

export const CartPatch = z.strictObject({ address: Address.nullable().optional(), email: Email.nullable().optional() })
export type CartPatch = z.infer<typeof CartPatch>

/** Absolute, so that a retry changes nothing; 0 removes the line. */
export const LineQuantity = z.strictObject({ quantity: z.int().min(0).max(999) })

export const CartMerge = z.strictObject({ fromCartId: CartId, fromCartToken: z.string().min(16).max(64).optional() })

export const CartWarning = z.strictObject({
  sku: z.string().optional(),
  code: z.enum(['price-changed', 'low-stock', 'unavailable', 'prices-unknown']),
})
export type CartWarning = z.infer<typeof CartWarning>

export const CartLine = z.strictObject({
  sku: Sku,
  quantity: z.int(),
  title: z.string().nullable(),
  unitPrice: Money.nullable(),
  lineTotal: Money.nullable(),
})

export const Cart = z
  .strictObject({
    id: CartId,
    owner: z.enum(['guest', 'user']),
    status: z.enum(['open', 'ordered', 'merged']),
    orderId: idSchema('ord').optional(),
    currency: Currency,
    lines: z.array(CartLine),
    /** Null while a price is not known: such a cart can't be ordered. */
    total: Money.nullable(),
    warnings: z.array(CartWarning),
    address: Address.optional(),
    email: z.string().optional(),
    createdAt: Timestamp,
    updatedAt: Timestamp,
  })
  .meta({ id: 'Cart' })
export type Cart = z.infer<typeof Cart>

/** The token is shown once; it is all that a guest has to prove that the cart is theirs. */
export const CreatedCart = z.strictObject({ cart: Cart, cartToken: z.string().optional() })
