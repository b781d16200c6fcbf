import { batik } from './batik.ts'
import { coffee } from './coffee.ts'
import { crafts } from './crafts.ts'
import type { SeedCategory } from './seed-product.ts'
import { snacks } from './snacks.ts'
import { spices } from './spices.ts'
import { tea } from './tea.ts'

/** The shop that a newcomer sees: 40 products in 6 categories, in the order of the menu. */
export const catalogue: readonly SeedCategory[] = [coffee, tea, batik, spices, crafts, snacks]
