import { goodsVariants } from './goods.ts'
import { moneyVariants } from './money.ts'
import { placementVariants } from './placement.ts'
import { stockVariants } from './stock.ts'
import type { Variant } from './variant.ts'
import { watermarkVariants } from './watermark.ts'

export const variants: readonly Variant[] = [
  ...placementVariants,
  ...moneyVariants,
  ...goodsVariants,
  ...stockVariants,
  ...watermarkVariants,
]
