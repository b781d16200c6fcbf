import type { mongo } from 'mongoose'
import type { Movement } from '../domain/movement.ts'
import type { StockState } from '../domain/stock.ts'
import type { StockDocument } from './models.ts'

export const balanceFields = { onHand: 1, available: 1, reserved: 1, seq: 1, rev: 1, pending: 1 } as const

interface MovementEffect {
  /** What must hold beside the movement's number being the next one. */
  readonly filter?: object
  /** What changes beside onHand. */
  readonly inc: Readonly<Record<string, number>>
  readonly set?: object
  readonly min?: object
}

/** One write: a movement and its whole effect on the SKU, if its number is the next one. Null when it is not, or the filter fails. */
export function appendMovement(
  stock: mongo.Collection<StockDocument>,
  sku: string,
  movement: Movement,
  { filter, inc, set, min }: MovementEffect,
): Promise<StockDocument | null> {
  const { seq, delta, at } = movement
  return stock.findOneAndUpdate(
    { _id: sku, seq: seq - 1, ...filter },
    {
      $inc: { onHand: delta, seq: 1, rev: 1, ...inc },
      $push: { pending: movement },
      $min: { pendingAt: at, ...min },
      $set: { updatedAt: new Date(at), ...set },
    },
    { returnDocument: 'after', projection: balanceFields },
  )
}

export const stateOf = (document: StockDocument): StockState => {
  const { onHand, available, reserved, watermark, entries, seq, rev, pending } = document
  return { onHand, available, reserved, watermark, entries, seq, rev, pending }
}
