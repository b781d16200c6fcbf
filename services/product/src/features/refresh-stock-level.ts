import { withDerived } from '../domain/product.ts'
import { stockLevelOf } from '../domain/stock.ts'
import type { Clock } from '../ports.ts'
import type { LedgerStore } from '../store/ledger-store.ts'
import type { ProductStore } from '../store/product-store.ts'
import { dataOf } from './change-product.ts'

interface Levels {
  readonly products: ProductStore
  readonly ledger: LedgerStore
  readonly clock: Clock
  readonly lowStock: number
}

const maxRounds = 10

/**
 * Copies the coarse level of a SKU to its product, and looks again until both agree. Of two replicas with different
 * readings the later one wins, by the stock's revision (R8). Returns whether it wrote.
 */
export async function refreshStockLevel({ products, ledger, clock, lowStock }: Levels, sku: string): Promise<boolean> {
  let hasWritten = false
  for (let round = 0; round < maxRounds; round++) {
    const balance = await ledger.get(sku)
    const product = await products.getBySku(sku)
    const shown = product?.variants.find((variant) => variant.sku === sku)
    if (!balance || !product || !shown) return hasWritten
    const stockLevel = stockLevelOf(balance.available, lowStock)
    if (shown.stockLevel === stockLevel || shown.stockRev >= balance.rev) return hasWritten
    const variants = product.variants.map((variant) =>
      variant === shown ? { ...variant, stockLevel, stockRev: balance.rev } : variant,
    )
    const data = dataOf(withDerived({ ...product, variants }))
    const written = await products.write(product._id, product.rev, data, clock.now())
    if (written !== null && typeof written !== 'string') hasWritten = true
  }
  return hasWritten
}

/**
 * Repair: compares a stretch of SKUs with their products, whatever was missed. Returns where the next stretch begins,
 * empty after the last one.
 */
export async function repairStockLevels(levels: Levels, after: string, limit: number): Promise<string> {
  const balances = await levels.ledger.scan(after, limit)
  const products = await levels.products.getManyBySku(balances.map(({ sku }) => sku))
  const shown = new Map(
    products.flatMap(({ variants }) => variants.map(({ sku, stockLevel }) => [sku, stockLevel] as const)),
  )
  for (const { sku, available } of balances) {
    const level = shown.get(sku)
    if (level !== undefined && level !== stockLevelOf(available, levels.lowStock)) await refreshStockLevel(levels, sku)
  }
  return balances.length < limit ? '' : balances.at(-1)!.sku
}
